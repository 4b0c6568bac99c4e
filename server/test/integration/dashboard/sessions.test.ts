import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { createTestApp, type TestApp, type TestReply } from '../../support/app.ts';
import { addMember, openBrowser, PASSWORD, setUpOwner, signIn } from '../../support/browser/dashboard.ts';
import { startDatabaseProxy } from '../../support/db/database-proxy.ts';

const EMAIL = 'owner@example.com';
const DAY_MS = 86_400_000;

let service: TestApp;
let other: TestApp;
before(async () => {
  service = await createTestApp(import.meta.url);
  other = await createTestApp(import.meta.url, { beside: service });
  await setUpOwner(service, EMAIL);
});
beforeEach(() => service.query('TRUNCATE sign_in_attempts'));
after(async () => {
  await other.close();
  await service.close();
});

function tryToSignIn(email: string, password = 'wrong', node = service, address = '127.0.0.1'): Promise<TestReply> {
  return node.app
    .inject({
      method: 'POST',
      url: '/api/session',
      remoteAddress: address,
      headers: { origin: node.ctx.publicUrl, 'content-type': 'application/json' },
      payload: JSON.stringify({ email, password }),
    })
    .then(({ statusCode, headers, payload }) => ({
      status: statusCode,
      headers,
      text: payload,
      json: JSON.parse(payload),
    }));
}

test('a session begins with the password, holds on every node, and ends when it is signed out', async () => {
  const browser = await signIn(service, EMAIL);
  const headers = { cookie: browser.cookie() };
  assert.equal((await openBrowser(other).get('GET /api/session', { headers })).email, EMAIL);
  await browser.get('DELETE /api/session');
  assert.doesNotMatch(browser.cookie(), /session_token/);
  for (const node of [service, other])
    assert.equal((await openBrowser(node).send('GET /api/session', { headers })).status, 401);
});

