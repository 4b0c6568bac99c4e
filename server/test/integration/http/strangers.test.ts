import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { createAllowances } from '../../../src/services/node/allowances.ts';
import { createTestApp, type TestApp } from '../../support/app.ts';

const BURST = 100;
const FILE_BURST = 1_000;
let folder: string;
let service: TestApp;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'autosend-files-'));
  await mkdir(join(folder, 'assets'));
  await writeFile(join(folder, 'index.html'), '<!doctype html>');
  await writeFile(join(folder, 'assets/index-1.js'), '1');
  service = await createTestApp(import.meta.url, {
    dashboardFolder: folder,
    variables: { RATE_LIMIT_PER_SECOND: '20', TRUSTED_PROXIES: '10.0.0.0/8' },
  });
});
after(async () => {
  await service.close();
  await rm(folder, { recursive: true });
});
beforeEach(() => service.clock.advance(60_000));

interface From {
  readonly remoteAddress: string;
  readonly headers?: Record<string, string>;
}
async function askMany(count: number, url: string, from: From): Promise<number[]> {
  const statuses: number[] = [];
  for (let n = 0; n < count; n += 1) statuses.push((await service.app.inject({ url, ...from })).statusCode);
  return statuses;
}
const countServed = (statuses: readonly number[]) => statuses.filter((status) => status !== 429).length;

test('every path that needs no key takes from one bucket of the address: whatever is asked, a hundred are served and no more', async () => {
  const paths = ['/metrics', '/docs', '/docs/assets/docs.css', '/openapi.json', '/docs/yaml', '/nothing', '/%zz'];
  const more = [
    '/v1',
    '/v1/domains',
    '/v1x',
    '/V1/domains',
    '//v1/domains',
    '/api/nothing',
    '/api/setup',
    '/api/session',
  ];
  const statuses: number[] = [];
  for (let n = 0; n < 10; n += 1)
    for (const url of [...paths, ...more]) statuses.push(...(await askMany(1, url, { remoteAddress: '192.0.2.1' })));
  assert.equal(countServed(statuses), BURST);
  assert.ok(!statuses.slice(0, BURST).includes(429));
  service.clock.advance(1_000);
  assert.equal(countServed(await askMany(50, '/docs', { remoteAddress: '192.0.2.1' })), 20);
});

test('the files of the dashboard have ten times that, and health checks an allowance of their own', async () => {
  const remoteAddress = '192.0.2.2';
  const html = { remoteAddress, headers: { accept: 'text/html' } };
  const statuses = [
    ...(await askMany(400, '/assets/index-1.js', { remoteAddress })),
    ...(await askMany(400, '/', { remoteAddress })),
    ...(await askMany(300, '/projects/1', html)),
  ];
  assert.equal(countServed(statuses), FILE_BURST);
  // The data that a page brings along is asked for as any other, and left out where it may not be.
  assert.equal(countServed(await askMany(BURST + 10, '/nothing', { remoteAddress: '192.0.2.22' })), BURST);
  assert.equal(countServed(await askMany(BURST + 10, '/health/live', { remoteAddress })), BURST);
});

test('behind a trusted proxy it is the address of the client that is counted, and a header of anybody else is nothing', async () => {
  const through = (client: string, remoteAddress = '10.0.0.1') => ({
    remoteAddress,
    headers: { 'x-forwarded-for': client },
  });
  assert.equal(countServed(await askMany(BURST + 10, '/docs', through('198.51.100.1'))), BURST);
  assert.equal(countServed(await askMany(10, '/docs', through('198.51.100.2'))), 10);
  assert.equal(countServed(await askMany(10, '/docs', through('2001:db8:1:2::7'))), 10);
  let withPorts = 0;
  for (let n = 0; n < BURST + 10; n += 1)
    withPorts += countServed(
      await askMany(1, '/docs', through(`192.0.2.${n}, 198.51.100.9:${40_000 + n}, 10.0.0.7:80`)),
    );
  assert.equal(withPorts, BURST, 'a proxy that tells the port of a client makes no new one of it');
  let served = 0;
  for (let n = 0; n < BURST + 10; n += 1)
    served += countServed(await askMany(1, '/docs', through(`198.51.100.${n}`, '192.0.2.3')));
  assert.equal(served, BURST, 'an address that is no proxy says whose it is, and is not believed');
});

test('an office of three hundred people with a key each is served behind one address, at once and from the first request on', async () => {
  const keys: { key: string }[] = [];
  for (let n = 0; n < 300; n += 1) keys.push(await service.createKey(service.project));
  const send = (key: string) =>
    service.app.inject({ url: '/v1/regions', remoteAddress: '192.0.2.4', headers: { authorization: `Bearer ${key}` } });
  let served = 0;
  // A project has its own limit, of a burst of 200: that is not what this is about.
  for (const { key } of keys) {
    served += (await send(key)).statusCode === 200 ? 1 : 0;
    service.clock.advance(10);
  }
  assert.equal(served, keys.length);
  assert.equal(countServed(await askMany(BURST + 10, '/docs', { remoteAddress: '192.0.2.4' })), BURST);
});

test('nobody gets a fresh bucket by pushing out others: not with as many networks as they like', () => {
  const allowances = createAllowances({
    ...service.ctx,
    background: { run: () => undefined, drain: async () => undefined },
  });
  const allowance = { perSecond: 20, capacity: BURST };
  const take = (id: string, isStranger = true) => allowances.take({ id, allowance, isStranger });
  const spent = (id: string, isStranger = true) => {
    for (let n = 0; n < BURST; n += 1) take(id, isStranger);
    assert.equal(take(id, isStranger).isAllowed, false);
  };
  spent('key:1', false);
  spent('page:192.0.2.9');
  let served = 0;
  for (let n = 0; n < 120_000; n += 1) if (take(`page:2001:db8:${n >> 8}:${n & 255}::/64`).isAllowed) served += 1;
  assert.equal(take('page:192.0.2.9').isAllowed, false);
  assert.equal(take('key:1', false).isAllowed, false);
  assert.ok(served >= 50_000);
  // Beyond what is remembered, networks share: none of them gets one for itself by coming again.
  let again = 0;
  for (let n = 0; n < 1_000; n += 1) if (take('page:203.0.113.77').isAllowed) again += 1;
  assert.ok(again <= BURST, String(again));
  service.clock.advance(60_000);
  assert.equal(take('page:203.0.113.78').tokens, BURST - 1, 'when they are full again they are forgotten');
});
