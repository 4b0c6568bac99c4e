import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { createRateLimiter } from '../../../src/http/rate-limit.ts';
import { createTestApp, type TestApp, type TestReply } from '../../support/app.ts';

let service: TestApp;
before(async () => {
  service = await createTestApp(import.meta.url, { variables: { RATE_LIMIT_PER_SECOND: '5' } });
});
after(() => service.close());
// Long enough for every bucket to fill up.
beforeEach(() => service.clock.advance(60_000));

const BURST = 10;
const ADDRESS_BURST = 100;

async function sendMany(count: number, key: string | null = service.key): Promise<TestReply[]> {
  const replies: TestReply[] = [];
  for (let n = 0; n < count; n += 1) replies.push(await service.send({ url: '/v1/regions', key }));
  return replies;
}

test('every answer under /v1 counts down, failures too', async () => {
  const paths = ['/v1/regions', '/v1/domains/x', '/v1/domains?limit=0', '/v1/nothing'];
  for (const [index, url] of paths.entries()) {
    const { headers } = await service.send({ url });
    assert.equal(Number(headers['x-ratelimit-limit']), BURST, url);
    assert.equal(Number(headers['x-ratelimit-remaining']), BURST - 1 - index, url);
    const resetAt = Number(headers['x-ratelimit-reset']);
    assert.equal(resetAt, Math.ceil(service.clock.now().getTime() / 1000 + (index + 1) / 5), url);
  }
});

test('beyond the burst it is 429 with Retry-After, the same in the body, and the headers', async () => {
  const replies = await sendMany(BURST + 1);
  assert.ok(replies.slice(0, BURST).every(({ status }) => status === 200));
  const refused = replies.at(-1);
  assert.equal(refused?.status, 429);
  assert.equal(refused.headers['retry-after'], '1');
  assert.equal(refused.headers['x-ratelimit-remaining'], '0');
  assert.deepEqual({ ...refused.json.error, message: '' }, { message: '', code: 'RATE_LIMIT_EXCEEDED', retryAfter: 1 });
});

test('whoever waits as long as Retry-After says is served again', async () => {
  const replies = await sendMany(BURST + 1);
  service.clock.advance(1_000 * Number(replies.at(-1)?.headers['retry-after']));
  assert.equal((await sendMany(1))[0]?.status, 200);
});

test('asking while refused does not make the wait longer', async () => {
  await sendMany(BURST * 5);
  service.clock.advance(200);
  assert.deepEqual(
    (await sendMany(2)).map(({ status }) => status),
    [200, 429],
  );
});

test('each key has its own allowance, also within a project', async () => {
  await sendMany(BURST + 1);
  const { key } = await service.createKey(service.project);
  assert.equal((await sendMany(1, key))[0]?.status, 200);
});

test('requests without a valid key are counted by address, whatever key they try', async () => {
  const statuses: number[] = [];
  for (let n = 0; n <= ADDRESS_BURST; n += 1) {
    const key = `as_${String(n).padStart(40, 'x')}`;
    statuses.push((await service.send({ url: '/v1/domains', key })).status);
  }
  assert.deepEqual(statuses, [...Array<number>(ADDRESS_BURST).fill(401), 429]);
  assert.equal((await sendMany(1))[0]?.status, 200, 'a valid key from that address is still served');
});

test('all addresses of an IPv6 /64 share one allowance, and the next /64 has its own', async () => {
  const from = async (remoteAddress: string) =>
    (await service.app.inject({ url: '/v1/domains', remoteAddress })).statusCode;
  const statuses: number[] = [];
  for (let n = 0; n <= ADDRESS_BURST; n += 1) statuses.push(await from(`2001:db8:0:1::${n + 1}`));
  assert.deepEqual(statuses, [...Array<number>(ADDRESS_BURST).fill(401), 429]);
  assert.equal(await from('2001:db8:0:2::1'), 401);
});

