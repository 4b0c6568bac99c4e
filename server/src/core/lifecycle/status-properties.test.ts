import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { at, histories, type LifeEvent, playHistory } from '../../../test/support/load/life-cycle-histories.ts';
import { FLAG_NAMES, type FlagName, mapFlags, REQUIRED_FLAGS } from '../records/record.ts';
import type { DomainChange } from './events.ts';
import { DEFAULT_SCHEDULE, nextCheckAt } from './schedule.ts';
import { applyCheck, applyVerifyRequest, type CheckOutcome, DEFAULT_RULES, findDeadline } from './status.ts';

const HOUR = 60;
const LIMIT = 72 * HOUR;
const SILENCE: CheckOutcome = mapFlags(() => 'unknown');
const ALL: CheckOutcome = mapFlags(() => 'right');
const NONE: CheckOutcome = mapFlags(() => 'wrong');

test('after any history, checks that nothing answered change nothing at all, a thousand of them included', () => {
  fc.assert(
    fc.property(histories, (events) => {
      const { state, minutes } = playHistory(events);
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
    fc.property(histories, (events) => {
      const silent = { afterMinutes: 0, what: SILENCE };
      const { state, minutes } = playHistory(events.flatMap((each) => [silent, each, silent]));
      const alone = playHistory(events);
      assert.deepEqual({ state, minutes }, { state: alone.state, minutes: alone.minutes });
    }),
  );
});

test('the same history gives the same states and the same changes', () => {
  fc.assert(fc.property(histories, (events) => assert.deepEqual(playHistory(events), playHistory(events))));
});

test('no state is stuck: after any history one check that finds the required records makes the domain verified', () => {
  fc.assert(
    fc.property(
      histories,
      fc.constantFrom(ALL, { ...NONE, ownership: 'right', dkim: 'right' } as const),
      (events, found) => {
        const { state, minutes } = playHistory(events);
        assert.equal(applyCheck(state, found, at(minutes)).state.status, 'VERIFIED');
      },
    ),
  );
});

test('no domain is forgotten: after any history the next check is due within a day and a tenth', () => {
  const next = fc.record({
    allFound: fc.boolean(),
    noneAnswered: fc.boolean(),
    attempt: fc.nat(1000),
    random: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  });
  fc.assert(
    fc.property(histories, next, (events, rest) => {
      const { state, minutes } = playHistory(events);
      const now = at(minutes);
      const waitMs = nextCheckAt({ ...rest, state, createdAt: at(0), now }).getTime() - now.getTime();
      assert.ok(waitMs > 0 && waitMs <= DEFAULT_SCHEDULE.failedMs * (1 + DEFAULT_SCHEDULE.jitter), `${waitMs} ms`);
    }),
  );
});

test('after any history, lost records end in FAILED and nowhere else', () => {
  fc.assert(
    fc.property(histories, (events) => {
      const { state, minutes } = playHistory([...events, { afterMinutes: 0, what: null }]);
      let lost = state;
      for (let i = 1; i <= 400; i++) lost = applyCheck(lost, NONE, at(minutes + i * 15)).state;
      assert.equal(lost.status, 'FAILED');
    }),
    { numRuns: 50 },
  );
});

/**
 * Whether a flag is up, told from its whole history at once instead of step by step: it was found, and what was missed
 * since does not amount to three times over an hour.
 */
function isUp(events: readonly LifeEvent[], name: FlagName): boolean {
  let minutes = 0;
  const seen: { minutes: number; outcome: string }[] = [];
  for (const { afterMinutes, what } of events) {
    minutes += afterMinutes;
    if (what && what[name] !== 'unknown') seen.push({ minutes, outcome: what[name] });
  }
  const found = seen.findLastIndex(({ outcome }) => outcome === 'right');
  if (found === -1) return false;
  const misses = seen.slice(found + 1);
  const spread = (misses.at(-1)?.minutes ?? 0) - (misses[0]?.minutes ?? 0);
  return !(misses.length >= 3 && spread >= HOUR);
}

test('each flag rises when it is found and falls when it was missed three times in a row over an hour, whatever the others do', () => {
  fc.assert(
    fc.property(histories, (events) => {
      const { flags } = playHistory(events).state;
      for (const name of FLAG_NAMES) assert.equal(flags[name].value, isUp(events, name), name);
    }),
    { numRuns: 500 },
  );
});

test('in every history: VERIFIED means that both required flags are up, and a flag falls only on a wrong answer', () => {
  fc.assert(
    fc.property(histories, (events) => {
      for (const { event, before, state, changes } of playHistory(events).steps) {
        const bothUp = state.flags.ownership.value && state.flags.dkim.value;
        if (state.status === 'VERIFIED') assert.ok(bothUp && state.verifiedAt);
        if (state.status === 'TEMPORARY_FAILURE') assert.ok(state.firstMissedAt);
        else assert.equal(state.firstMissedAt, null);
        if (before.verifiedAt) assert.deepEqual(state.verifiedAt, before.verifiedAt);
        if (event.what === null) continue;
        for (const name of FLAG_NAMES) {
          if (before.flags[name].value && !state.flags[name].value) assert.equal(event.what[name], 'wrong');
          if (event.what[name] === 'right') assert.ok(state.flags[name].value);
        }
        const statusChanges = changes.filter(({ type }) => type.startsWith('domain.'));
        assert.equal(statusChanges.length, before.status === state.status ? 0 : 1);
      }
    }),
  );
});

test('verify lowers nothing: it turns FAILED into PENDING_CONFIGURATION, starts the clock of that, and touches nothing else', () => {
  fc.assert(
    fc.property(histories, fc.nat(100 * HOUR), (events, later) => {
      const { state, minutes } = playHistory(events);
      const now = at(minutes + later);
      const status = state.status === 'FAILED' ? 'PENDING_CONFIGURATION' : state.status;
      const after = applyVerifyRequest(state, now);
      assert.deepEqual(after, { ...state, status, verifyRequestedAt: now });
      if (state.status === 'TEMPORARY_FAILURE') assert.deepEqual(findDeadline(after), findDeadline(state));
    }),
  );
});

const EDGES: Readonly<Record<string, DomainChange['type'] | 'verify'>> = {
  'PENDING_CONFIGURATION > VERIFIED': 'domain.verified',
  'PENDING_CONFIGURATION > FAILED': 'domain.failed',
  'VERIFIED > TEMPORARY_FAILURE': 'domain.at_risk',
  'TEMPORARY_FAILURE > VERIFIED': 'domain.restored',
  'TEMPORARY_FAILURE > FAILED': 'domain.failed',
  'FAILED > VERIFIED': 'domain.verified',
  'FAILED > PENDING_CONFIGURATION': 'verify',
};

test('the status takes the seven edges of the drawing, each with its change, and no other', () => {
  const taken = new Set<string>();
  fc.assert(
    fc.property(histories, (events) => {
      for (const { event, before, state, changes } of playHistory(events).steps) {
        if (before.status === state.status) continue;
        const edge = `${before.status} > ${state.status}`;
        const cause = event.what === null ? 'verify' : changes.find(({ type }) => type.startsWith('domain.'))?.type;
        assert.equal(cause, EDGES[edge], edge);
        taken.add(edge);
      }
    }),
    // With a fixed seed, because that all of them were taken has to be certain too.
    { numRuns: 2000, seed: 1 },
  );
  assert.deepEqual([...taken].sort(), Object.keys(EDGES).sort());
});

test('no clock ends early: FAILED comes 72 hours after verify, or after the first miss, and at a check that saw a required record wrong', () => {
  fc.assert(
    fc.property(histories, (events) => {
      let verifiedMinutes = Number.NaN;
      for (const { event, minutes, before, state, changes } of playHistory(events).steps) {
        if (event.what === null) verifiedMinutes = minutes;
        if (state.status !== 'FAILED' || before.status === 'FAILED') continue;
        const seen = event.what;
        assert.ok(seen && REQUIRED_FLAGS.some((name) => seen[name] === 'wrong'));
        if (before.status === 'PENDING_CONFIGURATION') assert.ok(minutes - verifiedMinutes >= LIMIT);
        else assert.ok(at(minutes).getTime() - (before.firstMissedAt?.getTime() ?? 0) >= DEFAULT_RULES.atRiskLimitMs);
        const failed = changes.find(({ type }) => type === 'domain.failed');
        assert.deepEqual(failed?.data, {
          missing: REQUIRED_FLAGS.filter((name) => !state.flags[name].value),
          deadlineAt: findDeadline(before)?.toISOString(),
        });
      }
    }),
    { numRuns: 500 },
  );
});
