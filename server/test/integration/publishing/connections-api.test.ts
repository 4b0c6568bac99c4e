import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import type { DnsProviderProblem } from '../../../src/core/publishing/dns-provider.ts';
import { createTestApp, type TestApp } from '../../support/app.ts';
import { createMemoryZones } from '../../support/publishing/memory-zones.ts';

const SECRET = 'bm90IGEgcmVhbCBzZWNyZXQ=';
const URL = '/v1/dns-connections';
const BODY = {
  name: 'Our name server',
  provider: 'rfc2136',
  settings: { server: 'ns1.example.com', port: 53, tsigName: 'Autosend.', tsigSecret: SECRET },
};
const zones = createMemoryZones('example.com');
let problem: DnsProviderProblem | null = null;
let tries = 0;

let service: TestApp;
before(async () => {
  service = await createTestApp(import.meta.url, {
    dnsProviders: {
      rfc2136: () => ({
        ...zones,
        listZones: async () => {
          tries += 1;
          return problem ?? { outcome: 'done', value: null };
        },
      }),
      cloudflare: () => zones,
    },
  });
});
beforeEach(() => {
  problem = null;
  tries = 0;
});
after(() => service.close());

const post = (body: unknown, more: { key?: string; headers?: Record<string, string>; url?: string } = {}) =>
  service.send({ method: 'POST', url: URL, body, ...more });

test('a connection is created, shown without its secret, tested and deleted', async () => {
  const created = await post(BODY);
  assert.equal(created.status, 201, created.text);
  const { id, ...connection } = created.json.data;
  const at = '2026-01-15T12:00:00.000Z';
  assert.deepEqual(connection, {
    name: 'Our name server',
    provider: 'rfc2136',
    settings: { server: 'ns1.example.com', port: '53', tsigName: 'autosend', tsigAlgorithm: 'hmac-sha256' },
    zones: [],
    hasAllZones: false,
    lastSuccessAt: at,
    lastError: null,
    createdAt: at,
  });
  assert.deepEqual((await service.send({ url: URL })).json.data, { dnsConnections: [{ id, ...connection }] });

  const tested = await post({ zone: 'EXAMPLE.com.' }, { url: `${URL}/${id}/test` });
  assert.deepEqual(tested.json.data, {
    ...{ success: true, zones: ['example.com'], hasAllZones: false, writtenTo: 'example.com', problem: null },
  });
  await service.addDomain('mail.example.com');
  await service.addDomain('notexample.com');
  const shown = await service.send({ url: `${URL}/${id}` });
  assert.deepEqual(
    [shown.json.data.zones, shown.json.data.domains, shown.json.data.hasMoreDomains],
    [['example.com'], ['mail.example.com'], false],
  );

  const deleted = await service.send({ method: 'DELETE', url: `${URL}/${id}` });
  assert.deepEqual([deleted.status, deleted.json.data], [200, null]);
  for (const method of ['GET', 'DELETE'] as const)
    assert.equal((await service.send({ method, url: `${URL}/${id}` })).status, 404);
});

test('a test needs no body, and tells in words what is missing; its answer is 200 all the same', async () => {
  const { id } = (await post(BODY)).json.data;
  const url = `${URL}/${id}/test`;
  assert.equal((await service.send({ method: 'POST', url })).json.data?.success, true);
  problem = { outcome: 'clock_off', detail: 'BADTIME' };
  const { status, json } = await post({}, { url });
  assert.equal(status, 200);
  assert.deepEqual(json.data.problem, {
    code: 'clock_off',
    message: 'The name server rejects the signature because the two clocks disagree. Check the time on both servers.',
    detail: 'BADTIME',
  });
  const { lastError } = (await service.send({ url: `${URL}/${id}` })).json.data;
  assert.deepEqual(lastError, { at: '2026-01-15T12:00:00.000Z', ...json.data.problem });
  for (const zone of ['a b', '', '..', 7, null, 'x'.repeat(256)])
    assert.equal((await post({ zone }, { url })).status, 400, String(zone));
  assert.equal((await post({ zone: 'other.example' }, { url })).json.data.problem.code, 'clock_off');
  problem = null;
  const { data } = (await post({ zone: 'other.example' }, { url })).json;
  assert.equal(data.problem.message, "The name server has no such zone, or the TSIG key doesn't reach it.");
});