test('a guessed key beyond the limit is refused before it is looked up', async () => {
  const connections = { keep: () => undefined };
  const limiter = createRateLimiter(service.ctx, 5, { connections, findAddress: () => '192.0.2.77' });
  const request = {} as FastifyRequest;
  const reply = { header: () => reply } as unknown as FastifyReply;
  let lookedUp = 0;
  const find = async () => {
    lookedUp += 1;
    return null;
  };
  const guess = (n: number) =>
    limiter.admit<object>(request, reply, `guess ${n}`, { find, idsOf: () => ({ own: 'nobody' }) });
  for (let n = 0; n < ADDRESS_BURST; n += 1) await guess(n);
  await assert.rejects(guess(ADDRESS_BURST), { code: 'RATE_LIMIT_EXCEEDED' });
  assert.equal(lookedUp, ADDRESS_BURST);
});

test('what needs no key is counted by address, without the headers of a key, and a spent key takes nothing from it', async () => {
  await sendMany(BURST + 1);
  for (const url of ['/health/live', '/health/ready', '/metrics', '/openapi.json', '/docs']) {
    const { status, headers } = await service.send({ url });
    assert.equal(status, 200, url);
    assert.ok(!('x-ratelimit-limit' in headers), url);
  }
});

test('a clock that is set back neither refuses nor gives anything away', async () => {
  await sendMany(BURST);
  service.clock.advance(-3_600_000);
  assert.equal((await sendMany(1))[0]?.status, 429);
  service.clock.advance(1_000);
  assert.equal((await sendMany(1))[0]?.status, 200);
  service.clock.advance(3_600_000);
});

describe('three nodes on one database', () => {
  const RATE = 5;
  const nodes: TestApp[] = [];
  before(async () => {
    nodes.push(service);
    for (let count = 0; count < 2; count += 1)
      nodes.push(
        await createTestApp(import.meta.url, { beside: service, variables: { RATE_LIMIT_PER_SECOND: String(RATE) } }),
      );
  });
  after(async () => {
    for (const node of nodes.slice(1)) await node.close();
  });

  /** Asks far too much, ten times a second, and counts what is served. */
  async function flood(asked: readonly TestApp[], seconds: number, key: string): Promise<number> {
    let served = 0;
    for (let step = 0; step < seconds * 10; step += 1) {
      for (const node of asked)
        for (let n = 0; n < 4; n += 1) if ((await node.send({ url: '/v1/regions', key })).status === 200) served += 1;
      await Promise.all(asked.map(({ ctx }) => ctx.background.drain()));
      service.clock.advance(100);
    }
    return served;
  }

  test('one key gets its rate over all of them, and a burst of each node at most', async () => {
    const { key } = await service.createKey(service.project);
    const seconds = 20;
    const served = await flood(nodes, seconds, key);
    assert.ok(served <= RATE * seconds + nodes.length * BURST, `${served} were served`);
    assert.ok(served >= RATE * seconds, `${served} were served`);
    const later = await flood(nodes, seconds, key);
    assert.ok(later <= RATE * seconds * 1.1, `${later} were served after the burst`);
  });

  test('all of it can be had from one node, and the others know', async () => {
    const { key } = await service.createKey(service.project);
    const seconds = 10;
    const [one, ...others] = nodes as [TestApp, ...TestApp[]];
    assert.equal(await flood([one], seconds, key), RATE * (seconds - 0.1) + BURST - 0.5);
    const elsewhere = await flood(others, 1, key);
    assert.ok(elsewhere <= RATE + others.length * BURST, `${elsewhere} were served elsewhere`);
  });

  test('the allowances of people and addresses are in the database by a hash only, and are forgotten', async () => {
    await flood(nodes, 1, `as_${'Unknown00'.repeat(4)}`);
    const rows = await service.query<{ id: string }>('SELECT id FROM rate_levels');
    assert.ok(rows.length > 0 && rows.every(({ id }) => /^[a-f\d]{32}$/.test(id)));
    service.clock.advance(20 * 60_000);
    await flood(nodes, 1, service.key);
    assert.ok((await service.query('SELECT 1 FROM rate_levels')).length <= nodes.length);
  });

  test('while nobody can be told, each node counts for itself and serves', async () => {
    await service.query('ALTER TABLE rate_levels RENAME TO rate_levels_away');
    try {
      const { key } = await service.createKey(service.project);
      assert.ok((await flood(nodes, 1, key)) >= BURST);
    } finally {
      await service.query('ALTER TABLE rate_levels_away RENAME TO rate_levels');
    }
  });
});
