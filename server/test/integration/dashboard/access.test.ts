import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type DashboardBody, type DashboardCall, dashboardContract } from '../../../src/wire/dashboard/contract.ts';
import type { Operation } from '../../../src/wire/dashboard/operation.ts';
import { createTestApp, type TestApp, type TestReply } from '../../support/app.ts';
import { addMember, type Browser, fillPath, openBrowser, setUpOwner } from '../../support/browser/dashboard.ts';
import { type DnsServer, startDnsServer } from '../../support/dns/dns-server.ts';
import { createMemoryZones } from '../../support/publishing/memory-zones.ts';

const NEVER = 'f'.repeat(24);
const CALLS = Object.entries(dashboardContract as Record<string, Operation>).map(([call, operation]) => {
  const [method = '', path = ''] = call.split(' ');
  return { call: call as DashboardCall, method, path, ...operation };
});
/** Change nothing but what concerns oneself: whether one is in the project, and what one is told of it. */
const OF_ONESELF: readonly DashboardCall[] = [
  'DELETE /api/projects/:projectId/membership',
  'PUT /api/projects/:projectId/notices',
];
const IN_PROJECT = CALLS.filter(({ path }) => path.includes(':projectId'));

/** What is in a project: an id for each name that a path may hold. */
type Ids = Readonly<Record<string, string>>;

let dns: DnsServer;
let service: TestApp;
/** A node beside it that limits what each caller may ask. */
let limited: TestApp;
let owner: Browser;
let ours: Ids;
let theirs: Ids;
/** A member of `ours`, an admin of `ours`, and somebody who owns `theirs` and is nothing in `ours`. */
let member: Browser;
let admin: Browser;
let stranger: Browser;

before(async () => {
  const dnsProviders = { powerdns: () => createMemoryZones('example.com') };
  // A plan is of a zone that is there.
  dns = await startDnsServer();
  dns.setZone('example.com', { nameservers: [{ name: 'ns1.example.com', address: '127.0.0.11' }] });
  service = await createTestApp(import.meta.url, { dns, dnsProviders });
  const variables = { RATE_LIMIT_PER_SECOND: '20' };
  limited = await createTestApp(import.meta.url, { beside: service, dns, dnsProviders, variables });
  owner = await setUpOwner(service);
  ours = await fill('ours');
  theirs = await fill('theirs');
  member = await addMember(service, owner, ours.projectId ?? '', 'member');
  admin = await addMember(service, owner, ours.projectId ?? '', 'admin');
  stranger = await addMember(service, owner, theirs.projectId ?? '', 'owner', 'stranger@example.com');
});
after(async () => {
  await limited.close();
  await service.close();
  await dns.close();
});

async function fill(name: string): Promise<Ids> {
  const { id: projectId } = await owner.get('POST /api/projects', { body: { name } });
  const params = { projectId };
  const key = await owner.get('POST /api/projects/:projectId/api-keys', {
    params,
    body: { name: `key of ${name}`, permission: 'full_access' },
  });
  await owner.get('PUT /api/projects/:projectId/logo', { params, body: { image: PNG } });
  const { webhook } = await owner.get('POST /api/projects/:projectId/webhooks', {
    params,
    body: { url: 'https://hooks.example.com/', events: ['*'] },
  });
  const connection = await owner.get('POST /api/projects/:projectId/dns-connections', { params, body: CONNECTION });
  const domain = await owner.get('POST /api/projects/:projectId/domains', {
    params,
    body: { domain: `${name}.example.com` },
  });
  await service.query('UPDATE dkim_keys SET selector = $1 WHERE domain_id = $2', [name, domain.id]);
  const link = await owner.get('POST /api/projects/:projectId/domains/:domainId/share-links', {
    params: { projectId, domainId: domain.id },
    body: {},
  });
  const invitation = await owner.get('POST /api/projects/:projectId/invitations', { params, body: { role: 'member' } });
  const { userId } = await addMember(service, owner, projectId, 'member', `${name}@example.com`);
  const [delivery] = await service.query<{ id: string }>('SELECT id FROM webhook_deliveries WHERE webhook_id = $1', [
    webhook.id,
  ]);
  const hook = { webhookId: webhook.id, deliveryId: delivery?.id ?? '' };
  const ids = {
    ...hook,
    projectId,
    keyId: key.id,
    domainId: domain.id,
    linkId: link.id,
    connectionId: connection.id,
    invitationId: invitation.id,
    userId,
  };
  return { ...ids, selector: name, sessionId: NEVER, passkeyId: NEVER, token: `share_${'x'.repeat(40)}` };
}

