import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nextTryAt, RETRY_MS } from './schedule.ts';

const NOW = new Date('2026-01-15T12:00:00.000Z');

test('ten tries at the times of the specification, a tenth earlier or later', () => {
  assert.deepEqual(
    RETRY_MS.map((ms) => ms / 1000),
    [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400],
  );
  for (const [place, waitMs] of RETRY_MS.entries())
    for (const [random, share] of [
      [0, 0.9],
      [0.5, 1],
      [0.999_999, 1.1],
    ] as const) {
      const at = nextTryAt(place + 1, NOW, random);
      assert.ok(at && Math.abs(at.getTime() - NOW.getTime() - waitMs * share) <= waitMs / 1_000, `${place} ${random}`);
    }
  assert.equal(nextTryAt(10, NOW, 0.5), null);
});

test('a receiver may ask for more time, up to a day, and never for less', () => {
  const waitMs = (attempts: number, seconds: number) =>
    (nextTryAt(attempts, NOW, 0.5, seconds)?.getTime() ?? 0) - NOW.getTime();
  assert.equal(waitMs(1, 60), 60_000);
  assert.equal(waitMs(2, 60), 300_000);
  assert.equal(waitMs(1, 10 * 86_400), 86_400_000);
});
