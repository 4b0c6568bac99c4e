import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { createOidcProvider } from '../../../src/providers/oidc/oidc.ts';
import { createTestApp, type TestApp } from '../../support/app.ts';
import { addMember, type Browser, openBrowser, PASSWORD, setUpOwner, signIn } from '../../support/browser/dashboard.ts';
import { type ProviderPerson, startIdentityProvider, type TestProvider } from '../../support/identity-provider.ts';

const REDIRECT_URI = 'http://localhost:3000/api/oidc/callback';
const EMAIL = 'owner@example.com';

let provider: TestProvider;
let service: TestApp;
let owner: Browser;
let projectId: string;
before(async () => {
  provider = await startIdentityProvider(REDIRECT_URI);
  const { issuer, clientId, clientSecret } = provider;
  const variables = { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: clientId, OIDC_CLIENT_SECRET: clientSecret };
  service = await createTestApp(import.meta.url, { variables });
  owner = await setUpOwner(service, EMAIL);
  projectId = (await owner.get('GET /api/projects')).projects[0]?.id ?? '';
});
beforeEach(() => service.query('TRUNCATE sign_in_attempts'));
after(async () => {
  await service.close();
  await provider.close();
});

type Purpose = 'sign_in' | 'invite' | 'proof' | 'link';

/** There and back; gives back the path that the browser is sent to. */
async function goRound(browser: Browser, person: ProviderPerson, purpose: Purpose, detail?: string, amr?: string[]) {
  provider.next(person, amr);
  const { url } = await browser.get('POST /api/oidc', { body: { purpose, ...(detail !== undefined && { detail }) } });
  return comeBack(browser, await provider.follow(url));
}

async function comeBack(browser: Browser, answeredUrl: string): Promise<string> {
  const reply = await browser.send('GET /api/oidc/callback', { query: new URL(answeredUrl).search });
  assert.equal(reply.status, 302, reply.text);
  return String(reply.headers.location);
}

async function invite(role: 'admin' | 'member', email?: string): Promise<string> {
  owner = await signIn(service, EMAIL);
  const body = { role, ...(email !== undefined && { email }) };
  const { url } = await owner.get('POST /api/projects/:projectId/invitations', { params: { projectId }, body });
  return new URL(url).hash.slice(1);
}

const personOf = (name: string, isVerified = true): ProviderPerson => ({
  sub: `sub-${name}`,
  name: `Sso ${name}`,
  email: `${name}@example.com`,
  email_verified: isVerified,
});

test('the pages are told whether there is single sign-on', async () => {
  assert.deepEqual(await openBrowser(service).get('GET /api/oidc'), { issuer: provider.issuer });
});

test('who is not invited gets no account', async () => {
  const browser = openBrowser(service);
  assert.equal(await goRound(browser, personOf('stranger'), 'sign_in'), '/sign-in?problem=no-account');
  const [last] = await service.query<{ action: string }>('SELECT action FROM audit_log ORDER BY id DESC LIMIT 1');
  assert.equal(last?.action, 'account.sign_in_failed', 'and that is told');
  assert.equal((await browser.send('GET /api/session')).status, 401);
  assert.equal((await service.query(`SELECT 1 FROM users WHERE email LIKE 'stranger%'`)).length, 0);
});

test('an invitation makes an account for an identity, which signs in with it from then on, whatever its address becomes', async () => {
  const token = await invite('admin');
  assert.equal(await goRound(openBrowser(service), personOf('ida'), 'invite', token), `/projects/${projectId}/domains`);
  const moved = { ...personOf('ida'), email: 'elsewhere@example.com' };
  const browser = openBrowser(service);
  assert.equal(await goRound(browser, moved, 'sign_in', '/account'), '/account');
  const account = await browser.get('GET /api/session');
  assert.deepEqual([account.email, account.name, account.hasSecondFactor], ['ida@example.com', 'Sso ida', false]);
  const { hasPassword, identityIssuer } = await browser.get('GET /api/account/security');
  assert.deepEqual([hasPassword, identityIssuer], [false, provider.issuer]);
  assert.equal((await browser.send('DELETE /api/account/identity')).status, 403);
  const guess = await openBrowser(service).send('POST /api/session', {
    body: { email: 'ida@example.com', password: '' },
  });
  assert.equal(guess.status, 401);
});

