import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { DnsProviderProblem } from '../../../src/core/publishing/dns-provider.ts';
import type { DkimKeyPair } from '../../../src/crypto/dkim-keys.ts';
import { createSetupToken } from '../../../src/services/people/setup.ts';
import { createFirstProject, requireMatchingSecretKey } from '../../../src/services/projects/bootstrap.ts';
import { createTestApp, shareKeys, TEST_SECRET_KEY, type TestApp } from '../../support/app.ts';
import { type Browser, openBrowser, PASSWORD } from '../../support/browser/dashboard.ts';
import { createMemoryZones } from '../../support/publishing/memory-zones.ts';

/** Of a DNS provider, and what that says in the place of an answer. */
const CREDENTIAL = 'credential-of-a-dns-provider';
let problem: DnsProviderProblem | null = null;
let service: TestApp;
const handedOut: DkimKeyPair[] = [];
const apiKeys: string[] = [];
/** What people of the dashboard hold: passwords, the tokens of links and of cookies. */
const tokens: string[] = [];
before(async () => {
  const keys = await shareKeys();
  const take = async () => {
    const key = await keys.take();
    handedOut.push(key);
    return key;
  };
  const zones = createMemoryZones('example.com');
  service = await createTestApp(import.meta.url, {
    keys: { ...keys, take },
    variables: { LOG_LEVEL: 'trace' },
    dnsProviders: {
      powerdns: () => ({ ...zones, listZones: async (...given) => problem ?? zones.listZones(...given) }),
    },
  });
  apiKeys.push(service.key);
});
after(() => service.close());

/** Every row of every table, as text; octets as hex. */
async function dumpDatabase(): Promise<string> {
  const tables = await service.query<{ name: string }>(
    `SELECT format('%I.%I', table_schema, table_name) AS name FROM information_schema.tables
     WHERE table_schema NOT IN ('pg_catalog', 'information_schema') AND table_type = 'BASE TABLE'`,
  );
  assert.ok(tables.length >= 8);
  const dumps = tables.map(({ name }) => service.query<{ row: string }>(`SELECT t::text AS row FROM ${name} t`));
  return (await Promise.all(dumps))
    .flat()
    .map(({ row }) => row)
    .join('\n');
}

/** The forms in which a secret could stand in a text: parts from its middle, so that no prefix hides it. */
function listTraces(): string[] {
  const secrets = [
    ...handedOut.flatMap(({ privateKeyDer }) => {
      const base64 = privateKeyDer.toString('base64');
      // The middle of the DER form holds the private exponent and the primes.
      const hex = privateKeyDer.toString('hex');
      return [base64.slice(600, 640), hex.slice(1000, 1040), String([...privateKeyDer.subarray(600, 610)])];
    }),
    ...apiKeys.map((key) => key.slice(12)),
    ...apiKeys.map((key) => Buffer.from(key).toString('hex')),
    ...tokens,
    ...tokens.map((token) => Buffer.from(token).toString('hex')),
    TEST_SECRET_KEY.slice(0, 40),
    Buffer.from(TEST_SECRET_KEY, 'base64').toString('hex'),
    'PRIVATE KEY',
  ];
  assert.ok(secrets.every((secret) => secret.length >= 11));
  return secrets;
}

function assertClean(text: string, where: string): void {
  for (const trace of listTraces()) assert.ok(!text.includes(trace), `${where} holds ${trace.slice(0, 12)}…`);
}

