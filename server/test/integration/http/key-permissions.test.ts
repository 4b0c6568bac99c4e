import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Access, isAllowed, PERMISSIONS } from '../../../src/core/access/permissions.ts';
import type { ApiKey } from '../../../src/crypto/api-keys.ts';
import { issueApiKey } from '../../../src/services/projects/api-keys.ts';
import { createTestApp, type TestApp } from '../../support/app.ts';

/** What each call of the API takes of a key. A call that is not here fails the first test. */
const CALLS: Readonly<Record<string, Access>> = {
  'POST /v1/domains': 'change',
  'GET /v1/domains': 'read',
  'GET /v1/domains/{domainId}': 'read',
  'GET /v1/domains/{domainId}/attributes': 'read',
  'PATCH /v1/domains/{domainId}': 'change',
  'DELETE /v1/domains/{domainId}': 'change',
  'POST /v1/domains/{domainId}/verify': 'change',
  'GET /v1/domains/{domainId}/diagnostics': 'read',
  'GET /v1/domains/{domainId}/diagnostics?refresh=true': 'check DNS',
  'GET /v1/domains/{domainId}/events': 'read',
  'GET /v1/domains/{domainId}/zone-file': 'read',
  'GET /v1/domains/{domainId}/records': 'read',
  'GET /v1/domains/{domainId}/setup-link': 'check DNS',
  'GET /v1/domains/{domainId}/share-links': 'read',
  'POST /v1/domains/{domainId}/share-links': 'change',
  'DELETE /v1/domains/{domainId}/share-links/{linkId}': 'change',
  'GET /v1/domains/{domainId}/keys': 'read',
  'POST /v1/domains/{domainId}/keys': 'change',
  'POST /v1/domains/{domainId}/keys/{selector}/activate': 'change',
  'POST /v1/domains/{domainId}/keys/{selector}/revoke': 'change',
  'POST /v1/domains/{domainId}/sign': 'sign',
  'POST /v1/domains/{domainId}/proof': 'sign',
  'GET /v1/regions': 'read',
  'GET /v1/api-key': 'read',
  'GET /v1/audit-log': 'read the audit log',
  'GET /v1/mail-server-keys': 'pull private keys',
  'GET /v1/events': 'read',
  'GET /v1/events/stream': 'read',
  'POST /v1/test/advance': 'change',
  'POST /v1/webhooks': 'change',
  'GET /v1/webhooks': 'read',
  'GET /v1/webhooks/{webhookId}': 'read',
  'PUT /v1/webhooks/{webhookId}': 'change',
  'DELETE /v1/webhooks/{webhookId}': 'change',
  'GET /v1/webhooks/{webhookId}/reveal': 'change',
  'POST /v1/webhooks/{webhookId}/rotate-secret': 'change',
  'POST /v1/webhooks/{webhookId}/test': 'change',
  'POST /v1/webhooks/{webhookId}/resend': 'change',
  'POST /v1/webhooks/{webhookId}/retry-failed': 'change',
  'GET /v1/webhooks/{webhookId}/logs': 'read',
  'GET /v1/webhooks/{webhookId}/deliveries/{deliveryId}': 'read',
  'POST /v1/webhooks/{webhookId}/deliveries/{deliveryId}/retry': 'change',
  'GET /v1/domains/{domainId}/dns-plan': 'change',
  'POST /v1/domains/{domainId}/dns-plan/apply': 'change',
  'POST /v1/dns-connections': 'change',
  'GET /v1/dns-connections': 'read',
  'GET /v1/dns-connections/{connectionId}': 'read',
  'DELETE /v1/dns-connections/{connectionId}': 'change',
  'POST /v1/dns-connections/{connectionId}/test': 'change',
};
/** Those that name no domain, and that a key for some domains may make. */
const WITH_LIMITS = [
  'POST /v1/domains',
  'GET /v1/domains',
  'GET /v1/regions',
  'GET /v1/api-key',
  'GET /v1/mail-server-keys',
];

let service: TestApp;
let mine: string;
let other: string;
before(async () => {
  service = await createTestApp(import.meta.url);
  mine = (await service.addDomain('mine.example.com')).id;
  other = (await service.addDomain('other.example.com')).id;
});
after(() => service.close());