test('the cookie is HttpOnly and SameSite=Lax, and Secure where the public address is https', async () => {
  const plain = await tryToSignIn(EMAIL, PASSWORD);
  const cookie = String(plain.headers['set-cookie']);
  assert.match(cookie, /^autosend\.session_token=/);
  assert.match(cookie, /,autosend\.device=/);
  for (const attribute of [/; HttpOnly/i, /; SameSite=Lax/i, /; Path=\//i]) assert.match(cookie, attribute);
  assert.doesNotMatch(cookie, /; Secure/i);
  const variables = { PUBLIC_URL: 'https://mail.example.com' };
  const secure = await createTestApp(import.meta.url, { beside: service, variables });
  const reply = await tryToSignIn(EMAIL, PASSWORD, secure);
  assert.match(
    String(reply.headers['set-cookie']),
    /^__Host-autosend\.session_token=[^;]+; (?!.*domain=)(?=.*path=\/;).*; secure/i,
  );
  const written = String(reply.headers['set-cookie']).split(';')[0] ?? '';
  // A session that the version before began under its own name goes on.
  for (const each of [written, written.replace('__Host-', '__Secure-')])
    assert.equal((await openBrowser(secure).send('GET /api/session', { headers: { cookie: each } })).status, 200);
  assert.equal(
    (await openBrowser(secure).send('GET /api/session', { headers: { cookie: written.replace('__Host-', '') } }))
      .status,
    401,
  );
  await secure.close();
});

test('a cookie that was changed, cut or made up is nobody', async () => {
  const browser = await signIn(service, EMAIL);
  const [name = '', value = ''] = browser.cookie().split('=');
  const [token, signature] = decodeURIComponent(value).split('.');
  const cookies = [
    '',
    `${name}=`,
    `${name}=${token}`,
    `${name}=${token}.`,
    `${name}=${encodeURIComponent(`${token}x.${signature}`)}`,
    `${name}=${encodeURIComponent(`${token}.${signature?.replace(/^./, (c) => (c === 'A' ? 'B' : 'A'))}`)}`,
    `${name}=%`,
    `${name}=%00`,
    `${name}=${'x'.repeat(4_000)}`,
    `other=${value}`,
  ];
  for (const cookie of cookies) {
    const reply = await openBrowser(service).send('GET /api/session', { headers: { cookie } });
    assert.equal(reply.status, 401, cookie.slice(0, 60));
    assert.equal(reply.json.error.code, 'UNAUTHORIZED');
  }
  assert.equal((await browser.send('GET /api/session')).status, 200);
});

test('what the database holds of a session is no cookie', async () => {
  const browser = await signIn(service, EMAIL);
  const token = decodeURIComponent(browser.cookie().split('=')[1] ?? '').split('.')[0];
  const rows = await service.query<{ token: string }>('SELECT token FROM sessions');
  assert.ok(token && rows.every((row) => row.token !== token && /^[a-f\d]{64}$/.test(row.token)));
});

test('a session ends 30 days after its last use', async () => {
  const browser = await signIn(service, EMAIL);
  for (let use = 0; use < 2; use += 1) {
    service.clock.advance(29 * DAY_MS);
    assert.equal((await browser.send('GET /api/session')).status, 200);
  }
  service.clock.advance(30 * DAY_MS);
  assert.equal((await browser.send('GET /api/session')).status, 401);
});

test('a session ends 90 days after it began, however it is used, and its cookie lives no longer', async () => {
  const browser = await signIn(service, EMAIL);
  for (let day = 0; day < 88; day += 22) {
    service.clock.advance(22 * DAY_MS);
    assert.equal((await browser.send('GET /api/session')).status, 200);
  }
  service.clock.advance(DAY_MS);
  const last = await browser.send('GET /api/session');
  assert.equal(last.status, 200);
  for (const [, seconds] of String(last.headers['set-cookie'] ?? '').matchAll(/session_token=[^;]*; Max-Age=(\d+)/g))
    assert.ok(Number(seconds) <= 86_400);
  service.clock.advance(DAY_MS);
  assert.equal((await browser.send('GET /api/session')).status, 401);
});

test('an account has twenty open sessions at most: the one used longest ago makes room', async () => {
  await service.query('TRUNCATE sessions');
  const first = await signIn(service, EMAIL);
  const second = await signIn(service, EMAIL);
  service.clock.advance(61_000);
  await first.get('GET /api/session');
  for (let n = 0; n < 19; n += 1) await signIn(service, EMAIL);
  assert.equal((await service.query('SELECT 1 FROM sessions')).length, 20);
  assert.equal((await first.send('GET /api/session')).status, 200);
  assert.equal((await second.send('GET /api/session')).status, 401);
});

test('the list of sessions shows the last use, and where it came from', async () => {
  await service.query('TRUNCATE sessions');
  const browser = await signIn(service, EMAIL);
  service.clock.advance(3_600_000);
  await service.app.inject({
    url: '/api/session',
    remoteAddress: '203.0.113.7',
    headers: { cookie: browser.cookie() },
  });
  const [row] = await service.query('SELECT ip_address AS address FROM sessions');
  assert.deepEqual(row, { address: '203.0.113.7' });
  const [session] = (await browser.get('GET /api/account/sessions')).sessions;
  assert.equal(session?.lastUsedAt, service.clock.now().toISOString());
});

test('a wrong password and an address without an account are answered alike', async () => {
  const strip = ({ status, headers, text }: TestReply) => {
    const { 'x-request-id': _id, date: _date, ...rest } = headers;
    return { status, rest, text };
  };
  const wrong = await tryToSignIn(EMAIL);
  const unknown = await tryToSignIn('nobody@example.com');
  assert.equal(wrong.status, 401);
  assert.deepEqual(strip(wrong), strip(unknown));
});

test('X-Forwarded-For is believed from the proxies that are configured, and from nobody else', async () => {
  const node = await createTestApp(import.meta.url, {
    beside: service,
    variables: { TRUSTED_PROXIES: '10.0.0.0/8' },
  });
  const addressOf = async (from: string) => {
    await service.query('TRUNCATE sessions');
    await node.app.inject({
      method: 'POST',
      url: '/api/session',
      remoteAddress: from,
      headers: { origin: node.ctx.publicUrl, 'x-forwarded-for': '198.51.100.1, 192.0.2.8' },
      payload: { email: EMAIL, password: PASSWORD },
    });
    return (await service.query<{ address: string }>('SELECT ip_address AS address FROM sessions'))[0]?.address;
  };
  assert.equal(await addressOf('10.1.2.3'), '192.0.2.8');
  assert.equal(await addressOf('203.0.113.9'), '203.0.113.9');
  await node.close();
});

test('a new password ends every other session, and the old one opens nothing any more', async () => {
  const owner = await signIn(service, EMAIL);
  const { projects } = await owner.get('GET /api/projects');
  const projectId = projects[0]?.id ?? '';
  const here = await addMember(service, owner, projectId, 'member', 'change@example.com');
  const elsewhere = await signIn(service, 'change@example.com');
  const before = here.cookie();
  const newPassword = 'another long enough password';

  const refused = await here.send('POST /api/account/password', { body: { currentPassword: 'wrong', newPassword } });
  assert.equal(refused.status, 400);
  assert.equal(refused.json.error.details[0].field, 'currentPassword');
  assert.equal((await elsewhere.send('GET /api/session')).status, 200);

  await here.get('POST /api/account/password', { body: { currentPassword: PASSWORD, newPassword } });
  assert.equal((await here.send('GET /api/session')).status, 200);
  assert.equal((await elsewhere.send('GET /api/session')).status, 401);
  const old = await openBrowser(service).send('GET /api/session', { headers: { cookie: before } });
  assert.equal(old.status, 401);
  assert.equal((await tryToSignIn('change@example.com', PASSWORD)).status, 401);
  assert.equal((await tryToSignIn('change@example.com', newPassword)).status, 200);
  assert.equal((await owner.send('GET /api/session')).status, 200);
});

test('sessions are listed with where they come from, and one can be ended from another', async () => {
  await service.query('TRUNCATE sessions');
  const here = await signIn(service, EMAIL);
  const there = openBrowser(service);
  const headers = { 'user-agent': 'A browser on a train' };
  await there.get('POST /api/session', { body: { email: EMAIL, password: PASSWORD }, headers });
  const { sessions } = await here.get('GET /api/account/sessions');
  assert.equal(sessions.length, 2);
  assert.equal(sessions.filter(({ isCurrent }) => isCurrent).length, 1);
  const theirs = sessions.find(({ isCurrent }) => !isCurrent);
  assert.deepEqual([theirs?.address, theirs?.userAgent], ['127.0.0.1', 'A browser on a train']);
  await here.get('DELETE /api/account/sessions/:sessionId', { params: { sessionId: theirs?.id ?? '' } });
  assert.equal((await there.send('GET /api/session')).status, 401);
  assert.equal((await here.get('GET /api/account/sessions')).sessions.length, 1);
});

test("a session that is somebody else's answers like one that never was", async () => {
  const owner = await signIn(service, EMAIL);
  const { projects } = await owner.get('GET /api/projects');
  const eve = await addMember(service, owner, projects[0]?.id ?? '', 'admin', 'eve@example.com');
  const [mine] = (await owner.get('GET /api/account/sessions')).sessions;
  const ids = [mine?.id ?? '', 'f'.repeat(24), 'x', '%00'];
  const replies = await Promise.all(
    ids.map((sessionId) => eve.send('DELETE /api/account/sessions/:sessionId', { params: { sessionId } })),
  );
  assert.equal(new Set(replies.map(({ status, text }) => `${status} ${text}`)).size, 1);
  assert.equal(replies[0]?.status, 404);
  assert.equal((await owner.send('GET /api/session')).status, 200);
});

const ORIGINS: [headers: Record<string, string>, isOurs: boolean][] = [
  [{ origin: 'http://localhost:3000' }, true],
  [{ origin: 'http://node-7.internal:8080', host: 'node-7.internal:8080' }, true],
  [{ origin: 'http://localhost:3000', 'sec-fetch-site': 'same-origin' }, true],
  [{ origin: '', 'sec-fetch-site': 'same-origin' }, false],
  [{ 'sec-fetch-site': 'same-origin' }, true],
  [{}, false],
  [{ origin: 'null' }, false],
  [{ origin: 'http://localhost:3001' }, false],
  [{ origin: 'https://localhost:3000' }, false],
  [{ origin: 'http://localhost:3000.evil.example' }, false],
  [{ origin: 'http://evil.example', host: 'localhost:3000' }, false],
  [{ origin: 'http://localhost:3000', 'sec-fetch-site': 'cross-site' }, false],
  [{ 'sec-fetch-site': 'same-site' }, false],
];

for (const [headers, isOurs] of ORIGINS)
  test(`a change with ${JSON.stringify(headers)} is ${isOurs ? 'ours' : 'refused as one from another site'}`, async () => {
    const browser = await signIn(service, EMAIL);
    const reply = await service.send({
      method: 'DELETE',
      url: '/api/session',
      key: null,
      headers: { host: 'localhost:80', cookie: browser.cookie(), ...headers },
    });
    assert.equal(reply.status, isOurs ? 200 : 403);
    assert.equal((await browser.send('GET /api/session')).status, isOurs ? 401 : 200);
  });

test('a form of another site cannot send a body that is read', async () => {
  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x']) {
    const headers = { origin: service.ctx.publicUrl, 'content-type': type };
    const body = JSON.stringify({ email: EMAIL, password: PASSWORD });
    assert.equal((await service.send({ method: 'POST', url: '/api/session', key: null, headers, body })).status, 415);
  }
});

test('where the database is away the answer is 503, and nobody is told that they are signed out', async () => {
  const proxy = await startDatabaseProxy();
  const node = await createTestApp(import.meta.url, { beside: service, routeDatabase: proxy.route });
  const browser = await signIn(node, EMAIL);
  await proxy.cut();
  const replies = [
    await browser.send('GET /api/session'),
    await browser.send('DELETE /api/session'),
    await browser.send('POST /api/session', { body: { email: EMAIL, password: PASSWORD } }),
  ];
  await proxy.restore();
  for (const { status, headers } of replies) {
    assert.equal(status, 503);
    assert.equal(headers['set-cookie'], undefined);
  }
  assert.equal((await browser.send('GET /api/session')).status, 200);
  await node.close();
  await proxy.close();
});
