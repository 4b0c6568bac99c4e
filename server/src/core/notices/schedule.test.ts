import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nextMailAt, STALE_MS } from './schedule.ts';

const CREATED = new Date('2026-01-15T12:00:00.000Z');

test('an email is tried ever more rarely, once an hour at most, and no longer than three days', () => {
  let now = CREATED;
  const waits: number[] = [];
  for (let attempts = 1; attempts < 1_000; attempts += 1) {
    const next = nextMailAt(attempts, CREATED, now, 0.5);
    if (next === null) break;
    waits.push((next.getTime() - now.getTime()) / 1000);
    now = next;
  }
  assert.deepEqual(waits.slice(0, 9), [30, 60, 120, 240, 480, 960, 1_920, 3_600, 3_600]);
  assert.ok(waits.length > 70 && waits.length < 90, String(waits.length));
  assert.ok(now.getTime() - CREATED.getTime() <= STALE_MS);
});

test('waits differ by a tenth, so that what failed together does not come back together', () => {
  const wait = (random: number) => (nextMailAt(1, CREATED, CREATED, random)?.getTime() ?? 0) - CREATED.getTime();
  assert.deepEqual([wait(0), wait(0.5)], [27_000, 30_000]);
  assert.ok(wait(0.999) > 32_900 && wait(0.999) <= 33_000);
});