const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

const CONNECTION = {
  name: 'ours',
  provider: 'powerdns',
  settings: { url: 'https://dns.example.com', apiKey: 'secret' },
} as const;

/** A body that a call takes, so that nothing but access decides. */
const BODIES: { readonly [K in DashboardCall]?: DashboardBody<K> } = {
  'POST /api/projects/:projectId/test/advance': { seconds: 60 },
  'PATCH /api/projects/:projectId': { name: 'taken over' },
  'PUT /api/projects/:projectId/logo': { image: PNG },
  'POST /api/projects/:projectId/domains/:domainId/proof': {},
  'DELETE /api/projects/:projectId': { confirm: 'ours' },
  'PATCH /api/projects/:projectId/members/:userId': { role: 'admin' },
  'DELETE /api/projects/:projectId/members/:userId': {},
  'DELETE /api/projects/:projectId/membership': { revokeIssued: true },
  'POST /api/projects/:projectId/invitations': { role: 'member' },
  'POST /api/projects/:projectId/api-keys': { name: 'k', permission: 'read_only' },
  'POST /api/projects/:projectId/domains': { domain: 'sneaked.example.com' },
  'PUT /api/projects/:projectId/notices': { types: ['domain.failed'] },
  'PATCH /api/projects/:projectId/domains/:domainId': { dkimRotationDays: 180 },
  'POST /api/projects/:projectId/domains/:domainId/keys': {},
  'DELETE /api/projects/:projectId/domains/:domainId': { confirm: 'ours.example.com' },
  'POST /api/projects/:projectId/domains/:domainId/share-links': {},
  'POST /api/projects/:projectId/webhooks': { url: 'https://sneaked.example.com/', events: ['*'] },
  'PUT /api/projects/:projectId/webhooks/:webhookId': { isActive: false },
  'POST /api/projects/:projectId/webhooks/:webhookId/test': { event: 'domain.verified' },
  'POST /api/projects/:projectId/domains/:domainId/dns-plan/apply': { planId: 'of nobody' },
  'POST /api/projects/:projectId/dns-connections': CONNECTION,
  'POST /api/projects/:projectId/dns-connections/:connectionId/test': {},
  'POST /api/projects/:projectId/webhooks/:webhookId/retry-failed': { since: '2026-01-01T00:00:00Z' },
};

function send(browser: Browser, call: DashboardCall, ids: Ids, node = service): Promise<TestReply> {
  const [method, path = ''] = call.split(' ');
  const body = BODIES[call];
  return node.send({
    method: method as 'GET',
    url: fillPath(path, ids),
    key: null,
    headers: { cookie: browser.cookie(), origin: service.ctx.publicUrl },
    ...(body !== undefined && { body }),
  });
}

/** An answer without what differs between any two answers. */
function comparable({ status, headers, text }: TestReply) {
  const { 'x-request-id': _id, date: _date, ...rest } = headers;
  return { status, headers: rest, text };
}

async function dump(): Promise<string> {
  const rows = await Promise.all(
    [
      'projects',
      'project_logos',
      'domains',
      'api_keys',
      'memberships',
      'invitations',
      'share_links',
      'events',
      'dkim_keys',
      'webhooks',
      'webhook_deliveries',
      'mail_choices',
      'dns_connections',
    ].map((name) => service.query<{ row: string }>(`SELECT t::text AS row FROM ${name} t ORDER BY 1`)),
  );
  return JSON.stringify(rows);
}

