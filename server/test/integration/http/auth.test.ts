import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { parseApiKey } from '../../../src/crypto/api-keys.ts';
import { issueApiKey, revokeApiKey } from '../../../src/services/projects/api-keys.ts';
import { createTestApp, type TestApp, type TestReply } from '../../support/app.ts';

let service: TestApp;
before(async () => {
  service = await createTestApp(import.meta.url);
});
after(() => service.close());

const UNKNOWN_KEY = `as_${'A'.repeat(40)}`;

function assertUnauthorized({ status, headers, json }: TestReply, label: string): void {
  assert.equal(status, 401, label);
  assert.equal(json.error.code, 'UNAUTHORIZED', label);
  assert.equal(headers['www-authenticate'], 'Bearer', label);
}

test('no key, a malformed header and an unknown key are 401 with WWW-Authenticate', async () => {
  const values = [
    '',
    'Bearer',
    'Bearer ',
    service.key,
    `Basic ${Buffer.from(`x:${service.key}`).toString('base64')}`,
    `Bearer ${service.key} ${service.key}`,
    `Bearer "${service.key}"`,
    `Bearer ${service.key}x`,
    `Bearer ${service.key.slice(0, -1)}`,
    `Bearer ${service.key.toLowerCase()}`,
    `Bearer as_`,
    `Bearer as_${'a'.repeat(5_000)}`,
    `Bearer ${UNKNOWN_KEY}`,
  ];
  assertUnauthorized(await service.send({ url: '/v1/domains', key: null }), 'no header');
  for (const authorization of values) {
    const reply = await service.send({ url: '/v1/domains', key: null, headers: { authorization } });
    assertUnauthorized(reply, authorization.slice(0, 80));
    if (authorization.length > 10) assert.ok(!reply.text.includes(authorization), 'the key is not repeated');
  }
});

test('every route under /v1, known or not, wants a key before it says anything else', async () => {
  const routes = [
    ['POST', '/v1/domains'],
    ['GET', '/v1/domains/ffffffffffffffffffffffff'],
    ['DELETE', '/v1/domains/ffffffffffffffffffffffff'],
    ['POST', '/v1/domains/ffffffffffffffffffffffff/verify'],
    ['GET', '/v1/regions'],
    ['GET', '/v1/mail-server-keys'],
    ['GET', '/v1/nothing'],
    ['PUT', '/v1/domains'],
  ] as const;
  for (const [method, url] of routes)
    assertUnauthorized(await service.send({ method, url, key: UNKNOWN_KEY }), `${method} ${url}`);
});

test('the scheme is case-insensitive', async () => {
  for (const scheme of ['Bearer', 'bearer', 'BEARER', 'bEaReR', 'Bearer  ']) {
    const headers = { authorization: `${scheme} ${service.key}` };
    assert.equal((await service.send({ url: '/v1/domains', key: null, headers })).status, 200, scheme);
  }
});

test('a key in x-api-key is as good as one in Authorization, and two that differ are refused', async () => {
  const other = (await service.createKey(service.project)).key;
  const send = (headers: Record<string, string>) => service.send({ url: '/v1/domains', key: null, headers });
  assert.equal((await send({ 'x-api-key': service.key })).status, 200);
  assert.equal((await send({ 'X-API-Key': ` ${service.key} ` })).status, 200);
  assert.equal((await send({ 'x-api-key': service.key, authorization: `bearer ${service.key}` })).status, 200);
  for (const headers of [
    { 'x-api-key': service.key, authorization: `Bearer ${other}` },
    { 'x-api-key': UNKNOWN_KEY, authorization: `Bearer ${service.key}` },
    { 'x-api-key': service.key, authorization: 'Basic eDp5' },
    { 'x-api-key': '', authorization: `Bearer ${service.key}` },
    { 'x-api-key': '' },
    { 'x-api-key': `Bearer ${service.key}` },
    { 'x-api-key': UNKNOWN_KEY },
  ])
    assertUnauthorized(await send(headers), JSON.stringify(headers));
});

