import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startCheckThreads } from './check-threads.ts';
import { parseConfig } from './config.ts';

const createEntry = (source: string) =>
  new URL(`data:text/javascript,${encodeURIComponent(`import { parentPort } from 'node:worker_threads'; ${source}`)}`);

/** Answers the first time that it is read, and never again. */
const ANSWERS_ONCE = createEntry(`
  let asked = 0;
  parentPort.on('message', ({ kind, id }) => {
    asked += 1;
    if (kind === 'stop') parentPort.close();
    else if (asked === 1) parentPort.postMessage({ kind: 'read', id, metrics: [{ name: 'counted' }] });
  });`);
/** Says why it makes no checks, and doesn't end when it is told to. */
const FAILS = createEntry(`
  parentPort.on('message', () => undefined);
  parentPort.postMessage({ kind: 'failed', reason: 'There is no connection left.' });`);
const STORAGE = { connection: { url: '' }, secretKey: '' };

test('a thread that is too busy to answer counts as it did last, so that no counter goes down', async () => {
  const config = parseConfig({ AUTOSEND_CHECK_THREADS: '1' });
  const threads = startCheckThreads(config, STORAGE, { entry: ANSWERS_ONCE });
  let first = await threads.readMetrics();
  // It may take longer to start than it has to answer.
  while (first.length === 0) first = await threads.readMetrics();
  assert.equal(first.length, 1);
  assert.deepEqual(await threads.readMetrics(), first);
  await threads.stop();
});

test('a thread that makes no checks says why before the process is ready, and is ended where it does not end', async () => {
  const config = parseConfig({ AUTOSEND_CHECK_THREADS: '1' });
  const threads = startCheckThreads(config, STORAGE, { entry: FAILS, stopMs: 100 });
  await assert.rejects(threads.ready(), { code: 'SERVICE_UNAVAILABLE', message: 'There is no connection left.' });
  await threads.stop();
});
