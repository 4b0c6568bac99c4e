import assert from 'node:assert/strict';
import { randomFillSync } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { test } from 'node:test';
import { type Budget, startBudget } from './budget.ts';
import { type Attempt, type FirstUsable, firstUsable } from './first-usable.ts';
import { createFlightCache, type Loaded } from './flight-cache.ts';
import { createInFlightLimiter, type Leave } from './in-flight.ts';
import { toPromise } from './listener.ts';
import { createUdpPool } from './udp/sockets.ts';
import { createUnreachable } from './unreachable.ts';

test('a branch shares the counters of its budget, and ends alone', () => {
  const budget = startBudget({ queries: 2, force: true });
  const branch = budget.branch();
  assert.equal(branch.force, true);
  assert.ok(branch.takeQuery() && budget.takeQuery());
  assert.equal(branch.takeQuery(), false);
  branch.cancel();
  assert.equal(branch.remainingMs(), 0);
  assert.ok(budget.remainingMs() > 0);
});

test('cancelling from outside reaches every branch, and leaves no listener on the signal', () => {
  const outside = new AbortController();
  const budget = startBudget({ signal: outside.signal });
  let stopped = 0;
  const withdraw = budget.branch().onCancel(() => stopped++);
  budget.branch().onCancel(() => stopped++);
  withdraw();
  outside.abort();
  assert.equal(stopped, 1);
  assert.equal(budget.remainingMs(), 0);
});

test('cancelling from outside reaches all checks under way', () => {
  const outside = new AbortController();
  const stopped: string[] = [];
  const [first, second, third] = ['a', 'b', 'c'].map((name) =>
    startBudget({ signal: outside.signal }).onCancel(() => stopped.push(name)),
  );
  second?.();
  outside.abort();
  assert.deepEqual(stopped, ['a', 'c']);
  first?.();
  third?.();
});

test('work within a budget ends in time for another of the same check, and for nobody else', () => {
  const budget = startBudget();
  const earlier = budget.branch(10);
  assert.ok(earlier.endsBy(budget) && earlier.endsBy(budget.branch(10)));
  assert.ok(!budget.endsBy(earlier));
  assert.ok(!earlier.endsBy(startBudget({ deadlineMs: 60_000 })));
});

test('a budget keeps a bounded amount of answers', () => {
  const budget = startBudget();
  assert.equal(budget.keepOctets(1024 * 1024), true);
  assert.equal(budget.keepOctets(1), false);
});

test('places to one address are given in order, and a place that nobody can wait for is not lost', async () => {
  const limiter = createInFlightLimiter(1);
  const enter = (address: string, budget: Budget) =>
    new Promise<Leave | null>((resolve) => limiter.enter(address, { budget, onPlace: resolve }));
  const budget = startBudget();
  const leave = await enter('a', budget);
  const impatient = budget.branch();
  const gaveUp = enter('a', impatient);
  const second = enter('a', budget);
  const elsewhere = await enter('b', budget);
  assert.ok(elsewhere);
  impatient.cancel();
  assert.equal(await gaveUp, null);
  leave?.();
  const next = await second;
  assert.ok(next);
  next();
  assert.ok(await enter('a', budget));
});

test('thousands who wait for a place and give it back at once are no depth of calls', () => {
  const limiter = createInFlightLimiter(1);
  const budget = startBudget();
  let served = 0;
  const places: (Leave | null)[] = [];
  const first = { budget, onPlace: (leave: Leave | null) => void places.push(leave) };
  const next = {
    budget,
    onPlace: (leave: Leave | null) => {
      served += 1;
      leave?.();
    },
  };
  limiter.enter('a', first);
  for (let n = 0; n < 50_000; n += 1) limiter.enter('a', next);
  assert.equal(served, 0);
  places[0]?.();
  assert.equal(served, 50_000);
  // The lane is free again.
  limiter.enter('a', next);
  assert.equal(served, 50_001);
});

test('the first usable result wins, and the rest are cancelled', async () => {
  const budget = startBudget();
  let cancelled = 0;
  const silent: Attempt<string> = (branch, listener) =>
    void branch.onCancel(() => {
      cancelled += 1;
      listener.onResult('late');
    });
  const say =
    (result: string): Attempt<string> =>
    (_, listener) =>
      listener.onResult(result);
  const attempts = [say('bad'), silent, say('good')];
  const { usable, results } = await toPromise<FirstUsable<string>>((listener) =>
    firstUsable(attempts, (result) => result === 'good', budget, 1, listener),
  );
  assert.equal(usable, 'good');
  assert.deepEqual(results, ['bad', 'good']);
  assert.equal(cancelled, 1);
});

test('what was out of reach is remembered for fifteen seconds, in bounded memory', () => {
  let now = 0;
  const unreachable = createUnreachable(() => now, 2);
  for (const key of ['a', 'b', 'c']) unreachable.add(key);
  assert.deepEqual(
    ['a', 'b', 'c'].map((key) => unreachable.has(key)),
    [false, true, true],
  );
  now = 14_999;
  assert.equal(unreachable.has('c'), true);
  now = 15_000;
  assert.equal(unreachable.has('c'), false);
});

