import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSingleFlight } from './single-flight.ts';

/** Work that ends when it is told to; each piece says how many began before it. */
function createWork() {
  const ends: (() => void)[] = [];
  let begun = 0;
  return {
    ends,
    count: () => begun,
    work: async () => {
      const own = begun++;
      await new Promise<void>((resolve) => ends.push(resolve));
      return own;
    },
  };
}

test('whoever comes while work is under way shares a piece that begins afterwards', async () => {
  const { work, ends, count } = createWork();
  const flights = createSingleFlight<number>();
  const first = flights.run('a', work);
  const later = [1, 2, 3].map(() => flights.run('a', work));
  assert.equal(count(), 1, 'never two at once');
  ends[0]?.();
  assert.equal(await first, 0);
  while (count() < 2) await Promise.resolve();
  ends[1]?.();
  assert.deepEqual(await Promise.all(later), [1, 1, 1]);
  const afterwards = flights.run('a', work);
  ends[2]?.();
  assert.equal(await afterwards, 2, 'nothing is remembered');
});

test('work that fails is no failure of what follows, and keys do not wait for each other', async () => {
  const flights = createSingleFlight<number>();
  const failing = Promise.withResolvers<number>();
  const first = flights.run('a', () => failing.promise);
  const next = flights.run('a', async () => 2);
  assert.equal(await flights.run('b', async () => 3), 3);
  failing.reject(new Error('no'));
  await assert.rejects(first);
  assert.equal(await next, 2);
});