test('an invitation is for the address that it names, and only for one that the provider vouches for', async () => {
  const other = await invite('member', 'someone-else@example.com');
  assert.equal(await goRound(openBrowser(service), personOf('ines'), 'invite', other), '/sign-in?problem=refused');
  const open = await invite('member');
  for (const person of [personOf('uma', false), { sub: 'sub-nobody' }])
    assert.equal(await goRound(openBrowser(service), person, 'invite', open), '/sign-in?problem=refused');
  assert.equal(
    await goRound(openBrowser(service), personOf('ines'), 'invite', 'invite_x'),
    '/sign-in?problem=no-account',
  );
  assert.equal(await goRound(openBrowser(service), personOf('ines'), 'invite', open), `/projects/${projectId}/domains`);
  assert.equal(await goRound(openBrowser(service), personOf('igor'), 'invite', open), '/sign-in?problem=no-account');
});

test('an account with the same address is joined only after its own password, and then once for all', async () => {
  await addMember(service, await signIn(service, EMAIL), projectId, 'member', 'jo@example.com');
  const browser = openBrowser(service);
  assert.equal(await goRound(browser, personOf('jo'), 'sign_in'), '/sign-in?step=join');
  assert.equal((await browser.send('GET /api/session')).status, 401);
  assert.equal(
    (await browser.send('POST /api/session', { body: { email: 'jo@example.com', password: 'wrong' } })).status,
    401,
  );
  assert.equal(await goRound(openBrowser(service), personOf('jo'), 'sign_in'), '/sign-in?step=join');
  await browser.get('POST /api/session', { body: { email: 'jo@example.com', password: PASSWORD } });
  const later = openBrowser(service);
  assert.equal(await goRound(later, personOf('jo'), 'sign_in'), '/');
  assert.equal((await later.get('GET /api/session')).email, 'jo@example.com');
});

test('whoever lies in wait with the address of somebody else gets nothing of them, and joins nobody else', async () => {
  await addMember(service, await signIn(service, EMAIL), projectId, 'member', 'ceo@example.com');
  await addMember(service, await signIn(service, EMAIL), projectId, 'member', 'eve@example.com');
  const ceo = openBrowser(service);
  assert.equal(await goRound(ceo, personOf('ceo'), 'sign_in'), '/sign-in?step=join');
  // Another account signs in while the identity of the first waits: it is not given to it.
  await ceo.get('POST /api/session', { body: { email: 'eve@example.com', password: PASSWORD } });
  assert.equal(await goRound(openBrowser(service), personOf('ceo'), 'sign_in'), '/sign-in?step=join');
});

test('an address that the provider does not vouch for joins nothing', async () => {
  await addMember(service, await signIn(service, EMAIL), projectId, 'member', 'uli@example.com');
  assert.equal(await goRound(openBrowser(service), personOf('uli', false), 'sign_in'), '/sign-in?problem=no-account');
});

test('an answer counts once, in the browser that asked, with its own state', async () => {
  const token = await invite('member');
  await goRound(openBrowser(service), personOf('ray'), 'invite', token);
  const [mine, other] = [openBrowser(service), openBrowser(service)];
  provider.next(personOf('ray'));
  const { url } = await mine.get('POST /api/oidc', { body: { purpose: 'sign_in' } });
  const answered = await provider.follow(url);
  await other.get('POST /api/oidc', { body: { purpose: 'sign_in' } });
  assert.equal(await comeBack(other, answered), '/sign-in?problem=failed');
  assert.equal(await comeBack(openBrowser(service), answered), '/sign-in?problem=failed');
  const headers = { cookie: mine.cookie() };
  assert.equal(await comeBack(mine, answered), '/');
  const replayed = await openBrowser(service).send('GET /api/oidc/callback', {
    query: new URL(answered).search,
    headers,
  });
  assert.equal(replayed.headers.location, '/sign-in?problem=failed');
  for (const query of ['', '?', '?error=access_denied', '?code=x&state=y', '?state=']) {
    const browser = openBrowser(service);
    await browser.get('POST /api/oidc', { body: { purpose: 'sign_in' } });
    assert.equal(
      (await browser.send('GET /api/oidc/callback', { query })).headers.location,
      '/sign-in?problem=failed',
      query,
    );
  }
});

