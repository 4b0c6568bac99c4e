import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runEach } from './run-each.ts';

test('each is done once, at most four at a time, and what fails stops nothing', async () => {
  const begun: number[] = [];
  const progress: number[] = [];
  let running = 0;
  let most = 0;
  const items = Array.from({ length: 11 }, (_, at) => at);
  const failures = await runEach(
    items,
    async (item) => {
      begun.push(item);
      running += 1;
      most = Math.max(most, running);
      await Promise.resolve();
      running -= 1;
      if (item % 5 === 0) throw new Error(`no ${item}`);
    },
    (done) => progress.push(done),
  );
  assert.deepEqual(begun, items);
  assert.equal(most, 4);
  assert.deepEqual(failures.map(({ message }) => message).sort(), ['no 0', 'no 10', 'no 5']);
  assert.deepEqual(
    progress,
    items.map((at) => at + 1),
  );
});
