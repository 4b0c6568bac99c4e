import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startCheckThreads } from './check-threads.ts';
import { parseConfig } from './config.ts';

/** Answers the first time that it is read, and never again. */
const ANSWERS_ONCE = new URL(
  `data:text/javascript,${encodeURIComponent(`
    import { parentPort } from 'node:worker_threads';
    let asked = 0;
    parentPort.on('message', ({ kind, id }) => {
      asked += 1;
      if (kind === 'stop') parentPort.close();
      else if (asked === 1) parentPort.postMessage({ id, metrics: [{ name: 'counted' }] });
    });`)}`,
);

test('a thread that is too busy to answer counts as it did last, so that no counter goes down', async () => {
  const config = parseConfig({ AUTOSEND_CHECK_THREADS: '1' });
  const threads = startCheckThreads(config, { connection: { url: '' }, secretKey: '' }, ANSWERS_ONCE);
  let first = await threads.readMetrics();
  // It may take longer to start than it has to answer.
  while (first.length === 0) first = await threads.readMetrics();
  assert.equal(first.length, 1);
  assert.deepEqual(await threads.readMetrics(), first);
  await threads.stop();
});