test('a key that an operator brings along may begin with AS_, as the documentation writes it', async () => {
  const key = parseApiKey(`AS_${'Brought0'.repeat(5)}`);
  assert.ok(key);
  await issueApiKey(service.ctx, service.ctx.db, {
    projectId: service.project.id,
    name: 'brought',
    permission: 'full_access',
    key,
  });
  assert.equal((await service.send({ url: '/v1/domains', key })).status, 200);
  assertUnauthorized(await service.send({ url: '/v1/domains', key: key.replace('AS_', 'as_') }), 'another key');
});

test('a revoked key is refused from the next request on', async () => {
  const { id, key } = await service.createKey(service.project);
  assert.equal((await service.send({ url: '/v1/domains', key })).status, 200);
  await revokeApiKey(service.ctx, service.project.id, id);
  assertUnauthorized(await service.send({ url: '/v1/domains', key }), 'revoked');
});

test('a key is refused from the moment at which it expires', async () => {
  const expiresAt = new Date(service.clock.now().getTime() + 60_000);
  const { key } = await service.createKey(service.project, { expiresAt });
  service.clock.advance(59_999);
  assert.equal((await service.send({ url: '/v1/domains', key })).status, 200);
  service.clock.advance(1);
  assertUnauthorized(await service.send({ url: '/v1/domains', key }), 'expired');
});

test('a read_only key reads everything and changes nothing', async () => {
  const { id } = await service.addDomain('read.example.com');
  const { key } = await service.createKey(service.project, { permission: 'read_only' });
  for (const url of ['/v1/domains', `/v1/domains/${id}`, '/v1/regions'])
    assert.equal((await service.send({ url, key })).status, 200, url);
  const changes = [
    { method: 'POST', url: '/v1/domains', body: { domain: 'write.example.com' } },
    { method: 'POST', url: `/v1/domains/${id}/verify` },
    { method: 'DELETE', url: `/v1/domains/${id}` },
    { method: 'DELETE', url: '/v1/domains/ffffffffffffffffffffffff' },
  ] as const;
  for (const change of changes) {
    const { status, json } = await service.send({ ...change, key });
    assert.equal(status, 403, change.method);
    assert.equal(json.error.code, 'FORBIDDEN');
  }
  const { json } = await service.send({ url: '/v1/domains' });
  assert.deepEqual(
    json.data.domains.map((domain: { domainName: string }) => domain.domainName),
    ['read.example.com'],
  );
});

test('a mail_server key pulls its keys and does nothing else; no other key pulls them', async () => {
  const { id } = await service.addDomain('pull.example.com');
  const { key } = await service.createKey(service.project, { permission: 'mail_server' });
  assert.equal((await service.send({ url: '/v1/mail-server-keys', key })).status, 200);
  const others = [
    { url: '/v1/domains' },
    { url: `/v1/domains/${id}` },
    { url: `/v1/domains/${id}/keys` },
    { url: '/v1/regions' },
    { url: '/v1/nothing' },
    { method: 'POST', url: '/v1/domains', body: { domain: 'write.example.com' } },
    { method: 'DELETE', url: `/v1/domains/${id}` },
    { method: 'POST', url: `/v1/domains/${id}/proof`, body: {} },
  ] as const;
  for (const request of others) {
    const { status, json } = await service.send({ ...request, key });
    assert.equal(status, 403, request.url);
    assert.equal(json.error.code, 'FORBIDDEN');
  }
  for (const permission of ['full_access', 'read_only'] as const) {
    const other = (await service.createKey(service.project, { permission })).key;
    for (const method of ['GET', 'HEAD'] as const) {
      const reply = await service.send({ method, url: '/v1/mail-server-keys', key: other });
      assert.equal(reply.status, 403, permission);
    }
  }
});

test('the last use of a key is noted, at most once a minute', async () => {
  const { id, key } = await service.createKey(service.project);
  const use = async () => {
    await service.send({ url: '/v1/regions', key });
    await service.ctx.background.drain();
    const [row] = await service.query<{ at: Date }>('SELECT last_used_at AS at FROM api_keys WHERE id = $1', [id]);
    return row?.at.toISOString();
  };
  const first = await use();
  assert.equal(first, service.clock.now().toISOString());
  service.clock.advance(59_000);
  assert.equal(await use(), first);
  service.clock.advance(2_000);
  assert.equal(await use(), service.clock.now().toISOString());
});
