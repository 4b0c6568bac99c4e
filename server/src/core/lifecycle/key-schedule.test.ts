import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DEFAULT_SCHEDULE, FIRST_CHECK_MS, firstCheckAt, isSomebodyWaiting, nextKeyCheckAt } from './schedule.ts';
import { INITIAL_STATE, type VerificationStatus } from './status.ts';

const S = 1000;
const MIN = 60 * S;
const H = 60 * MIN;
const now = new Date('2026-01-01T00:00:00.000Z');
const ago = (ms: number): Date => new Date(now.getTime() - ms);

type Key = Parameters<typeof nextKeyCheckAt>[0][number];
const pending = (ageMs: number): Key => ({ stage: 'pending', createdAt: ago(ageMs), retireAt: null });
const retiring = (inMs: number | null): Key => ({
  stage: 'retiring',
  createdAt: ago(90 * 24 * H),
  retireAt: inMs === null ? null : ago(-inMs),
});

describe('when keys want a check', () => {
  const cases: readonly (readonly [why: string, keys: readonly Key[], waitMs: number | null])[] = [
    ['no key', [], null],
    ['a pending key that was just made', [pending(0)], 5 * S],
    ['the last moment of the first rung', [pending(5 * S - 1)], 5 * S],
    ['the first moment of the second rung', [pending(5 * S)], 10 * S],
    ['the rungs add up', [pending(15 * S)], 20 * S],
    ['after the last rung every ten minutes', [pending(H)], 10 * MIN],
    ['the last moment of the window', [pending(72 * H - 1)], 10 * MIN],
    ['nobody waits after the window', [pending(72 * H)], null],
    ['a retiring key, when it retires', [retiring(7 * H)], 7 * H],
    ['one that should have retired, at once', [retiring(-7 * H)], 0],
    ['one without a date', [retiring(null)], null],
    ['an active key', [{ ...pending(0), stage: 'active' }], null],
    ['only a retiring key has its date awaited', [{ ...retiring(H), stage: 'retired' }], null],
    ['the earliest of several', [retiring(H), pending(H), pending(73 * H)], 10 * MIN],
    ['the earliest, whatever their order', [pending(H), retiring(MIN)], MIN],
  ];
  for (const [why, keys, waitMs] of cases)
    it(`${why}: ${waitMs === null ? 'never' : `in ${waitMs / S} s`}`, () => {
      const next = nextKeyCheckAt(keys, now);
      assert.equal(next && next.getTime() - now.getTime(), waitMs);
    });
});

describe('whether somebody waits for a check', () => {
  const quick = DEFAULT_SCHEDULE.afterVerifyMs.length;
  const createdAt = ago(80 * H);
  const cases: readonly (readonly [VerificationStatus, verifyAgoMs: number | null, attempts: number, boolean])[] = [
    ['PENDING_CONFIGURATION', null, 0, false],
    ['PENDING_CONFIGURATION', 0, 0, true],
    ['PENDING_CONFIGURATION', 72 * H - 1, 1000, true],
    ['PENDING_CONFIGURATION', 72 * H, 0, false],
    ['VERIFIED', 0, quick - 1, true],
    ['VERIFIED', 0, quick, false],
    ['FAILED', 72 * H, 0, false],
    ['TEMPORARY_FAILURE', 71 * H, 0, true],
  ];
  for (const [status, verifyAgoMs, attempts, isWaiting] of cases)
    it(`${status}, verify ${verifyAgoMs === null ? 'never called' : `${verifyAgoMs} ms ago`}, ${attempts} checks: ${isWaiting}`, () => {
      const verifyRequestedAt = verifyAgoMs === null ? null : ago(verifyAgoMs);
      assert.equal(
        isSomebodyWaiting({ state: { ...INITIAL_STATE, status, verifyRequestedAt }, attempts, createdAt }, now),
        isWaiting,
      );
    });
});

it('a domain that was added is being set up for 72 h, though nobody asked to verify it', () => {
  const added = (agoMs: number) => ({ state: INITIAL_STATE, attempts: 100, createdAt: ago(agoMs) });
  assert.equal(isSomebodyWaiting(added(72 * H - 1), now), true);
  assert.equal(isSomebodyWaiting(added(72 * H), now), false);
});

it('a new domain is first checked a second after it was added', () => {
  assert.equal(FIRST_CHECK_MS, S);
  assert.deepEqual(firstCheckAt(now), new Date('2026-01-01T00:00:01.000Z'));
});
