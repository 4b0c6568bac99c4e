import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { getProjectByName, updateProject } from '../../../src/services/projects/projects.ts';
import { createTestApp, type TestApp } from '../../support/app.ts';

let service: TestApp;
let domainId: string;
before(async () => {
  service = await createTestApp(import.meta.url);
  domainId = (await service.addDomain('linked.example.com')).id;
  await allow(['https://app.example.com']);
});
after(() => service.close());

const allow = async (returnOrigins: string[]) =>
  updateProject(service.ctx, await getProjectByName(service.ctx, service.project.id), { returnOrigins }, []);
const create = (body: unknown = {}, headers: Record<string, string> = {}, key = service.key) =>
  service.send({ method: 'POST', url: `/v1/domains/${domainId}/share-links`, body, headers, key });
const list = async () => (await service.send({ url: `/v1/domains/${domainId}/share-links` })).json.data.shareLinks;
/** What the page of a link gets. */
const open = (url: string) => service.send({ url: `/api/share/${url.split('/').at(-1)}`, key: null });

test('a link is created, listed without its address, and ends when it is revoked', async () => {
  const { status, json } = await create({ recipient: 'Jo' });
  assert.equal(status, 201);
  const { id, url, expiresAt } = json.data;
  assert.deepEqual(Object.keys(json.data), ['id', 'url', 'expiresAt']);
  assert.equal(Date.parse(expiresAt) - service.clock.now().getTime(), 30 * 86_400_000);
  const [listed] = await list();
  assert.deepEqual(
    [listed.id, listed.state, listed.recipient, listed.createdBy, 'url' in listed],
    [id, 'open', 'Jo', { type: 'api_key', name: 'test' }, false],
  );
  const page = await open(url);
  assert.deepEqual(
    [page.status, page.json.data.domainName, page.json.data.returnUrl],
    [200, 'linked.example.com', null],
  );
  const revoke = () => service.send({ method: 'DELETE', url: `/v1/domains/${domainId}/share-links/${id}` });
  assert.deepEqual([(await revoke()).status, (await revoke()).status], [200, 200]);
  assert.equal((await open(url)).status, 404);
  assert.equal((await list())[0].state, 'revoked');
  const [entry] = await service.query<{ action: string; actor_kind: string }>(
    'SELECT action, actor_kind FROM audit_log ORDER BY id DESC LIMIT 1',
  );
  assert.deepEqual(entry, { action: 'share_link.revoked', actor_kind: 'api_key' });
});

test('the page leads back to origins that the project allows, and to no other', async () => {
  const returnUrl = 'https://app.example.com/domains?done=1';
  const { url } = (await create({ returnUrl })).json.data;
  assert.equal((await open(url)).json.data.returnUrl, returnUrl);
  for (const wrong of [
    'https://evil.example/',
    'https://app.example.com.evil.example/',
    'http://app.example.com/',
    'javascript:alert(1)',
  ]) {
    const { status, json } = await create({ returnUrl: wrong });
    assert.deepEqual([status, json.error.details[0].field], [400, 'returnUrl'], wrong);
  }
  await allow([]);
  assert.equal((await open(url)).json.data.returnUrl, null, 'an origin that was taken off the list');
  await allow(['https://app.example.com']);
});

test('times that are over, too far or no times are refused, and fields that are not there', async () => {
  for (const body of [
    { expiresAt: '2001-01-01T00:00:00Z' },
    { expiresAt: '2090-01-01T00:00:00Z' },
    { expiresAt: 7 },
    { url: 'x' },
    { recipient: '' },
  ])
    assert.equal((await create(body)).status, 400, JSON.stringify(body));
});

test('a repeat with the same Idempotency-Key gets the same link again, and its address is stored nowhere in clear', async () => {
  const headers = { 'idempotency-key': 'link-1' };
  const first = await create({ recipient: 'Ann' }, headers);
  const second = await create({ recipient: 'Ann' }, headers);
  assert.deepEqual([second.status, second.headers['idempotent-replayed'], second.json], [201, 'true', first.json]);
  assert.equal((await create({ recipient: 'Bob' }, headers)).status, 422);
  const token = first.json.data.url.split('/').at(-1);
  const stored = await service.query<{ text: string }>('SELECT response AS text FROM idempotency_keys');
  assert.ok(stored.every(({ text }) => !text.includes(token)));
});

test('a domain is added with a link at once; the Domain stays as it is, also for a repeat', async () => {
  for (const [n, headers, query] of [
    [1, { prefer: 'respond-async, Share-Link' }, ''],
    [2, {}, '?shareLink=true'],
    [3, { prefer: 'share-link', 'idempotency-key': 'added-1' }, ''],
  ] as const) {
    const request = {
      method: 'POST' as const,
      url: `/v1/domains${query}`,
      body: { domain: `with-link-${n}.example.com` },
      headers,
    };
    const reply = await service.send(request);
    assert.equal(reply.status, 201, reply.text);
    const url = String(reply.headers['x-share-link']);
    assert.equal((await open(url)).json.data.domainName, `with-link-${n}.example.com`);
    const { id } = reply.json.data;
    assert.deepEqual((await service.send({ url: `/v1/domains/${id}` })).json.data, reply.json.data);
    if (n < 3) continue;
    const again = await service.send(request);
    assert.deepEqual([again.json, again.headers['x-share-link']], [reply.json, url]);
  }
  const plain = await service.send({
    method: 'POST',
    url: '/v1/domains',
    body: { domain: 'plain.example.com' },
    headers: { prefer: 'return=minimal' },
  });
  assert.equal(plain.headers['x-share-link'], undefined);
});

test('keys that only read list links and make none; other projects and domains have none', async () => {
  const { key } = await service.createKey(service.project, { permission: 'read_only' });
  assert.equal((await create({}, {}, key)).status, 403);
  assert.equal((await service.send({ url: `/v1/domains/${domainId}/share-links`, key })).status, 200);
  const other = await service.createProject();
  assert.equal((await create({}, {}, other.key)).status, 404);
  const elsewhere = (await service.addDomain('elsewhere.example.com')).id;
  const { id } = (await create()).json.data;
  assert.equal(
    (await service.send({ method: 'DELETE', url: `/v1/domains/${elsewhere}/share-links/${id}` })).status,
    404,
  );
});
