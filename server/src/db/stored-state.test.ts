import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { at, histories, playHistory } from '../../test/support/load/life-cycle-histories.ts';
import { applyCheck, type CheckOutcome, type DomainState, INITIAL_STATE } from '../core/lifecycle/status.ts';
import { mapFlags } from '../core/records/record.ts';
import { formatState, parseState } from './stored-state.ts';

const SILENCE: CheckOutcome = mapFlags(() => 'unknown');

/** As the row keeps it: JSON beside two columns. */
function store(state: DomainState): DomainState {
  const { status, verifiedAt } = state;
  return parseState({ status, verifiedAt, state: JSON.parse(JSON.stringify(formatState(state))) });
}

test('a state that is stored and read back after every step leads to the same states and changes', () => {
  fc.assert(fc.property(histories, (events) => assert.deepEqual(playHistory(events, store), playHistory(events))));
});

test('checks that nothing answered change nothing of what is stored, however often it is stored', () => {
  fc.assert(
    fc.property(histories, fc.array(fc.nat(200 * 60), { maxLength: 50 }), (events, waits) => {
      const { state, minutes } = playHistory(events);
      let quiet = state;
      let now = minutes;
      for (const wait of waits) {
        now += wait;
        quiet = store(applyCheck(quiet, SILENCE, at(now)).state);
      }
      assert.deepEqual(formatState(quiet), formatState(state));
      assert.deepEqual(quiet, state);
    }),
  );
});

test('a row that was written before a flag came to be is read as one whose record was not found yet', () => {
  const { dmarc: _later, ...flags } = formatState(INITIAL_STATE).flags;
  const stored = { ...formatState(INITIAL_STATE), flags };
  const state = parseState({ status: 'VERIFIED', verifiedAt: at(0), state: stored });
  assert.deepEqual(state.flags, INITIAL_STATE.flags);
});