test('the contract and the bodies of this test cover what they should', () => {
  assert.ok(IN_PROJECT.length >= 20);
  for (const { call, body } of IN_PROJECT) assert.equal(call in BODIES, body !== undefined, call);
  for (const { path, access } of CALLS)
    assert.equal(path.includes(':projectId'), ['member', 'admin', 'owner'].includes(access), path);
  for (const { call, method, access, path } of IN_PROJECT)
    if (method !== 'GET' && !OF_ONESELF.includes(call))
      assert.notEqual(access, 'member', `${call} changes something at ${path}`);
});

for (const { call, access } of CALLS.filter(({ access }) => access !== 'public' && access !== 'optional'))
  test(`${call} is 401 for who is not signed in (${access})`, async () => {
    const cookies = ['', 'autosend.session_token=x', `autosend.session_token=${'y'.repeat(32)}.z`];
    for (const cookie of cookies) {
      const reply = await send({ ...openBrowser(service), cookie: () => cookie }, call, ours);
      assert.equal(reply.status, 401);
      assert.equal(reply.json.error.code, 'UNAUTHORIZED');
    }
  });

for (const { call, access } of CALLS.filter(({ access }) => access === 'public' || access === 'optional'))
  test(`${call} (${access}) ${access === 'optional' ? 'is told who is signed in' : 'asks nobody who is signed in'}`, async () => {
    // Whoever is known is charged for the call; the clock stands still, so nothing comes back meanwhile.
    const remaining = async () =>
      Number((await send(owner, 'GET /api/session', ours, limited)).headers['x-ratelimit-remaining']);
    limited.clock.advance(60_000);
    const before = await remaining();
    await send(owner, call, ours, limited);
    assert.equal(before - (await remaining()), access === 'optional' ? 2 : 1);
  });

test('what a call costs of the rate limit is the same by an API key and in the dashboard', async () => {
  const { key } = await limited.createProject();
  const { paths } = (await limited.send({ url: '/openapi.json', key: null })).json;
  const nothing = Object.fromEntries(
    Object.keys(ours).map((name) => [name, name === 'projectId' ? (ours[name] ?? '') : NEVER]),
  );
  const costs: Record<string, readonly [number, number]> = {};
  for (const { call, method, path, live } of IN_PROJECT.filter((each) => each.live === undefined)) {
    const url = path.replace('/api/projects/:projectId', '/v1');
    const documented = paths[url.replaceAll(/:(\w+)/g, '{$1}')]?.[method.toLowerCase()];
    if (documented === undefined || live) continue;
    limited.clock.advance(600_000);
    const body = BODIES[call];
    const byKey = await limited.send({
      method: method as 'GET',
      url: fillPath(url, nothing),
      key,
      ...(body !== undefined && { body }),
    });
    const byPerson = await send(owner, call, nothing, limited);
    const costOf = ({ headers }: TestReply) => 40 - Number(headers['x-ratelimit-remaining']);
    costs[`${method} ${url}`] = [costOf(byKey), costOf(byPerson)];
  }
  for (const [call, [byKey, byPerson]] of Object.entries(costs)) assert.equal(byPerson, byKey, call);
  const costly = Object.keys(costs).filter((call) => (costs[call]?.[0] ?? 0) > 1);
  assert.deepEqual(costly.sort(), [
    'GET /v1/domains/:domainId/dns-plan',
    'POST /v1/dns-connections',
    'POST /v1/dns-connections/:connectionId/test',
    'POST /v1/domains/:domainId/dns-plan/apply',
    'POST /v1/webhooks/:webhookId/test',
  ]);
});

test('an API key opens nothing of the dashboard, and a session nothing of the API', async () => {
  const headers = { origin: service.ctx.publicUrl };
  const reply = await service.send({ url: '/api/projects', headers });
  assert.equal(reply.status, 401);
  const other = await service.send({ url: '/v1/domains', key: null, headers: { cookie: owner.cookie() } });
  assert.equal(other.status, 401);
});