const loaded = (value: string, ttlSeconds = 60): Promise<Loaded<string, string>> =>
  Promise.resolve({ ok: true, value, ttlSeconds });

test('the cache works once for all who ask at once, forgets the oldest, and keeps no failure', async () => {
  let now = 0;
  const cache = createFlightCache<string, string>(() => now, 2, 300);
  const budget = startBudget();
  let loads = 0;
  const load = () => {
    loads += 1;
    return loaded('value');
  };
  await Promise.all([cache.get('a', budget, load), cache.get('a', budget, load)]);
  assert.equal(loads, 1);
  await cache.get('b', budget, load);
  await cache.get('c', budget, load);
  await cache.get('a', budget, load);
  assert.equal(loads, 4, 'a was the oldest of three and had to go');
  now = 61_000;
  await cache.get('a', budget, load);
  assert.equal(loads, 5);
  await cache.get('f', budget, () => Promise.resolve({ ok: false, failure: 'no' }));
  assert.ok((await cache.get('f', budget, load)).ok);
});

test('who waited for the work of another that failed does it again', async () => {
  const cache = createFlightCache<string, string>(() => 0, 2, 300);
  const budget = startBudget();
  const failing = cache.get('a', budget, () => Promise.resolve({ ok: false, failure: 'their budget was used up' }));
  const mine = cache.get('a', budget, () => loaded('value'));
  assert.equal((await failing).ok, false);
  assert.equal((await mine).ok, true);
});

test('a question that waits for its socket while the pool is closed ends', { timeout: 5_000 }, async () => {
  const pool = createUdpPool(randomFillSync);
  const opening = pool.open(
    { address: '127.0.0.1', port: 9 },
    { onDatagram: () => undefined, onError: () => undefined },
  );
  pool.close();
  assert.equal(await opening, null);
});

test('a socket gives way to one on another port after its share of questions', async (t) => {
  const server = createSocket('udp4');
  const ports: number[] = [];
  const arrived = new Promise<void>((resolve) => {
    server.on('message', (_, peer) => {
      if (ports.push(peer.port) === 4) resolve();
    });
  });
  await new Promise<void>((resolve) => server.bind(0, '127.0.0.1', resolve));
  const pool = createUdpPool(randomFillSync, { sockets: 1, maxUses: 2 });
  t.after(() => {
    pool.close();
    server.close();
  });
  const listener = { onDatagram: () => undefined, onError: () => undefined };
  for (let i = 0; i < 4; i++) {
    const slot = await pool.open({ address: '127.0.0.1', port: server.address().port }, listener);
    slot?.send(Buffer.from('question'));
  }
  await arrived;
  assert.equal(new Set(ports).size, 2);
});

/** In place of chance: octets that follow each other are never the same. */
function countUp(octets: Uint8Array): void {
  for (const at of octets.keys()) octets[at] = at;
}

test('in one turn, the port on which one address is asked tells nothing of the one on which another is', async (t) => {
  const ports: number[][] = [];
  const servers = await Promise.all(
    ['127.0.0.1', '127.0.0.2'].map(async (address, index) => {
      const server = createSocket('udp4');
      ports.push([]);
      server.on('message', (_, peer) => ports[index]?.push(peer.port));
      await new Promise<void>((resolve) => server.bind(0, address, resolve));
      return { server, target: { address, port: server.address().port } };
    }),
  );
  const pool = createUdpPool(countUp);
  t.after(() => {
    pool.close();
    for (const { server } of servers) server.close();
  });
  const listener = { onDatagram: () => undefined, onError: () => undefined };
  const opened = servers.flatMap(({ target }) => [1, 2, 3].map(() => pool.open(target, listener)));
  const slots = await Promise.all(opened);
  assert.equal(new Set(slots.slice(0, 3).map((slot) => slot?.id)).size, 3, 'the ids of one port');
  for (const slot of slots) slot?.send(Buffer.from('question'));
  const arrived = () => ports.every(({ length }) => length === 3);
  while (!arrived()) await new Promise((resolve) => setImmediate(resolve));
  const [one, other] = ports.map((each) => new Set(each));
  assert.deepEqual([one?.size, other?.size], [1, 1]);
  assert.notDeepEqual(one, other);
});

test('many questions of one turn to one address are spread over sockets, or their answers would not fit in one', async (t) => {
  const pool = createUdpPool(countUp);
  const server = createSocket('udp4');
  const perPort = new Map<number, number>();
  let arrived = 0;
  server.on('message', (_, peer) => {
    perPort.set(peer.port, (perPort.get(peer.port) ?? 0) + 1);
    arrived += 1;
  });
  await new Promise<void>((resolve) => server.bind(0, '127.0.0.1', resolve));
  t.after(() => {
    pool.close();
    server.close();
  });
  const target = { address: '127.0.0.1', port: server.address().port };
  const listener = { onDatagram: () => undefined, onError: () => undefined };
  const slots = await Promise.all(Array.from({ length: 65 }, () => pool.open(target, listener)));
  for (const slot of slots) slot?.send(Buffer.from('question'));
  while (arrived < 65) await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual([...perPort.values()].sort(), [1, 32, 32]);
});
