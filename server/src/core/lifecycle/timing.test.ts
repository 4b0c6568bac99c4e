import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AppError } from '../errors.ts';
import { DEFAULT_TIMING, parseTiming } from './timing.ts';

const refused: readonly [name: string, json: unknown, message: RegExp][] = [
  ['an array', [60], /^AUTOSEND_SCHEDULE_FILE: the file must contain a JSON object/],
  ['null', null, /must contain a JSON object/],
  ['a misspelt field', { verifiedSecond: 60 }, /unknown field "verifiedSecond". The fields are afterVerifySeconds/],
  ['a field of Object.prototype', JSON.parse('{"__proto__":{}}'), /unknown field "__proto__"/],
  ['a text for a number', { steadySeconds: '60' }, /steadySeconds is "60" but must be a whole number from 1 to /],
  ['no wait at all', { verifiedSeconds: 0 }, /verifiedSeconds is 0 but must be a whole number from 1/],
  ['a negative wait', { missedSeconds: -5 }, /missedSeconds is -5/],
  ['half a second', { failedSeconds: 1.5 }, /failedSeconds is 1.5/],
  ['a wait that no calendar holds', { failedSeconds: 1e300 }, /failedSeconds is 1e\+300/],
  ['a ladder that is no array', { afterVerifySeconds: 5 }, /afterVerifySeconds is 5 but must be an array/],
  ['a rung that is no wait', { afterVerifySeconds: [5, 0] }, /afterVerifySeconds is \[5,0\]/],
  ['a rung that is a text', { afterVerifySeconds: ['5'] }, /afterVerifySeconds is \["5"\]/],
  ['a ladder without end', { afterVerifySeconds: Array(101).fill(5) }, /at most 100 whole numbers/],
  ['another ladder that is none', { afterAddedSeconds: 'x' }, /afterAddedSeconds is "x" but must be an array/],
  ['a jitter that could turn time around', { jitter: 1.5 }, /jitter is 1.5 but must be a number from 0 to 0.5/],
  ['a lease shorter than a check', { leaseSeconds: 14 }, /leaseSeconds is 14 but must be a whole number from 15 to 60/],
  ['a lease that a dead node holds for long', { leaseSeconds: 61 }, /leaseSeconds is 61/],
  ['no misses', { missesToFall: 0 }, /missesToFall is 0 but must be a whole number from 1 to 100/],
  ['a clock that ends at once', { pendingLimitSeconds: 0 }, /pendingLimitSeconds is 0/],
  ['null for a number', { atRiskLimitSeconds: null }, /atRiskLimitSeconds is null/],
];

for (const [name, json, message] of refused)
  test(`a schedule file is refused by name of the field: ${name}`, () => {
    assert.throws(
      () => parseTiming(json),
      (error) => error instanceof AppError && error.code === 'VALIDATION_FAILED' && message.test(error.message),
    );
  });

test('all that is wrong in a schedule file is named at once', () => {
  const everything = { nothing: 1, jitter: -1, leaseSeconds: 1, afterVerifySeconds: null, missesToFall: 'x' };
  assert.throws(() => parseTiming(everything), /"nothing".*missesToFall.*afterVerifySeconds.*jitter.*leaseSeconds/);
});

test('an empty schedule file changes nothing', () => {
  assert.deepEqual(parseTiming({}), DEFAULT_TIMING);
});

test('a schedule file may set every time, and what it leaves out keeps its default', () => {
  const { schedule, rules, leaseMs } = DEFAULT_TIMING;
  assert.deepEqual(parseTiming({ verifiedSeconds: 60, jitter: 0.25, leaseSeconds: 15, missesToFall: 1 }), {
    schedule: { ...schedule, verifiedMs: 60_000, jitter: 0.25 },
    rules: { ...rules, missesToFall: 1 },
    leaseMs: 15_000,
    keyRetiringMs: 7 * 86_400_000,
  });
  assert.ok(leaseMs > 15_000);
  assert.deepEqual(
    parseTiming({
      afterVerifySeconds: [1, 2],
      afterAddedSeconds: [7, 8],
      unaskedSeconds: 9,
      unaskedWindowSeconds: 100,
      watchedSeconds: 11,
      steadySeconds: 3,
      afterVerifyWindowSeconds: 90,
      verifiedSeconds: 4,
      missedSeconds: 5,
      failedSeconds: 6,
      jitter: 0,
      missesToFall: 2,
      missSpreadSeconds: 0,
      pendingLimitSeconds: 70,
      atRiskLimitSeconds: 80,
      leaseSeconds: 20,
      keyRetiringSeconds: 86_400,
    }),
    {
      schedule: {
        afterVerifyMs: [1000, 2000],
        afterAddedMs: [7000, 8000],
        unaskedMs: 9000,
        unaskedWindowMs: 100_000,
        watchedMs: 11_000,
        steadyMs: 3000,
        afterVerifyWindowMs: 90_000,
        verifiedMs: 4000,
        missedMs: 5000,
        failedMs: 6000,
        jitter: 0,
      },
      rules: { missesToFall: 2, missSpreadMs: 0, pendingLimitMs: 70_000, atRiskLimitMs: 80_000 },
      leaseMs: 20_000,
      keyRetiringMs: 86_400_000,
    },
  );
});

test('a domain is checked often for as long as it may stay pending, unless the file says otherwise', () => {
  assert.equal(parseTiming({ pendingLimitSeconds: 120 }).schedule.afterVerifyWindowMs, 120_000);
  assert.equal(
    parseTiming({ pendingLimitSeconds: 120, afterVerifyWindowSeconds: 60 }).schedule.afterVerifyWindowMs,
    60_000,
  );
});
