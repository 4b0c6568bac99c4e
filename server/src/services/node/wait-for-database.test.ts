import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AppError } from '../../core/errors.ts';
import { DatabaseUnavailable } from '../../db/failures.ts';
import { waitForDatabase } from './wait-for-database.ts';

/** A database that is away, and takes so long to say so. */
async function countTries(answerMs: number): Promise<{ tries: number; passedMs: number }> {
  let nowMs = 0;
  let tries = 0;
  const clock = {
    monotonicMs: () => nowMs,
    sleep: async (ms: number) => {
      nowMs += ms;
    },
  };
  const work = async () => {
    tries += 1;
    nowMs += answerMs;
    throw new DatabaseUnavailable(new Error('gone'));
  };
  await assert.rejects(
    waitForDatabase(work, clock, { warn: () => undefined }),
    (error) => error instanceof AppError && error.code === 'SERVICE_UNAVAILABLE',
  );
  return { tries, passedMs: nowMs };
}

test('a database that is away is waited for half a minute, whether it refuses or is silent', async () => {
  assert.deepEqual(await countTries(0), { tries: 15, passedMs: 28_000 });
  const silent = await countTries(10_000);
  assert.equal(silent.tries, 3);
  assert.ok(silent.passedMs >= 28_000 && silent.passedMs < 40_000);
});

test('what is wrong with the work itself is thrown at once', async () => {
  const clock = { monotonicMs: () => 0, sleep: () => Promise.reject(new Error('slept')) };
  const fault = new TypeError('ours');
  await assert.rejects(
    waitForDatabase(() => Promise.reject(fault), clock, { warn: () => undefined }),
    fault,
  );
});