for (const [what, change, field, message] of [
  ['no name', { name: undefined }, 'name', /missing/],
  ['an empty name', { name: ' ' }, 'name', /empty/],
  ['a long name', { name: 'x'.repeat(101) }, 'name', /100/],
  ['a name with a line break', { name: 'a\nb' }, 'name', /control/],
  ['an unknown provider', { provider: 'bind' }, 'provider', /rfc2136, powerdns/],
  ['no provider', { provider: undefined }, 'provider', /missing/],
  ['no settings', { settings: undefined }, 'settings', /missing/],
  ['settings that are a text', { settings: 'x' }, 'settings', /object/],
  ['a setting that is an object', { settings: { server: {} } }, 'settings.server', /string/],
  [
    'a setting of another provider',
    { settings: { ...BODY.settings, apiToken: 'x' } },
    'settings.apiToken',
    /isn't a setting of rfc2136/,
  ],
  ['a missing secret', { settings: { ...BODY.settings, tsigSecret: '' } }, 'settings.tsigSecret', /missing/],
  ['a wrong port', { settings: { ...BODY.settings, port: 70_000 } }, 'settings.port', /65535/],
  ['a provider without an adapter', { provider: 'desec', settings: { token: 'x' } }, 'provider', /no adapter/],
  ['something else', { projectId: 'x' }, 'projectId', /./],
] as const)
  test(`${what} is refused, by name, before anything is asked`, async () => {
    const { status, json, text } = await post({ ...BODY, ...change });
    assert.deepEqual([status, json.error.code], [400, 'VALIDATION_FAILED'], text);
    assert.equal(json.error.details[0].field, field, text);
    assert.match(json.error.details[0].message, message);
    assert.ok(!text.includes(SECRET));
    assert.equal(tries, 0);
  });

test('what the provider rejects is answered with what the credentials lack, and is not saved', async () => {
  const before = (await service.send({ url: URL })).json.data.dnsConnections.length;
  problem = { outcome: 'forbidden', detail: `refused ${SECRET}` };
  const refused = await post(BODY);
  assert.deepEqual([refused.status, refused.json.error.code], [422, 'DNS_CONNECTION_FAILED']);
  assert.match(
    refused.json.error.message,
    /^The TSIG key isn't allowed to list zones\. It needs .*\(refused \[redacted\]\)$/,
  );
  problem = { outcome: 'throttled', detail: '', retryAfterSeconds: 30 };
  const throttled = await post(BODY);
  assert.deepEqual([throttled.status, throttled.headers['retry-after']], [422, '30']);
  assert.equal((await service.send({ url: URL })).json.data.dnsConnections.length, before);
});

test('a repeated request with an Idempotency-Key creates one connection, and asks the provider once; a failure may be tried again', async () => {
  const headers = { 'idempotency-key': 'once' };
  problem = { outcome: 'unreachable', detail: '' };
  assert.equal((await post(BODY, { headers })).status, 422);
  problem = null;
  const first = await post(BODY, { headers });
  const again = await post(BODY, { headers });
  assert.equal(first.status, 201);
  assert.deepEqual(again.json, first.json);
  assert.equal(again.headers['idempotent-replayed'], 'true');
  assert.equal(tries, 2);
  const other = await post({ ...BODY, settings: { ...BODY.settings, tsigSecret: 'AAAA' } }, { headers });
  assert.equal(other.json.error.code, 'IDEMPOTENCY_KEY_MISMATCH');
});

test("a read-only key sees connections and changes none; another project's key finds none", async () => {
  const { id } = (await post(BODY)).json.data;
  const { key } = await service.createKey(service.project, { permission: 'read_only' });
  assert.equal((await service.send({ url: `${URL}/${id}`, key })).status, 200);
  assert.equal((await post(BODY, { key })).status, 403);
  assert.equal((await post({}, { key, url: `${URL}/${id}/test` })).status, 403);
  assert.equal((await service.send({ method: 'DELETE', url: `${URL}/${id}`, key })).status, 403);
  const stranger = (await service.createProject()).key;
  assert.deepEqual((await service.send({ url: URL, key: stranger })).json.data, { dnsConnections: [] });
  for (const [method, url] of [
    ['GET', `${URL}/${id}`],
    ['DELETE', `${URL}/${id}`],
    ['POST', `${URL}/${id}/test`],
    ['GET', `${URL}/%00`],
  ] as const) {
    const { status, json } = await service.send({ method, url, key: stranger, ...(method === 'POST' && { body: {} }) });
    assert.deepEqual([status, json.error.message], [404, 'DNS connection not found'], `${method} ${url}`);
  }
});

test('no secret stands in the log, the audit log, or what is remembered of requests', async () => {
  const [{ text = '' } = {}] = await service.query<{ text: string }>(
    'SELECT concat((SELECT json_agg(a) FROM audit_log a), (SELECT json_agg(i) FROM idempotency_keys i), (SELECT json_agg(c) FROM dns_connections c)) AS text',
  );
  assert.match(text, /dns_connection\.created.*ns1\.example\.com/s);
  assert.match(text, /dns_connection\.deleted/);
  for (const seen of [text, service.logLines.join()]) assert.ok(!seen.includes(SECRET));
});