test('a second factor at the provider counts; without one, that of the account is asked for', async () => {
  const token = await invite('member');
  await goRound(openBrowser(service), personOf('max'), 'invite', token);
  const strong = openBrowser(service);
  assert.equal(await goRound(strong, personOf('max'), 'sign_in', undefined, ['pwd', 'otp']), '/');
  assert.equal((await strong.get('GET /api/session')).hasSecondFactor, true);
});

test('in an open session it proves who one is, and links an identity that belongs to nobody', async () => {
  const browser = await addMember(service, await signIn(service, EMAIL), projectId, 'member', 'lin@example.com');
  assert.equal(await goRound(browser, { sub: 'any-sub' }, 'link'), '/account');
  const second = await addMember(service, await signIn(service, EMAIL), projectId, 'member', 'len@example.com');
  assert.equal(await goRound(second, { sub: 'any-sub' }, 'link'), '/sign-in?problem=refused');
  service.clock.advance(5 * 60_000);
  assert.equal((await browser.send('POST /api/account/totp')).status, 403);
  assert.equal(
    (await browser.send('POST /api/oidc', { body: { purpose: 'link' } })).json.error.code,
    'REAUTHENTICATION_REQUIRED',
  );
  assert.equal(await goRound(browser, { sub: 'another-sub' }, 'proof'), '/sign-in?problem=failed');
  assert.equal((await browser.send('POST /api/account/totp')).status, 403);
  assert.equal(await goRound(browser, { sub: 'any-sub' }, 'proof'), '/confirmed');
  assert.equal((await browser.send('POST /api/account/totp')).status, 200);
  await browser.get('DELETE /api/account/identity');
  const entries = await service.query<{ after: unknown }>(
    `SELECT after FROM audit_log WHERE action = 'account.changed' AND object_id = '${browser.userId}' ORDER BY id`,
  );
  assert.deepEqual(
    entries.map(({ after }) => after),
    [{ singleSignOn: provider.issuer }, { singleSignOn: 'removed' }],
  );
  assert.equal(await goRound(openBrowser(service), { sub: 'any-sub' }, 'sign_in'), '/sign-in?problem=no-account');
  assert.equal((await openBrowser(service).send('POST /api/oidc', { body: { purpose: 'link' } })).status, 401);
});

test('a provider that is away is told as that, and asked again the next time', async () => {
  const away = createOidcProvider({ issuer: 'http://127.0.0.1:9', clientId: 'x', clientSecret: 'y' });
  const secrets = await away.createSecrets();
  await assert.rejects(away.buildUrl(secrets, REDIRECT_URI, false), { code: 'SERVICE_UNAVAILABLE' });
});

test('an ID token for another client, or from another issuer, proves nothing', async () => {
  const { issuer, clientId, clientSecret } = provider;
  const right = createOidcProvider({ issuer, clientId, clientSecret });
  provider.next(personOf('ray'));
  const secrets = await right.createSecrets();
  const answered = await provider.follow(await right.buildUrl(secrets, REDIRECT_URI, false));
  const wrongSecret = createOidcProvider({ issuer, clientId, clientSecret: 'another secret' });
  await assert.rejects(wrongSecret.readAnswer(secrets, answered), { code: 'UNAUTHORIZED' });
  for (const change of [{ state: 'x' }, { nonce: 'x' }, { verifier: 'x'.repeat(43) }]) {
    const made = await right.createSecrets();
    const url = await provider.follow(await right.buildUrl(made, REDIRECT_URI, false));
    await assert.rejects(
      right.readAnswer({ ...made, ...change }, url),
      { code: 'UNAUTHORIZED' },
      JSON.stringify(change),
    );
  }
});

test('nothing that the provider brings back stands in the log', () => {
  const lines = service.logLines.filter((line) => line.includes('/api/oidc/callback'));
  assert.ok(lines.length > 0);
  for (const line of service.logLines) assert.doesNotMatch(line, /[?&"](?:code|state)=[\w-]{8,}/);
});
