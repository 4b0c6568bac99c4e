import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Shutdown } from './shutdown.ts';

function createRecorder(times: { stopMs?: number; stepMs?: number } = {}) {
  const seen: string[] = [];
  const shutdown = new Shutdown({
    log: (message) => void seen.push(message),
    exit: (code) => void seen.push(`exit ${code}`),
    ...times,
  });
  return { seen, shutdown };
}

test('a step that fails or hangs keeps no other from being done, and the exit code says so', async () => {
  const { seen, shutdown } = createRecorder({ stepMs: 20 });
  await shutdown.add('database', async () => void seen.push('database stopped'));
  await shutdown.add('pool', () => new Promise(() => undefined));
  await shutdown.add('server', async () => {
    throw new Error('broken');
  });
  await shutdown.stop(0);
  assert.deepEqual(seen, ["server didn't stop cleanly", "pool didn't stop cleanly", 'database stopped', 'exit 1']);
});

test('steps are done in reverse, once, however often it is asked', async () => {
  const { seen, shutdown } = createRecorder();
  await shutdown.add('first', async () => void seen.push('first'));
  await shutdown.add('second', async () => void seen.push('second'));
  await Promise.all([shutdown.stop(0), shutdown.stop(1)]);
  assert.deepEqual(seen, ['second', 'first', 'exit 0']);
});

test('the whole stop has a deadline', async () => {
  const { seen, shutdown } = createRecorder({ stopMs: 10, stepMs: 100 });
  await shutdown.add('database', () => new Promise(() => undefined));
  await shutdown.stop(0);
  assert.deepEqual(seen.slice(0, 2), ['shutdown took too long', 'exit 1']);
});
