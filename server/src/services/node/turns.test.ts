import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTurns } from './turns.ts';

/** Work that ends when it is told to. */
function createWork(turns: ReturnType<typeof createTurns>) {
  const running: { owner: string; end: (error?: Error) => void }[] = [];
  const begin = (owner: string) =>
    turns.take(owner, () => {
      const { promise, resolve, reject } = Promise.withResolvers<string>();
      running.push({ owner, end: (error) => (error ? reject(error) : resolve(owner)) });
      return promise;
    });
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  const owners = () => running.map(({ owner }) => owner);
  const end = async (owner: string, error?: Error) => {
    const [ended] = running.splice(
      running.findIndex((each) => each.owner === owner),
      1,
    );
    ended?.end(error);
    await settle();
  };
  return { begin, owners, end, settle };
}

test('of one owner three work at once and of all six, whoever waits longest is next, and owners take turns', async () => {
  const work = createWork(createTurns({ ofOwner: 3, total: 6, waiting: 50 }));
  const all = ['a', 'a', 'a', 'a', 'a', 'b', 'b', 'c', 'c', 'c'].map(work.begin);
  await work.settle();
  assert.deepEqual(work.owners(), ['a', 'a', 'a', 'b', 'b', 'c']);
  await work.end('b');
  assert.deepEqual(work.owners().filter((owner) => owner === 'c').length, 2);
  await work.end('a');
  assert.equal(work.owners().length, 6);
  while (work.owners().length > 0) await work.end(work.owners()[0] ?? '');
  assert.equal((await Promise.all(all)).length, 10);
});

test('work that fails gives its turn back, and its error to who asked', async () => {
  const work = createWork(createTurns({ ofOwner: 1, total: 1, waiting: 1 }));
  const first = assert.rejects(work.begin('a'), /broken/);
  const second = work.begin('a');
  await work.settle();
  await assert.rejects(work.begin('a'), { code: 'RATE_LIMIT_EXCEEDED', retryAfterSeconds: 1 });
  await work.end('a', new Error('broken'));
  await first;
  assert.deepEqual(work.owners(), ['a']);
  await work.end('a');
  await second;
});
