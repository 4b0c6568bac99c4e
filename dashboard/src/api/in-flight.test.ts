import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shareInFlight } from './in-flight.ts';

test('the same change twice at once is one, and after it another', async () => {
  let count = 0;
  const add = async () => {
    await Promise.resolve();
    count += 1;
    return count;
  };
  assert.deepEqual(await Promise.all([shareInFlight('add', add), shareInFlight('add', add)]), [1, 1]);
  assert.equal(await shareInFlight('add', add), 2);
  assert.deepEqual(await Promise.all([shareInFlight('add a', add), shareInFlight('add b', add)]), [3, 4]);
});

test('both are told of what failed, and it can be tried again', async () => {
  const fail = async (): Promise<number> => {
    throw new Error('no');
  };
  const results = await Promise.allSettled([shareInFlight('x', fail), shareInFlight('x', fail)]);
  assert.deepEqual(
    results.map(({ status }) => status),
    ['rejected', 'rejected'],
  );
  assert.equal(await shareInFlight('x', async () => 7), 7);
});
