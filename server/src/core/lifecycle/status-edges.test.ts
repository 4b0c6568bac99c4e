import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { mapFlags } from '../records/record.ts';
import {
  applyCheck,
  applyVerifyRequest,
  type CheckOutcome,
  type FlagOutcome,
  INITIAL_STATE,
  VERIFICATION_STATUSES,
  type VerificationStatus,
} from './status.ts';
import { STATUS_EDGES } from './status-edges.ts';

const KNOWN = new Set(STATUS_EDGES.map(({ from, to }) => `${from} → ${to}`));
const all = (outcome: FlagOutcome): CheckOutcome => mapFlags(() => outcome);

/** Plays checks (or null for verify) that many hours apart, and lists the changes of status. */
function listEdges(events: readonly { afterHours: number; what: CheckOutcome | null }[]): string[] {
  const edges: string[] = [];
  let state = INITIAL_STATE;
  let at = Date.parse('2026-01-01T00:00:00.000Z');
  for (const { afterHours, what } of events) {
    at += afterHours * 3_600_000;
    const next: typeof state =
      what === null ? applyVerifyRequest(state, new Date(at)) : applyCheck(state, what, new Date(at)).state;
    if (next.status !== state.status) edges.push(`${state.status} → ${next.status}`);
    state = next;
  }
  return edges;
}

test('no history changes a status in a way that the table of edges does not have', () => {
  const outcome = fc.constantFrom<FlagOutcome>('right', 'wrong', 'unknown');
  const check = fc.record(mapFlags(() => outcome));
  const event = fc.record({
    afterHours: fc.integer({ min: 0, max: 80 }),
    what: fc.oneof(check, fc.constantFrom(null, all('right'), all('wrong'))),
  });
  fc.assert(
    fc.property(fc.array(event, { maxLength: 40 }), (events) => {
      for (const edge of listEdges(events)) assert.ok(KNOWN.has(edge), edge);
    }),
  );
});

test('every edge of the table can be gone, and leads from a status to another', () => {
  const verify = { afterHours: 0, what: null };
  const right = { afterHours: 1, what: all('right') };
  const wrong = (afterHours: number) => ({ afterHours, what: all('wrong') });
  const gone = new Set([
    ...listEdges([verify, right, wrong(1), wrong(1), wrong(1), right]),
    ...listEdges([verify, right, wrong(1), wrong(1), wrong(1), wrong(80), verify]),
    ...listEdges([verify, wrong(80), right]),
  ]);
  assert.deepEqual([...gone].sort(), [...KNOWN].sort());
  const statuses: readonly VerificationStatus[] = VERIFICATION_STATUSES;
  for (const { from, to } of STATUS_EDGES) assert.ok(from !== to && statuses.includes(from) && statuses.includes(to));
});
