import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { DatabaseUnavailable } from '../db/failures.ts';
import { type Pace, type Queue, startWorker } from './worker.ts';

const PACE: Pace = { places: 2, batch: 1, idleMs: 500, afterErrorMs: 0 };

/** A clock on which every sleep but those of `idleMs` is over at once; it keeps what was slept. */
function createWorld() {
  const sleeps: number[] = [];
  const lines: { level: string; message: string; err: unknown }[] = [];
  const say = (level: string) => (details: { err?: unknown }, message: string) =>
    void lines.push({ level, message, err: details.err });
  const ctx = {
    clock: {
      now: () => new Date(0),
      monotonicMs: () => 0,
      async sleep(ms: number, signal?: AbortSignal) {
        sleeps.push(ms);
        await nextTurn();
        if (ms === PACE.idleMs && signal && !signal.aborted)
          await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
      },
    },
    log: { warn: say('warn'), error: say('error') },
    randomBytes: (size: number) => Buffer.alloc(size, 1),
  };
  return { ctx: ctx as unknown as Parameters<typeof startWorker>[0], sleeps, lines };
}

function createQueue(claims: (() => readonly number[])[], run: (item: number) => Promise<number>) {
  const released: string[] = [];
  const queue: Queue<number> = {
    name: 'numbers',
    claim: async () => claims.shift()?.() ?? [],
    run,
    describe: (item) => ({ item }),
    releaseAll: async (owner) => void released.push(owner),
  };
  return { queue, released };
}

const settle = async () => {
  for (let n = 0; n < 20; n += 1) await nextTurn();
};

const fail = (error: Error) => (): readonly number[] => {
  throw error;
};

