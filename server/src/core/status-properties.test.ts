import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  applyCheck,
  applyVerifyRequest,
  type CheckOutcome,
  type DomainState,
  FLAG_NAMES,
  type FlagOutcome,
  INITIAL_STATE,
} from './status.ts';

const HOUR = 60;
const START = Date.parse('2026-01-01T00:00:00.000Z');
const at = (minutes: number): Date => new Date(START + minutes * 60_000);
const SILENCE: CheckOutcome = { ownership: 'unknown', dkim: 'unknown', mailFrom: 'unknown', dmarc: 'unknown' };
const ALL: CheckOutcome = { ownership: 'right', dkim: 'right', mailFrom: 'right', dmarc: 'right' };
const NONE: CheckOutcome = { ownership: 'wrong', dkim: 'wrong', mailFrom: 'wrong', dmarc: 'wrong' };

const outcomes = fc.constantFrom<FlagOutcome>('right', 'wrong', 'unknown');
const check = fc.record({ ownership: outcomes, dkim: outcomes, mailFrom: outcomes, dmarc: outcomes });
const event = fc.record({
  afterMinutes: fc.integer({ min: 0, max: 40 * HOUR }),
  what: fc.oneof(check, fc.constant(null)),
});
const history = fc.array(event, { maxLength: 30 });

/** Plays a generated history; null is a call of verify. Calls `each` after every look. */
function playGenerated(
  events: readonly { afterMinutes: number; what: CheckOutcome | null }[],
  each: (before: DomainState, result: ReturnType<typeof applyCheck>, outcome: CheckOutcome) => void = () => {},
): { state: DomainState; minutes: number } {
  let state = INITIAL_STATE;
  let minutes = 0;
  for (const { afterMinutes, what } of events) {
    minutes += afterMinutes;
    if (what === null) {
      state = applyVerifyRequest(state, at(minutes));
      continue;
    }
    const result = applyCheck(state, what, at(minutes));
    each(state, result, what);
    state = result.state;
  }
  return { state, minutes };
}

test('after any history, looks that nothing answered change nothing at all, a thousand of them included', () => {
  fc.assert(
    fc.property(history, (events) => {
      const { state, minutes } = playGenerated(events);
      let quiet = state;
      for (let i = 0; i < 1000; i++) {
        const result = applyCheck(quiet, SILENCE, at(minutes + i * HOUR));
        assert.deepEqual(result.changes, []);
        quiet = result.state;
      }
      assert.deepEqual(quiet, state);
    }),
    { numRuns: 50 },
  );
});

test('silence inside any history changes nothing of what follows', () => {
  fc.assert(
    fc.property(history, (events) => {
      const silent = { afterMinutes: 0, what: SILENCE };
      assert.deepEqual(playGenerated(events.flatMap((each) => [silent, each, silent])), playGenerated(events));
    }),
  );
});

test('the same history gives the same state', () => {
  fc.assert(fc.property(history, (events) => assert.deepEqual(playGenerated(events), playGenerated(events))));
});

test('no state is stuck: after any history one look that finds everything makes the domain verified', () => {
  fc.assert(
    fc.property(history, (events) => {
      const { state, minutes } = playGenerated(events);
      assert.equal(applyCheck(state, ALL, at(minutes)).state.status, 'VERIFIED');
    }),
  );
});

test('after any history, lost records end in FAILED and nowhere else', () => {
  fc.assert(
    fc.property(history, (events) => {
      const { state, minutes } = playGenerated([...events, { afterMinutes: 0, what: null }]);
      let lost = state;
      for (let i = 1; i <= 400; i++) lost = applyCheck(lost, NONE, at(minutes + i * 15)).state;
      assert.equal(lost.status, 'FAILED');
    }),
    { numRuns: 50 },
  );
});

test('in every history: VERIFIED means both required flags are up, a fall needs a wrong answer, verify lowers nothing', () => {
  fc.assert(
    fc.property(history, (events) => {
      playGenerated(events, (before, { state, changes }, outcome) => {
        const bothUp = state.flags.ownership.value && state.flags.dkim.value;
        if (state.status === 'VERIFIED') assert.ok(bothUp && state.verifiedAt);
        if (state.status === 'TEMPORARY_FAILURE') assert.ok(state.firstMissedAt);
        else assert.equal(state.firstMissedAt, null);
        for (const name of FLAG_NAMES) {
          if (before.flags[name].value && !state.flags[name].value) assert.equal(outcome[name], 'wrong');
          if (outcome[name] === 'right') assert.ok(state.flags[name].value);
        }
        const statusChanges = changes.filter(({ type }) => type.startsWith('domain.'));
        assert.equal(statusChanges.length, before.status === state.status ? 0 : 1);
        const after = applyVerifyRequest(state, at(0));
        assert.deepEqual(after.flags, state.flags);
        if (state.status !== 'FAILED') assert.equal(after.status, state.status);
      });
    }),
  );
});
