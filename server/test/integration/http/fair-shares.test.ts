import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { createTestApp, type TestApp } from '../../support/app.ts';

const RATE = 10;
const BURST = 2 * RATE;
let service: TestApp;
before(async () => {
  service = await createTestApp(import.meta.url, { variables: { RATE_LIMIT_PER_SECOND: String(RATE) } });
});
after(() => service.close());
beforeEach(() => service.clock.advance(600_000));

const remaining = async (key = service.key) =>
  Number((await service.send({ url: '/v1/regions', key })).headers['x-ratelimit-remaining']);

test('all keys of a project together get five times the rate of one, and another project its own', async () => {
  const keys = await Promise.all(Array.from({ length: 10 }, () => service.createKey(service.project)));
  let served = 0;
  for (const { key } of keys)
    for (let n = 0; n < BURST; n += 1) {
      const { status, json } = await service.send({ url: '/v1/regions', key });
      if (status === 200) served += 1;
      else assert.match(json.error.message, /by all keys of this project/);
    }
  assert.equal(served, 5 * BURST);
  const { key } = await service.createProject();
  assert.equal((await service.send({ url: '/v1/regions', key })).status, 200);
  // What the project refuses, its key has not used up.
  assert.equal(
    Number((await service.send({ url: '/v1/regions', key: keys[9]?.key ?? '' })).headers['x-ratelimit-remaining']),
    BURST - 1,
  );
});

test('a list costs one for each fifty domains in it: a short one costs one, whatever its limit', async () => {
  const { key } = await service.createProject();
  await service.addDomain('one.example.com', key);
  service.clock.advance(600_000);
  await service.send({ url: '/v1/domains', key });
  assert.equal(await remaining(key), BURST - 2);
  for (let n = 0; n < 120; n += 1) {
    service.clock.advance(200);
    await service.addDomain(`d${n}.example.com`, key);
  }
  service.clock.advance(600_000);
  const list = await service.send({ url: '/v1/domains', key });
  assert.equal(list.json.data.domains.length, 121);
  assert.equal(list.headers['x-ratelimit-remaining'], String(BURST - 3));
  assert.equal(await remaining(key), BURST - 4);
});

test('what a request cost beyond what there was is owed, and waited for', async () => {
  const { key } = await service.createProject();
  for (let n = 0; n < 101; n += 1) {
    service.clock.advance(200);
    await service.addDomain(`d${n}.example.net`, key);
  }
  service.clock.advance(600_000);
  for (let n = 0; n < BURST - 1; n += 1) await service.send({ url: '/v1/regions', key });
  assert.equal((await service.send({ url: '/v1/domains', key })).status, 200);
  const refused = await service.send({ url: '/v1/regions', key });
  assert.equal(refused.status, 429);
  service.clock.advance(200);
  assert.equal((await service.send({ url: '/v1/regions', key })).status, 429, 'two more are owed');
  service.clock.advance(100);
  assert.equal((await service.send({ url: '/v1/regions', key })).status, 200);
});

test('signing costs one for each megabyte that is announced, at least one, and at most a burst', async () => {
  const sign = (octets: number) =>
    service.app.inject({
      method: 'POST',
      url: `/v1/domains/${'0'.repeat(24)}/sign`,
      headers: { 'x-api-key': service.key, 'content-type': 'message/rfc822', 'content-length': String(octets) },
      payload: 'From: a@example.com\r\n\r\n',
    });
  for (const [octets, cost] of [
    [22, 1],
    [1024 * 1024, 1],
    [1024 * 1024 + 1, 2],
    [7 * 1024 * 1024, 7],
    [1_000 * 1024 * 1024, BURST],
  ] as const) {
    service.clock.advance(600_000);
    const { headers } = await sign(octets);
    assert.equal(Number(headers['x-ratelimit-remaining']), BURST - cost, String(octets));
  }
});

test('without a rate limit nothing is counted, by nobody', async () => {
  const free = await createTestApp(import.meta.url, { beside: service, variables: { RATE_LIMIT_PER_SECOND: '0' } });
  try {
    for (let n = 0; n < 250; n += 1) {
      assert.equal((await free.send({ url: '/v1/regions' })).status, 200);
      assert.equal((await free.send({ url: '/openapi.json', key: null })).status, 200);
    }
    assert.ok(Object.values(free.ctx.quotas).every((limit) => limit === null));
  } finally {
    await free.close();
  }
});
