import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createDeadlines, type Waiting } from './deadlines.ts';

/** What waits so long from the start of the test, and the names of what was over, in order. */
function makeWaiting() {
  const over: string[] = [];
  const startedAt = performance.now();
  const wait = (name: string, ms: number, expire?: () => void): Waiting => ({
    endsAtMs: startedAt + ms,
    place: -1,
    expire: () => {
      over.push(name);
      expire?.();
    },
  });
  return { over, wait };
}

test('whatever waits ends at its own deadline, in whichever order it came; what was deleted never does', async () => {
  const deadlines = createDeadlines();
  const { over, wait } = makeWaiting();
  await new Promise<void>((resolve) => {
    const answered = wait('answered', 5);
    for (const waiting of [wait('last', 40, resolve), answered, wait('first', 1), wait('second', 20)])
      deadlines.add(waiting);
    deadlines.delete(answered);
  });
  assert.deepEqual(over, ['first', 'second', 'last']);
});

test('what ends may delete what ends with it, and add what waits anew', async () => {
  const deadlines = createDeadlines();
  const { over, wait } = makeWaiting();
  await new Promise<void>((resolve) => {
    const twin = wait('twin', 1);
    deadlines.add(
      wait('one', 1, () => {
        deadlines.delete(twin);
        deadlines.add(wait('again', 1, resolve));
      }),
    );
    deadlines.add(twin);
  });
  assert.deepEqual(over, ['one', 'again']);
});