test('after a run of everything, neither the database nor the log holds a private key, an API key or the secret key', async () => {
  await requireMatchingSecretKey(service.ctx);
  const { project, key } = await service.createProject();
  apiKeys.push(key, (await service.createKey(project, { permission: 'read_only' })).key);
  const { id } = await service.addDomain('secrets.example.com', key);
  await service.addDomain('secrets.example.com');
  const headers = { 'idempotency-key': 'secret' };
  await service.send({ method: 'POST', url: '/v1/domains', headers, body: { domain: 'once.example.com' } });
  await service.send({ method: 'POST', url: '/v1/domains', headers, body: { domain: 'once.example.com' } });
  await service.send({ url: '/v1/domains', key });
  await service.query("UPDATE domains SET status = 'VERIFIED' WHERE id = $1", [id]);
  const puller = (await service.createKey(project, { permission: 'mail_server' })).key;
  apiKeys.push(puller);
  const pulled = await service.send({ url: '/v1/mail-server-keys', key: puller });
  assert.match(pulled.json.data.keys[0].privateKey, /^-----BEGIN PRIVATE KEY-----/);
  await service.send({ method: 'DELETE', url: `/v1/domains/${id}`, key });
  // A provider may repeat what it was sent.
  const connection = {
    name: 'ours',
    provider: 'powerdns',
    settings: { url: 'http://127.0.0.1:9', apiKey: CREDENTIAL },
  };
  const connect = { method: 'POST', url: '/v1/dns-connections', key, headers, body: connection } as const;
  tokens.push(CREDENTIAL);
  const { status, json } = await service.send(connect);
  assert.equal(status, 201);
  assert.equal((await service.send(connect)).status, 201);
  problem = { outcome: 'unauthorized', detail: `no such key: ${CREDENTIAL}` };
  const test = { method: 'POST', url: `/v1/dns-connections/${json.data.id}/test`, key, body: {} } as const;
  const tested = await service.send(test);
  assertClean(tested.text, 'the answer');
  assert.equal((await service.send(connect)).status, 201, 'the first answer again');
  assert.equal((await service.send({ ...connect, headers: {} })).status, 422);
  await service.ctx.background.drain();

  const dump = await dumpDatabase();
  assert.ok(dump.includes('secrets.example.com') && dump.includes('once.example.com'));
  assert.equal(handedOut.length, 3);
  assertClean(dump, 'the database');
  assert.ok(service.logLines.length >= 6);
  assertClean(service.logLines.join(''), 'the log');
});

/** The random part of a link's token. */
const secretOf = (url: string) => url.slice(url.lastIndexOf('_') + 1);
/** The parts of the session cookie: the token and its signature. */
const cookieOf = (browser: Browser) =>
  decodeURIComponent(/session_token=([^;]*)/.exec(browser.cookie())?.[1] ?? '').split('.');

test('after a run of everything in the dashboard, neither the database nor the log holds a password, a session, or the token of a link', async () => {
  const token = (await createSetupToken(service.ctx)) ?? '';
  const unused = (await createSetupToken(service.ctx)) ?? '';
  tokens.push(PASSWORD, secretOf(token), secretOf(unused));
  assertClean(await dumpDatabase(), 'the database');
  const owner = openBrowser(service);
  const ada = { name: 'Ada', email: 'ada@example.com', password: PASSWORD };
  const made = await owner.get('POST /api/setup', { body: { token, ...ada } });
  tokens.push(...cookieOf(owner));
  const params = { projectId: made.project.id };
  const key = { name: 'k', permission: 'read_only' as const };
  apiKeys.push((await owner.get('POST /api/projects/:projectId/api-keys', { params, body: key })).key);
  const invite = { params, body: { role: 'member' as const } };
  const [used, open] = [
    await owner.get('POST /api/projects/:projectId/invitations', invite),
    await owner.get('POST /api/projects/:projectId/invitations', invite),
  ];
  tokens.push(secretOf(used.url), secretOf(open.url));
  const member = openBrowser(service);
  const account = { name: 'Mo', email: 'mo@example.com', password: `member of ${PASSWORD}` };
  const body = { token: new URL(used.url).hash.slice(1), account };
  await member.get('POST /api/invitations/accept', { body });
  tokens.push(account.password, ...cookieOf(member));
  const domain = await owner.get('POST /api/projects/:projectId/domains', {
    params,
    body: { domain: 'dashboard.example.com' },
  });
  const link = await owner.get('POST /api/projects/:projectId/domains/:domainId/share-links', {
    params: { ...params, domainId: domain.id },
    body: {},
  });
  tokens.push(secretOf(link.url));
  const share = link.url.slice(link.url.lastIndexOf('/') + 1);
  for (const end of ['', '/zone-file', '/nothing', `?token=${unused}&again=${share}`])
    await service.send({ url: `/api/share/${share}${end}`, key: null });
  await service.send({ url: `/share/${share}`, key: null, headers: { accept: 'text/html' } });
  const newPassword = `new ${PASSWORD} of the member`;
  tokens.push(newPassword);
  const wrong = { email: account.email, password: `wrong ${PASSWORD}` };
  await openBrowser(service).send('POST /api/session', { body: wrong });
  await member.get('POST /api/account/password', { body: { currentPassword: account.password, newPassword } });
  tokens.push(...cookieOf(member));
  await member.get('DELETE /api/session');

  const dump = await dumpDatabase();
  for (const trace of ['$argon2id$', 'ada@example.com', 'dashboard.example.com']) assert.ok(dump.includes(trace));
  assertClean(dump, 'the database');
  assertClean(service.logLines.join(''), 'the log');
  assert.ok(service.logLines.some((line) => line.includes('/api/share/share_[redacted]')));
});

