import { deepEqual, equal, ok } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { findCompareWait, type NextTry, type PublishReason, planNextTry } from './retry.ts';

const DAY_MS = 24 * 3_600_000;

function listTries(reason: PublishReason, random = 0): NextTry[] {
  const tries: NextTry[] = [];
  for (let attempt = 1; attempt < 100; attempt += 1) {
    const next = planNextTry(reason, attempt, random);
    tries.push(next);
    if (next.waitMs === null) return tries;
  }
  throw new Error(`${reason} is tried for ever.`);
}

describe('trying again to write records', () => {
  for (const [reason, most, days] of [
    ['throttled', 10, 1],
    ['unreachable', 10, 1],
    ['changed', 10, 1],
    ['unauthorized', 7, 3],
    ['quota', 7, 3],
    ['no_connection', 7, 3],
  ] as const)
    it(`is bounded after ${reason}: ${most} tries in ${days === 1 ? 'a day' : `${days} days`}`, () => {
      const tries = listTries(reason);
      equal(tries.length, most);
      const total = tries.reduce((sum, { waitMs }) => sum + (waitMs ?? 0), 0);
      ok(total <= days * DAY_MS && total > (days - 1) * DAY_MS);
    });

  it('is of no use where somebody has to decide', () => {
    deepEqual(listTries('needs_consent'), [{ waitMs: null, isTold: true }]);
  });

  it('tells people of what passes when it has lasted, of what they have to put right at once, and of both at the end', () => {
    const told = (reason: PublishReason) =>
      listTries(reason).flatMap(({ isTold }, index) => (isTold ? [index + 1] : []));
    deepEqual(told('unavailable'), [5, 10]);
    deepEqual(told('unauthorized'), [1, 7]);
  });

  it('never asks a provider sooner than that asked for, and for no longer than a day', () => {
    equal(planNextTry('throttled', 1, 0, 30).waitMs, 30_000);
    equal(planNextTry('throttled', 7, 0, 30).waitMs, 3 * 3_600_000);
    equal(planNextTry('throttled', 1, 0, 1e9).waitMs, DAY_MS);
  });

  it('spreads what failed together', () => {
    ok((planNextTry('throttled', 1, 0.9, 30).waitMs ?? 0) > (planNextTry('throttled', 1, 0.1, 30).waitMs ?? 0));
    ok(findCompareWait(0.9) < findCompareWait(0));
  });
});
