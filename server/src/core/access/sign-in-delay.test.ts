import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { findPauseMs } from './sign-in-delay.ts';

for (const [wrong, seconds] of [
  [0, 0],
  [9, 0],
  [10, 1],
  [19, 1],
  [20, 2],
  [50, 16],
  [89, 128],
  [90, 256],
  [100, 300],
  [1_000_000_000, 300],
] as const)
  test(`after ${wrong} wrong passwords a network waits ${seconds} s between two guesses`, () => {
    assert.equal(findPauseMs(wrong), seconds * 1000);
  });

test('the pause never shrinks as wrong passwords come in, and never passes five minutes', () => {
  fc.assert(
    fc.property(fc.nat(), fc.nat(), (wrong, more) => {
      assert.ok(findPauseMs(wrong + more) >= findPauseMs(wrong));
      assert.ok(findPauseMs(wrong) <= 300_000);
    }),
  );
});