test('queries of the dashboard that fail put no secret into the log or the answer', async () => {
  const password = `guessed ${PASSWORD}`;
  tokens.push(password);
  for (const table of ['accounts', 'sessions', 'sign_in_attempts']) {
    await service.query(`ALTER TABLE ${table} RENAME TO ${table}_away`);
    const body = { email: 'ada@example.com', password: PASSWORD };
    const right = await openBrowser(service).send('POST /api/session', { body });
    const wrong = await openBrowser(service).send('POST /api/session', { body: { ...body, password } });
    await service.query(`ALTER TABLE ${table}_away RENAME TO ${table}`);
    assert.equal(right.status, 500, table);
    assert.ok(wrong.status === 500 || wrong.status === 401, table);
    assert.ok(!right.text.includes('select') && !right.text.includes('ada@'));
  }
  assertClean(service.logLines.join(''), 'the log');
});

test('a key that someone puts into a URL is not in the log', async () => {
  for (const url of [
    `/v1/domains?api_key=${service.key}`,
    `/v1/domains/${service.key}`,
    `/${service.key}?${service.key}`,
  ])
    await service.send({ url });
  assertClean(service.logLines.join(''), 'the log');
});

test('a key that someone puts into the wrong field is not in the log either', async () => {
  await service.send({ method: 'POST', url: '/v1/domains', body: { domain: service.key, [service.key]: service.key } });
  await service.send({ url: '/v1/domains', headers: { 'x-api-key': service.key, cookie: service.key } });
  assertClean(service.logLines.join(''), 'the log');
});

test('queries that fail put no secret into the log or the answer', async () => {
  await service.query('ALTER TABLE events RENAME TO events_away');
  const failed = await service.send({ method: 'POST', url: '/v1/domains', body: { domain: 'fails.example.com' } });
  await service.query('ALTER TABLE events_away RENAME TO events');
  await service.query('ALTER TABLE dkim_keys RENAME TO dkim_keys_away');
  const also = await service.send({ method: 'POST', url: '/v1/domains', body: { domain: 'fails.example.com' } });
  await service.query('ALTER TABLE dkim_keys_away RENAME TO dkim_keys');
  await service.query('ALTER TABLE api_keys RENAME TO api_keys_away');
  const unauthorized = await service.send({ url: '/v1/domains' });
  await service.query('TRUNCATE projects CASCADE');
  await assert.rejects(createFirstProject(service.ctx, service.key));
  await service.query('ALTER TABLE api_keys_away RENAME TO api_keys');
  for (const { status, json } of [failed, also, unauthorized]) {
    assert.equal(status, 500);
    assert.deepEqual(json.error, {
      message: 'Something went wrong on our side. Quote the request id (X-Request-Id) when you report it.',
      code: 'INTERNAL_SERVER_ERROR',
    });
  }
  assert.ok(service.logLines.some((line) => JSON.parse(line).level === 50));
  assertClean(service.logLines.join(''), 'the log');
});