function send(call: string, key: ApiKey, domainId: string, body?: unknown) {
  const [method = '', path = ''] = call.split(' ');
  const url = path.replace('{domainId}', domainId).replace('{selector}', 'none').replace('{linkId}', 'none');
  // With this, a stream is refused for its header, and never opened.
  const headers = { 'last-event-id': 'none' };
  return service.send({ method: method as 'GET', url, key, headers, ...(body !== undefined && { body }) });
}

const issue = (input: Partial<Parameters<typeof issueApiKey>[2]>) =>
  issueApiKey(service.ctx, service.ctx.db, {
    ...{ projectId: service.project.id, name: 'limited', permission: 'full_access' },
    ...input,
  });

test('every call of the API is in the table', async () => {
  const { json } = await service.send({ url: '/openapi.json', key: null }).catch(async () => ({
    json: JSON.parse((await service.app.inject('/openapi.json')).payload),
  }));
  const calls = Object.entries(json.paths as Record<string, object>).flatMap(([path, operations]) =>
    path.startsWith('/v1/') ? Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`) : [],
  );
  assert.deepEqual(
    calls.toSorted(),
    Object.keys(CALLS)
      .filter((call) => !call.includes('?'))
      .toSorted(),
  );
});

for (const permission of PERMISSIONS)
  test(`a ${permission} key may make the calls of its permission, and no other`, async () => {
    const { key } = await service.createKey(service.project, { permission });
    for (const [call, access] of Object.entries(CALLS)) {
      const { status, json } = await send(call, key, 'f'.repeat(24), {});
      if (isAllowed(permission, access)) assert.notEqual(status, 403, call);
      else assert.deepEqual([status, json.error.code], [403, 'FORBIDDEN'], call);
      assert.notEqual(status, 401, call);
    }
  });

test('a key for some domains finds no other domain: every call answers as for one that never was', async () => {
  for (const permission of PERMISSIONS) {
    const { key } = await issue({ permission, domains: ['Mine.example.com.', 'later.example.com'] });
    for (const [call, access] of Object.entries(CALLS).filter(([each]) => each.includes('{domainId}'))) {
      if (!isAllowed(permission, access)) continue;
      const foreign = await send(call, key, other, {});
      const never = await send(call, key, 'f'.repeat(24), {});
      assert.deepEqual([foreign.status, foreign.text], [404, never.text], call);
      if (!/verify|DELETE|diag/.test(call)) assert.notEqual((await send(call, key, mine, {})).status, 403, call);
    }
  }
});

test('a key for some domains adds and lists those only, and what is about the whole project is refused to it', async () => {
  const { key, allowedDomains } = await issue({ domains: ['Mine.example.com.', 'later.example.com'] });
  assert.deepEqual(allowedDomains, ['mine.example.com', 'later.example.com']);
  const names = async () =>
    (await send('GET /v1/domains', key, '')).json.data.domains.map((each: { domainName: string }) => each.domainName);
  assert.deepEqual(await names(), ['mine.example.com']);
  const refused = await send('POST /v1/domains', key, '', { domain: 'sub.mine.example.com' });
  assert.deepEqual([refused.status, refused.json.error.code], [403, 'FORBIDDEN']);
  assert.equal((await send('POST /v1/domains', key, '', { domain: 'LATER.example.com' })).status, 201);
  assert.deepEqual((await names()).toSorted(), ['later.example.com', 'mine.example.com']);
  for (const [call, access] of Object.entries(CALLS)) {
    if (call.includes('{domainId}') || !isAllowed('full_access', access)) continue;
    const { status } = await send(call, key, '', {});
    assert.equal(status === 403, !WITH_LIMITS.includes(call), call);
  }
});

test('a mail server key for some domains gets the private keys of those only', async () => {
  await service.query("UPDATE domains SET status = 'VERIFIED'");
  const { key } = await issue({ permission: 'mail_server', domains: ['mine.example.com'] });
  const pull = async (query = '') =>
    (await send(`GET /v1/mail-server-keys${query}`, key, '')).json.data.keys as { id: string; domainName: string }[];
  assert.deepEqual(
    (await pull()).map(({ domainName }) => domainName),
    ['mine.example.com'],
  );
  const rows = await service.query<{ id: string }>(`SELECT id FROM dkim_keys WHERE domain_id = '${other}'`);
  assert.deepEqual(await pull(`?ids=${rows[0]?.id}`), []);
});

test('a key works from its networks only, and a use from elsewhere is not noted as its last', async () => {
  const { id, key } = await issue({ networks: ['192.0.2.7/24', '2001:db8::1'] });
  const from = (remoteAddress: string) =>
    service.app.inject({ url: '/v1/regions', remoteAddress, headers: { authorization: `Bearer ${key}` } });
  const refused = await from('198.51.100.1');
  assert.equal(refused.statusCode, 403);
  assert.match(refused.payload, /198\.51\.100\.1/);
  await service.ctx.background.drain();
  const last = async () =>
    (await service.query(`SELECT last_used_at, last_used_address FROM api_keys WHERE id = '${id}'`))[0];
  assert.deepEqual(await last(), { last_used_at: null, last_used_address: null });
  for (const address of ['192.0.2.200', '2001:db8::1', '::ffff:192.0.2.1']) {
    assert.equal((await from(address)).statusCode, 200, address);
    await service.ctx.background.drain();
  }
  assert.equal((await last())?.last_used_address, '192.0.2.200');
});

test('a key for a domain is for it in whatever way its name is written', async () => {
  const names = ['MÜNCHEN.de', 'xn--mnchen-3ya.de.', 'münchen.DE'];
  for (const name of names) {
    const { key, allowedDomains } = await issue({ domains: [name, ...names] });
    assert.deepEqual(allowedDomains, ['xn--mnchen-3ya.de']);
    const { status } = await send('POST /v1/domains', key, '', { domain: names[0] });
    assert.equal(status, name === names[0] ? 201 : 409, name);
    const found = await service.send({ url: `/v1/domains?name=${encodeURIComponent(name)}`, key });
    assert.equal(found.json.data.domains.length, 1, name);
  }
});

test('networks of a key hold for addresses in whatever form they come, and have no bits after their prefix', async () => {
  const { key, allowedNetworks } = await issue({
    networks: ['192.0.2.77/24', '::ffff:198.51.100.0/120', '2001:DB8:0:0:1::5/64'],
  });
  assert.deepEqual(allowedNetworks, ['192.0.2.0/24', '198.51.100.0/24', '2001:db8::/64']);
  const from = async (remoteAddress: string) =>
    (await service.app.inject({ url: '/v1/regions', remoteAddress, headers: { 'x-api-key': key } })).statusCode;
  for (const address of [
    '192.0.2.1',
    '::ffff:192.0.2.1',
    '::ffff:c000:201',
    '198.51.100.255',
    '2001:db8::ffff',
    '2001:DB8::1%eth0',
  ])
    assert.equal(await from(address), 200, address);
  for (const address of ['192.0.3.1', '::ffff:192.0.3.1', '::192.0.2.1', '64:ff9b::192.0.2.1', '2001:db8:0:1::1', ''])
    assert.equal(await from(address), 403, address);
});

test('an expiry that is not in the future is refused, and one to the moment is over at that moment', async () => {
  const now = service.clock.now();
  for (const ms of [0, -1, -86_400_000])
    await assert.rejects(issue({ expiresAt: new Date(now.getTime() + ms) }), { code: 'VALIDATION_FAILED' });
  const { key } = await issue({ expiresAt: new Date(now.getTime() + 5_000) });
  assert.equal((await send('GET /v1/regions', key, '')).status, 200);
  service.clock.advance(5_000);
  assert.equal((await send('GET /v1/regions', key, '')).status, 401);
});

test('what is no domain and no network is refused when the key is made, and named', async () => {
  for (const [input, field] of [
    [{ domains: ['example.com', 'http://example.com'] }, 'domains'],
    [{ domains: ['com'] }, 'domains'],
    [{ networks: ['192.0.2.0/33'] }, 'networks'],
    [{ networks: ['anywhere'] }, 'networks'],
  ] as const)
    await assert.rejects(
      issue(input),
      ({ code, details }) => code === 'VALIDATION_FAILED' && details[0].field === field,
    );
});
