import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { issueApiKey } from '../../../src/services/projects/api-keys.ts';
import { createTestApp, type TestApp } from '../../support/app.ts';
import { createMemoryZones } from '../../support/publishing/memory-zones.ts';

const READING = [
  'list_domains',
  'get_domain',
  'diagnose_domain',
  'get_dns_records',
  'list_events',
  'list_dns_connections',
];
const CHANGING = ['add_domain', 'verify_domain', 'rotate_key', 'create_share_link', 'delete_domain'];

/** Would keep a stream open for what never comes. */
const LISTEN = {
  jsonrpc: '2.0',
  id: 1,
  method: 'subscriptions/listen',
  params: {
    notifications: { toolsListChanged: true },
    _meta: {
      'io.modelcontextprotocol/protocolVersion': '2026-07-28',
      'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1' },
      'io.modelcontextprotocol/clientCapabilities': {},
    },
  },
};

let service: TestApp;
let url: string;
const open: Client[] = [];
before(async () => {
  service = await createTestApp(import.meta.url, { dnsProviders: { gandi: () => createMemoryZones('example.com') } });
  url = await service.listen();
});
after(async () => {
  await Promise.all(open.map((client) => client.close()));
  await service.close();
});

/** Connects the official client. @param revision `pin`: the newest one alone; left out, the one before */
async function connect(key: string, revision?: '2026-07-28'): Promise<Client> {
  const options = revision === undefined ? {} : { versionNegotiation: { mode: { pin: revision } } };
  const client = new Client({ name: 'test', version: '1' }, options);
  await client.connect(
    new StreamableHTTPClientTransport(new URL(`${url}/mcp`), {
      requestInit: { headers: { authorization: `Bearer ${key}` } },
    }),
  );
  open.push(client);
  return client;
}

// A test says by its assertions which shape it expects.
// biome-ignore lint/suspicious/noExplicitAny: see above
async function call(client: Client, name: string, input: Record<string, unknown> = {}): Promise<any> {
  const { isError, content, structuredContent } = await client.callTool({ name, arguments: input });
  const [first] = content as { type: string; text: string }[];
  if (isError) return { error: first?.text };
  assert.deepEqual(JSON.parse(first?.text ?? ''), structuredContent, 'the text says the same as the structure');
  return structuredContent;
}

for (const revision of ['2026-07-28', undefined] as const)
  test(`a client of the revision ${revision ?? 'before'} drives a domain through its life`, async () => {
    const client = await connect(service.key, revision);
    assert.equal(client.getServerVersion()?.name, 'autosend-domains');
    const name = `life-${revision ?? 'before'}.example.com`;
    const added = await call(client, 'add_domain', { domain: name.toUpperCase() });
    assert.equal(added.created, true);
    assert.deepEqual([added.domain.domainName, added.domain.verificationStatus], [name, 'PENDING_CONFIGURATION']);
    assert.equal((await call(client, 'add_domain', { domain: name })).created, false);
    assert.equal((await call(client, 'get_domain', { domain: added.domain.id })).domain.domainName, name);
    assert.deepEqual(
      (await call(client, 'list_domains', { search: name })).domains.map(({ id }: { id: string }) => id),
      [added.domain.id],
    );
    const { records } = await call(client, 'get_dns_records', { domain: name });
    assert.equal(records.length, 5);
    const rotated = await call(client, 'rotate_key', { domain: name });
    assert.equal(rotated.stage, 'pending');
    assert.match((await call(client, 'rotate_key', { domain: name })).error, /^KEY_ALREADY_PENDING: /);
    const link = await call(client, 'create_share_link', { domain: name, recipient: 'Jo' });
    assert.match(link.url, /\/share\/share_[A-Za-z0-9]{40}$/);
    const { events } = await call(client, 'list_events', { domain: name });
    assert.deepEqual(
      events.map(({ type }: { type: string }) => type),
      ['key.created', 'domain.created'],
    );
    assert.match((await call(client, 'delete_domain', { domain: name, confirm: 'yes' })).error, /Nothing was deleted/);
    assert.deepEqual(await call(client, 'delete_domain', { domain: name, confirm: name }), {
      deleted: true,
      domainName: name,
    });
    assert.match((await call(client, 'delete_domain', { domain: name, confirm: name })).error, /^NOT_FOUND: /);
  });

test('DNS connections are listed without their credentials', async () => {
  const { project, key } = await service.createProject();
  const token = 'credential-of-the-owner';
  const body = { name: 'Our zones', provider: 'gandi', settings: { token } };
  assert.equal((await service.send({ method: 'POST', url: '/v1/dns-connections', key, body })).status, 201);
  const reader = await service.createKey(project, { permission: 'read_only' });
  const listed = await call(await connect(reader.key, '2026-07-28'), 'list_dns_connections', {});
  assert.deepEqual(
    listed.connections.map((each: { name: string; zones: string[] }) => [each.name, each.zones]),
    [['Our zones', ['example.com']]],
  );
  assert.ok(!JSON.stringify(listed).includes(token));
});

