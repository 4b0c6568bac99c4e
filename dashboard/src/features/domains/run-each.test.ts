import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RequestError } from '../../api/request-error.ts';
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
  assert.deepEqual(failures.map(({ error }) => error.message).sort(), ['no 0', 'no 10', 'no 5']);
  assert.deepEqual(
    progress,
    items.map((at) => at + 1),
  );
});

test('where the service asks to wait, it is tried again; what it refuses is not', async () => {
  const tries: string[] = [];
  const failures = await runEach(
    ['busy', 'refused'],
    async (item) => {
      tries.push(item);
      if (item === 'refused') throw new RequestError('FORBIDDEN', 'no');
      if (tries.filter((each) => each === 'busy').length < 3)
        throw new RequestError('RATE_LIMIT_EXCEEDED', 'wait', [], 0);
    },
    () => undefined,
  );
  assert.deepEqual(tries.sort(), ['busy', 'busy', 'busy', 'refused']);
  assert.deepEqual(
    failures.map(({ item }) => item),
    ['refused'],
  );
});

test('a service that is busy for ever is told as that', async () => {
  const busy = async () => {
    throw new RequestError('RATE_LIMIT_EXCEEDED', 'wait', [], 0);
  };
  assert.equal((await runEach([1], busy, () => undefined)).length, 1);
});

test('once it is stopped, nothing else begins', async () => {
  const stop = new AbortController();
  let begun = 0;
  const items = Array.from({ length: 20 }, (_, at) => at);
  await runEach(
    items,
    async () => {
      begun += 1;
      if (begun === 4) stop.abort();
      await Promise.resolve();
    },
    () => undefined,
    stop.signal,
  );
  assert.equal(begun, 4);
});
