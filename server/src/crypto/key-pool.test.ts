import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { AppError } from '../core/errors.ts';
import type { DkimKeyPair } from './dkim-keys.ts';
import { createKeyPool } from './key-pool.ts';

/** A maker of numbered keys; each one is finished, or fails, when the test says so. */
function createMaker() {
  let made = 0;
  const waiting: { finish: () => void; fail: () => void }[] = [];
  const create = (): Promise<DkimKeyPair> =>
    new Promise((resolve, reject) => {
      const number = ++made;
      waiting.push({
        finish: () => resolve({ publicKey: String(number), privateKeyDer: Buffer.alloc(0) }),
        fail: () => reject(new Error(`no key ${number}`)),
      });
    });
  const next = () => {
    const key = waiting.shift();
    assert.ok(key, 'no key is being made');
    return key;
  };
  return { create, next, started: () => made, waiting: () => waiting.length };
}

function createLog() {
  const errors: unknown[] = [];
  return { errors, error: (fields: Record<string, unknown>) => void errors.push(fields.err) };
}

/** Waits until something holds, for a bounded number of turns of the event loop. */
async function until(holds: () => boolean): Promise<void> {
  for (let i = 0; i < 10_000 && !holds(); i++) await nextTurn();
  assert.ok(holds(), 'what was waited for did not happen');
}

test('the pool fills one key at a time and stops at its size', async () => {
  const maker = createMaker();
  const pool = createKeyPool({ size: 3, create: maker.create, log: createLog() });
  for (let level = 0; level < 3; level++) {
    await until(() => maker.waiting() === 1);
    assert.equal(pool.level(), level);
    maker.next().finish();
    await until(() => pool.level() === level + 1);
  }
  await nextTurn();
  assert.equal(maker.started(), 3);
  await pool.stop();
});

test('a key taken is replaced in the background', async () => {
  const maker = createMaker();
  const pool = createKeyPool({ size: 1, create: maker.create, log: createLog() });
  maker.next().finish();
  await until(() => pool.level() === 1);
  assert.equal((await pool.take()).publicKey, '1');
  maker.next().finish();
  await until(() => pool.level() === 1);
  assert.equal((await pool.take()).publicKey, '2');
  maker.next().finish();
  await pool.stop();
});

test('while keys are being taken only a reserve is kept; a second after the last one the pool fills up', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const maker = createMaker();
  const pool = createKeyPool({ size: 16, create: maker.create, log: createLog() });
  for (let level = 1; level <= 16; level += 1) {
    maker.next().finish();
    await until(() => pool.level() === level);
  }
  for (let taken = 0; taken < 14; taken += 1) await pool.take();
  assert.equal(maker.started(), 16, 'two keys are reserve enough');
  await pool.take();
  await until(() => maker.waiting() === 1);
  maker.next().finish();
  await until(() => pool.level() === 2);
  t.mock.timers.tick(999);
  assert.equal(maker.waiting(), 0);
  t.mock.timers.tick(1);
  for (let level = 3; level <= 16; level += 1) {
    await until(() => maker.waiting() === 1);
    maker.next().finish();
    await until(() => pool.level() === level);
  }
  await pool.stop();
});

test('an empty pool makes a key on the spot, and no key is handed out twice', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const maker = createMaker();
  const pool = createKeyPool({ size: 2, create: maker.create, log: createLog() });
  const taken = Array.from({ length: 50 }, () => pool.take());
  let handedOut = 0;
  void Promise.all(taken).then((keys) => {
    handedOut = keys.length;
  });
  await until(() => {
    if (maker.waiting() > 0) maker.next().finish();
    else t.mock.timers.tick(1000);
    return handedOut === 50 && pool.level() === 2;
  });
  const later = [await pool.take(), await pool.take()];
  const keys = new Set([...(await Promise.all(taken)), ...later].map(({ publicKey }) => publicKey));
  assert.equal(keys.size, 52);
  const stopped = pool.stop();
  while (maker.waiting() > 0) {
    maker.next().finish();
    await nextTurn();
  }
  await stopped;
});

test('a failure in the background is logged and tried again after the delay', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const maker = createMaker();
  const log = createLog();
  const pool = createKeyPool({ size: 1, create: maker.create, log, retryDelayMs: 1000 });
  maker.next().fail();
  await until(() => log.errors.length === 1);
  assert.match(String(log.errors[0]), /no key 1/);
  t.mock.timers.tick(999);
  assert.equal(maker.started(), 1);
  t.mock.timers.tick(1);
  maker.next().finish();
  await until(() => pool.level() === 1);
  assert.equal((await pool.take()).publicKey, '2');
  maker.next().finish();
  await pool.stop();
});

test('calls do not turn a lasting fault into a busy loop: a pending retry keeps its time', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const maker = createMaker();
  const log = createLog();
  const pool = createKeyPool({ size: 1, create: maker.create, log });
  maker.next().fail();
  await until(() => log.errors.length === 1);
  const taken = pool.take();
  assert.equal(maker.waiting(), 1);
  maker.next().finish();
  await taken;
  await pool.stop();
});

test('a failure on the spot reaches the caller, and only the caller', async () => {
  const maker = createMaker();
  const log = createLog();
  const pool = createKeyPool({ size: 0, create: maker.create, log });
  const taken = pool.take();
  maker.next().fail();
  await assert.rejects(taken, /no key 1/);
  assert.deepEqual(log.errors, []);
  await pool.stop();
});

test('stop resolves when the key being made is done, and no further one is begun', async () => {
  const maker = createMaker();
  const pool = createKeyPool({ size: 10, create: maker.create, log: createLog() });
  const taken = pool.take();
  await until(() => maker.waiting() === 2);
  let stopped = false;
  const stopping = pool.stop().then(() => {
    stopped = true;
  });
  maker.next().finish();
  await nextTurn();
  assert.equal(stopped, false);
  maker.next().finish();
  await stopping;
  assert.ok((await taken).publicKey);
  assert.equal(maker.started(), 2);
  await assert.rejects(pool.take(), (error) => error instanceof AppError && error.code === 'SERVICE_UNAVAILABLE');
});

test('stop after a failure ends the retries, and may be called twice', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const maker = createMaker();
  const log = createLog();
  const pool = createKeyPool({ size: 1, create: maker.create, log, retryDelayMs: 1000 });
  maker.next().fail();
  await until(() => log.errors.length === 1);
  await Promise.all([pool.stop(), pool.stop()]);
  t.mock.timers.tick(10_000);
  assert.equal(maker.started(), 1);
});