test('every tool says what it does to the world, takes and gives what its schemas say', async () => {
  const { tools } = await (await connect(service.key, '2026-07-28')).listTools();
  assert.deepEqual(tools.map(({ name }) => name).sort(), [...READING, ...CHANGING].sort());
  for (const { name, description = '', annotations, inputSchema, outputSchema, title } of tools) {
    assert.ok(title && description.length > 60, name);
    assert.equal(annotations?.readOnlyHint, READING.includes(name), name);
    assert.equal(annotations?.destructiveHint, name === 'delete_domain', name);
    assert.equal(typeof annotations?.idempotentHint, 'boolean', name);
    assert.equal(inputSchema.type, 'object', name);
    assert.equal(outputSchema?.type, 'object', name);
    if (CHANGING.includes(name)) assert.match(description, /repeat/, name);
  }
});

test('a key that only reads sees the reading tools, and can call no other', async () => {
  const { key } = await service.createKey(service.project, { permission: 'read_only' });
  const client = await connect(key, '2026-07-28');
  const { tools } = await client.listTools();
  assert.deepEqual(tools.map(({ name }) => name).sort(), READING.toSorted());
  assert.ok(!JSON.stringify(tools.find(({ name }) => name === 'diagnose_domain')?.inputSchema).includes('refresh'));
  const { id } = await service.addDomain('read-only.example.com');
  assert.equal((await call(client, 'diagnose_domain', { domain: id })).domainName, 'read-only.example.com');
  for (const name of CHANGING)
    await assert.rejects(
      client.callTool({ name, arguments: { domain: id, confirm: 'read-only.example.com' } }),
      /not found|unknown/i,
      name,
    );
});

test('keys that may not read, wrong ones and none are refused as everywhere', async () => {
  for (const permission of ['sign', 'mail_server'] as const) {
    const { key } = await service.createKey(service.project, { permission });
    await assert.rejects(connect(key), /403|FORBIDDEN/, permission);
  }
  await assert.rejects(connect(`as_${'x'.repeat(40)}`), /401|UNAUTHORIZED/);
  const none = await service.send({ method: 'POST', url: '/mcp', key: null, body: {} });
  assert.deepEqual([none.status, none.headers['www-authenticate']], [401, 'Bearer']);
  const get = await service.send({ url: '/mcp', headers: { accept: 'text/event-stream' } });
  assert.deepEqual([get.status, get.headers.allow], [405, 'POST']);
});

test('a key for some domains finds no other, and other projects’ domains are not there', async () => {
  const mine = await service.addDomain('mine.mcp.example.com');
  const other = await service.addDomain('other.mcp.example.com');
  const { project } = await service.createProject();
  const { key: foreign } = await service.createKey(project);
  const { key: limited } = await issueApiKey(service.ctx, service.ctx.db, {
    ...{ projectId: service.project.id, name: 'limited', permission: 'full_access', domains: [mine.domainName] },
  });
  const client = await connect(limited);
  assert.equal((await call(client, 'get_domain', { domain: mine.domainName })).domain.id, mine.id);
  for (const domain of [other.domainName, other.id])
    assert.match((await call(client, 'get_domain', { domain })).error, /^NOT_FOUND: /);
  assert.match((await call(client, 'add_domain', { domain: 'third.mcp.example.com' })).error, /^FORBIDDEN: /);
  assert.match((await call(await connect(foreign), 'get_domain', { domain: mine.id })).error, /^NOT_FOUND: /);
});

test('what a tool did stands in the audit log with the key and the address that asked', async () => {
  const { domainName } = await service.addDomain('audited.mcp.example.com');
  const client = await connect(service.key);
  await call(client, 'delete_domain', { domain: domainName, confirm: domainName });
  const [entry] = await service.query<{ actor_kind: string; address: string }>(
    "SELECT actor_kind, address FROM audit_log WHERE action = 'domain.deleted' ORDER BY id DESC LIMIT 1",
  );
  assert.deepEqual(entry, { actor_kind: 'api_key', address: '127.0.0.1' });
});

test('arguments that the schema refuses reach no domain, and a bad message is answered as JSON', async () => {
  const client = await connect(service.key);
  for (const input of [{}, { domain: 7 }, { domain: 'x'.repeat(400) }])
    assert.match((await call(client, 'get_domain', input)).error, /domain/, JSON.stringify(input));
  for (const body of [[], {}, { jsonrpc: '2.0' }, { jsonrpc: '2.0', id: 1, method: 'nothing/here' }, LISTEN]) {
    const reply = await service.app.inject({
      method: 'POST',
      url: '/mcp',
      headers: {
        authorization: `Bearer ${service.key}`,
        accept: 'application/json, text/event-stream',
        'content-type': 'application/json',
      },
      payload: JSON.stringify(body),
    });
    assert.ok(reply.statusCode < 500, `${reply.statusCode} ${reply.payload}`);
    assert.ok('error' in JSON.parse(reply.payload.replace(/^event: message\ndata: /, '')), reply.payload);
  }
});