for (const { call } of IN_PROJECT)
  test(`${call} of a project that one is not in answers byte for byte like one that never was`, async () => {
    const before = await dump();
    const there = await send(stranger, call, ours);
    const nowhere = await send(stranger, call, { ...ours, projectId: NEVER });
    assert.equal(there.status, 404);
    assert.deepEqual(comparable(there), comparable(nowhere));
    for (const id of ['1', 'F'.repeat(24), '%00', '%F0%9F%92%8C', "' or 1=1"].map(encodeURI)) {
      const { status, text } = await send(stranger, call, { ...ours, projectId: id });
      assert.deepEqual([status, text], [404, there.text], id);
    }
    assert.equal(await dump(), before);
  });

for (const { call, path } of IN_PROJECT.filter((each) => /:projectId.*:/.test(each.path)))
  test(`${call} of what is in another project answers byte for byte like what never was`, async () => {
    const before = await dump();
    for (const name of [...path.matchAll(/:(\w+)/g)].map(([, found = '']) => found).slice(1)) {
      const foreign = await send(owner, call, { ...ours, [name]: theirs[name] ?? '' });
      const never = await send(owner, call, { ...ours, [name]: NEVER });
      assert.equal(foreign.status, 404, name);
      assert.deepEqual(comparable(foreign), comparable(never));
      for (const id of ['1', '%00', 'g'.repeat(24)]) {
        const { status, text } = await send(owner, call, { ...ours, [name]: id });
        assert.deepEqual([status, text], [404, never.text], id);
      }
    }
    assert.equal(await dump(), before);
  });

// What stays open is asked in dashboard-live.test.ts.
for (const { call, method, access } of IN_PROJECT.filter((each) => !each.live && !OF_ONESELF.includes(each.call)))
  test(`${call} takes the role ${access}`, async () => {
    const before = await dump();
    const byMember = await send(member, call, ours);
    assert.equal(byMember.status, access === 'member' ? 200 : 403);
    if (access === 'owner') assert.equal((await send(admin, call, ours)).status, 403);
    if (method !== 'GET') assert.equal(byMember.json.error.code, 'FORBIDDEN');
    assert.equal(await dump(), before);
    if (method === 'GET' && access === 'admin') assert.equal((await send(admin, call, ours)).status, 200);
  });

test('what a member chooses to be told is their own choice and nobody else’s', async () => {
  await send(admin, 'PUT /api/projects/:projectId/notices', ours);
  const before = await service.query('SELECT user_id, types FROM mail_choices');
  assert.equal((await send(member, 'PUT /api/projects/:projectId/notices', ours)).status, 200);
  const after = await service.query('SELECT user_id, types FROM mail_choices');
  assert.equal(after.length, before.length + 1);
  for (const row of before) assert.ok(after.some((each) => JSON.stringify(each) === JSON.stringify(row)));
});

test('what one is not in is in no list', async () => {
  const { projects } = await stranger.get('GET /api/projects');
  assert.deepEqual(
    projects.map(({ name }) => name),
    ['theirs'],
  );
  assert.deepEqual((await stranger.get('GET /api/session')).projects, projects);
  const page = await owner.get('GET /api/projects/:projectId/domains', {
    params: { projectId: ours.projectId ?? '' },
    query: '?limit=1',
  });
  const params = { projectId: theirs.projectId ?? '' };
  for (const query of ['', '?search=ours', '?limit=1', ...(page.nextCursor ? [`?cursor=${page.nextCursor}`] : [])]) {
    const { domains } = await stranger.get('GET /api/projects/:projectId/domains', { params, query });
    assert.ok(domains.every(({ domainName }) => domainName === 'theirs.example.com'));
  }
});

test('a path that is not in the contract is 404, a method that is not, 405', async () => {
  const unknown = ['/api', '/api/', '/api/nothing', '/api/auth/sign-up/email', '/api/auth/get-session', '/api/share'];
  for (const url of unknown) assert.equal((await service.send({ url, key: null })).status, 404, url);
  const wrong = await service.send({ method: 'PUT', url: '/api/session', key: null });
  assert.deepEqual([wrong.status, wrong.headers.allow], [405, 'DELETE, GET, HEAD, POST']);
});

test('the calls of the dashboard are not in the OpenAPI document', async () => {
  const { json } = await service.send({ url: '/openapi.json', key: null });
  assert.deepEqual(
    Object.keys(json.paths).filter((path) => path.startsWith('/api')),
    [],
  );
});