test('a fault of ours is told as one each time, ever more rarely, and never as the database; the work goes on', async () => {
  const { ctx, sleeps, lines } = createWorld();
  const done: number[] = [];
  const fault = new TypeError('x is undefined');
  const { queue } = createQueue(
    [...Array(7).fill(fail(fault)), () => [1]],
    async (item) => done.push(item) - done.length,
  );
  const worker = startWorker(ctx, queue, PACE);
  await settle();
  assert.deepEqual(done, [1]);
  assert.deepEqual(sleeps.slice(0, 7), [2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
  assert.deepEqual(
    lines.map(({ level }) => level),
    Array(7).fill('error'),
  );
  assert.ok(lines.every(({ message, err }) => message.includes('this is a bug') && err === fault));
  await worker.stop();
});

test('a database that is away is told as that, and asked again every 2 s', async () => {
  const { ctx, sleeps, lines } = createWorld();
  const { queue } = createQueue(Array(3).fill(fail(new DatabaseUnavailable(new Error('gone')))), async () => 0);
  const worker = startWorker(ctx, queue, PACE);
  await settle();
  assert.deepEqual(sleeps.slice(0, 3), [2_000, 2_000, 2_000]);
  assert.ok(
    lines.length === 3 && lines.every(({ level, message }) => level === 'warn' && message.includes('database')),
  );
  await worker.stop();
});

test('a database that is too slow, or in which others get in the way, is no fault of ours either', async () => {
  for (const code of ['57014', '55P03', '25P03', '40001', '40P01']) {
    const { ctx, sleeps, lines } = createWorld();
    const slow = new Error('wrapped', { cause: Object.assign(new Error('canceled'), { code }) });
    const { queue } = createQueue([...Array(2).fill(fail(slow)), () => [1]], () => Promise.reject(slow));
    const worker = startWorker(ctx, queue, PACE);
    await settle();
    assert.deepEqual(sleeps.slice(0, 2), [2_000, 2_000], code);
    assert.deepEqual(
      lines.map(({ level }) => level),
      ['warn', 'warn', 'warn'],
      code,
    );
    await worker.stop();
  }
});

test('a piece that fails stops no other, and is told with what it was', async () => {
  const { ctx, lines } = createWorld();
  const done: number[] = [];
  const { queue } = createQueue([() => [1, 2]], async (item) => {
    if (item === 1) throw new RangeError('one');
    done.push(item);
    return 0;
  });
  const worker = startWorker(ctx, queue, PACE);
  await settle();
  assert.deepEqual(done, [2]);
  assert.deepEqual(
    lines.map(({ level }) => level),
    ['error'],
  );
  await worker.stop();
});

test('stopping waits for what runs, begins nothing new, and gives the claims back once', async () => {
  const { ctx } = createWorld();
  const running = Promise.withResolvers<number>();
  const begun: number[] = [];
  const { queue, released } = createQueue([() => [1], () => [2]], (item) => {
    begun.push(item);
    return running.promise;
  });
  const worker = startWorker(ctx, queue, PACE);
  await settle();
  const stopped = worker.stop();
  await settle();
  assert.deepEqual([begun, released], [[1], []]);
  running.resolve(0);
  await stopped;
  await worker.stop();
  assert.equal(released.length, 1);
});

test('a piece that leaves its place makes room for another, up to three times as many, and a stop waits for its end', async () => {
  const { ctx } = createWorld();
  const ends = Array.from({ length: 10 }, () => Promise.withResolvers<number>());
  const begun: number[] = [];
  const claims = [0, 2, 4, 6, 8].map((n) => () => [n, n + 1]);
  const { queue, released } = createQueue(claims, async () => 0);
  const worker = startWorker(
    ctx,
    {
      ...queue,
      run(item, leave) {
        begun.push(item);
        leave?.();
        return ends[item]?.promise ?? Promise.resolve(0);
      },
    },
    PACE,
  );
  await settle();
  assert.deepEqual(begun, [0, 1, 2, 3, 4, 5, 6, 7], 'four times as many as there are places');
  ends[0]?.resolve(0);
  await settle();
  assert.deepEqual(begun.slice(8), [8], 'one has ended, so one is begun');
  const stopped = worker.stop();
  for (const { resolve } of ends.slice(1, 8)) resolve(0);
  await settle();
  assert.equal(released.length, 0);
  ends[8]?.resolve(0);
  await settle();
  assert.equal(released.length, 1);
  await stopped;
});

test('where pieces end fast, more are claimed than there are places for; where they are slow, none', async () => {
  for (const tookMs of [1, 500]) {
    const { ctx } = createWorld();
    let nowMs = 0;
    Object.assign(ctx.clock, { monotonicMs: () => nowMs });
    const limits: number[] = [];
    let claimed = 0;
    let begun = 0;
    let held = 0;
    const queue: Queue<number> = {
      name: 'numbers',
      claim: async (_, limit) => {
        limits.push(limit);
        claimed += claimed < 1_000 ? limit : 0;
        return claimed < 1_000 ? Array.from({ length: limit }, (_, n) => n) : [];
      },
      run: async () => {
        begun += 1;
        held = Math.max(held, claimed - begun);
        await nextTurn();
        nowMs += tookMs / 20;
        return 0;
      },
      describe: (item) => ({ item }),
      releaseAll: async () => undefined,
    };
    const worker = startWorker(ctx, queue, { ...PACE, places: 20, batch: 5, ahead: 60 });
    for (let n = 0; n < 200; n += 1) await nextTurn();
    await worker.stop();
    const most = Math.max(...limits);
    if (tookMs === 1) assert.ok(most > 20 && held <= 60, `${most} at once, ${held} held`);
    else assert.ok(most <= 20 && held <= 20, `${most} at once, ${held} held`);
    assert.ok(begun > 900, `${begun}`);
  }
});

test('what was claimed ahead when the stop comes is given back, not begun', async () => {
  const { ctx } = createWorld();
  const begun: number[] = [];
  let end = (): void => undefined;
  let claims = 0;
  const released: string[] = [];
  const queue: Queue<number> = {
    name: 'numbers',
    claim: async () => {
      claims += 1;
      return claims === 1 ? [1, 2, 3, 4] : [];
    },
    run: (item) => {
      begun.push(item);
      return new Promise((resolve) => {
        end = () => resolve(0);
      });
    },
    describe: (item) => ({ item }),
    releaseAll: async (owner) => void released.push(owner),
  };
  const worker = startWorker(ctx, queue, { ...PACE, places: 1, ahead: 3 });
  await settle();
  const stopped = worker.stop();
  end();
  await stopped;
  await settle();
  assert.deepEqual(begun, [1]);
  assert.equal(released.length, 1);
});
