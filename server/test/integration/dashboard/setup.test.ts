import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { createLinkToken } from '../../../src/crypto/link-tokens.ts';
import { createSetupToken } from '../../../src/services/people/setup.ts';
import { createFirstProject } from '../../../src/services/projects/bootstrap.ts';
import { getProjectByName } from '../../../src/services/projects/projects.ts';
import { createTestApp, type TestApp } from '../../support/app.ts';
import { openBrowser, PASSWORD } from '../../support/browser/dashboard.ts';

let service: TestApp;
let other: TestApp;
before(async () => {
  service = await createTestApp(import.meta.url);
  other = await createTestApp(import.meta.url, { beside: service });
});
beforeEach(() => service.query('TRUNCATE users, projects, setup_tokens, sign_in_attempts CASCADE'));
after(async () => {
  await other.close();
  await service.close();
});

const ADA = { name: 'Ada', email: 'ada@example.com', password: PASSWORD };

async function makeToken(): Promise<string> {
  const token = await createSetupToken(service.ctx);
  assert.ok(token);
  return token;
}

test('the link makes the owner and a project, and signs the owner in; a key is made by whoever asks for one', async () => {
  const browser = openBrowser(service);
  assert.deepEqual(await browser.get('GET /api/setup'), { isOpen: true });
  const made = await browser.get('POST /api/setup', { body: { token: await makeToken(), ...ADA } });
  assert.equal(made.account.isInstanceOwner, true);
  assert.deepEqual(made.account.projects, [made.project]);
  assert.equal(made.project.name, 'default');
  assert.deepEqual(await service.query('SELECT 1 FROM api_keys'), []);
  assert.deepEqual(await browser.get('GET /api/session'), made.account);
  assert.deepEqual(await browser.get('GET /api/setup'), { isOpen: false });
});

test('the project of the first start is the one that the owner gets', async () => {
  await createFirstProject(service.ctx, undefined);
  const browser = openBrowser(service);
  await browser.get('POST /api/setup', { body: { token: await makeToken(), ...ADA } });
  assert.equal((await service.query('SELECT 1 FROM projects')).length, 1);
  assert.equal((await browser.get('GET /api/projects')).projects[0]?.role, 'owner');
});

test('the project of the first start gets the name that the owner chooses, and is `default` on the command line still', async () => {
  await createFirstProject(service.ctx, undefined);
  const body = { token: await makeToken(), ...ADA, projectName: ' Acme Mail ' };
  const { account, project } = await openBrowser(service).get('POST /api/setup', { body });
  assert.equal(project.name, 'Acme Mail');
  assert.deepEqual(account.projects, [project]);
  assert.equal((await getProjectByName(service.ctx, 'default')).id, project.id);
});

test('whether a link works is told before anybody types anything, and does not use it up', async () => {
  const token = await makeToken();
  const ask = (given: string) => openBrowser(service).send('POST /api/setup/link', { body: { token: given } });
  assert.equal((await ask(token)).status, 200);
  assert.equal((await ask(token)).status, 200);
  for (const wrong of ['', 'setup_', `${token}x`, createLinkToken('setup'), createLinkToken('invite')])
    assert.deepEqual([(await ask(wrong)).status, (await ask(wrong)).json.error.code], [403, 'FORBIDDEN']);
  await openBrowser(service).get('POST /api/setup', { body: { token, ...ADA } });
  assert.equal((await ask(token)).status, 403);
});

test('without a token that was given out nobody takes the instance over', async () => {
  const real = await makeToken();
  const wrong = ['', 'setup_', real.slice(0, -1), `${real}x`, real.toLowerCase(), createLinkToken('setup')];
  for (const token of [...wrong, createLinkToken('invite'), `invite_${real.slice(6)}`, '\0', 'ä'.repeat(46)]) {
    const reply = await openBrowser(service).send('POST /api/setup', { body: { token, ...ADA } });
    assert.equal(reply.status, 403, token);
    assert.match(reply.json.error.message, /npx autosend setup-link/);
  }
  assert.equal((await service.query('SELECT 1 FROM users')).length, 0);
});

test('a token works once, and none works once there is an owner', async () => {
  const [first, second] = [await makeToken(), await makeToken()];
  await openBrowser(service).get('POST /api/setup', { body: { token: first, ...ADA } });
  for (const token of [first, second]) {
    const body = { token, ...ADA, email: 'eve@example.com' };
    assert.equal((await openBrowser(service).send('POST /api/setup', { body })).status, 403);
  }
  assert.equal(await createSetupToken(service.ctx), null);
  assert.equal((await service.query('SELECT 1 FROM setup_tokens')).length, 0);
});

test('a token ends after 24 hours', async () => {
  const token = await makeToken();
  service.clock.advance(24 * 3_600_000);
  assert.equal((await openBrowser(service).send('POST /api/setup', { body: { token, ...ADA } })).status, 403);
  const fresh = await makeToken();
  service.clock.advance(24 * 3_600_000 - 1);
  assert.equal((await openBrowser(service).send('POST /api/setup', { body: { token: fresh, ...ADA } })).status, 200);
});

test('of links used at the same moment, on any node, exactly one makes an owner', async () => {
  const tokens = await Promise.all(Array.from({ length: 6 }, makeToken));
  const replies = await Promise.all(
    tokens.flatMap((token, index) =>
      [service, other].map((node) =>
        openBrowser(node).send('POST /api/setup', { body: { token, ...ADA, email: `ada${index}@example.com` } }),
      ),
    ),
  );
  assert.deepEqual(replies.map(({ status }) => status).sort(), [200, ...Array.from({ length: 11 }, () => 403)]);
  assert.deepEqual(await service.query('SELECT is_instance_owner AS owner FROM users'), [{ owner: true }]);
});

test('what is wrong with the account is named, and does not use the link up', async () => {
  const token = await makeToken();
  const cases: [body: Record<string, unknown>, field: string][] = [
    [{ password: 'short' }, 'password'],
    [{ password: 'x'.repeat(201) }, 'password'],
    [{ password: 'password1234' }, 'password'],
    [{ password: 'x'.repeat(200) }, 'password'],
    [{ name: 'Grace Hopper', password: 'grace went to the harbor' }, 'password'],
    [{ email: 'quentin@example.com', password: 'the fifth Quentin of his name' }, 'password'],
    [{ password: 'all about AutoSend Domains' }, 'password'],
    [{ email: 'nobody' }, 'email'],
    [{ email: `${'a'.repeat(250)}@example.com` }, 'email'],
    [{ name: '  ' }, 'name'],
    [{ name: 'a\0b' }, 'name'],
    [{ role: 'owner' }, 'role'],
  ];
  for (const [change, field] of cases) {
    const body = { token, ...ADA, ...change };
    const { status, json } = await openBrowser(service).send('POST /api/setup', { body });
    assert.equal(status, 400, field);
    assert.equal(json.error.details[0].field, field);
  }
  assert.equal((await openBrowser(service).send('POST /api/setup', { body: { token, ...ADA } })).status, 200);
});

test('the password is kept as argon2id, the token as a hash', async () => {
  const token = await makeToken();
  const [row] = await service.query<{ hash: Buffer }>('SELECT token_hash AS hash FROM setup_tokens');
  assert.equal(row?.hash.length, 32);
  await openBrowser(service).get('POST /api/setup', { body: { token, ...ADA } });
  const [account] = await service.query<{ password: string }>('SELECT password FROM accounts');
  assert.match(account?.password ?? '', /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
});

test('the same password typed on another keyboard is the same password', async () => {
  const browser = openBrowser(service);
  const token = await makeToken();
  await browser.get('POST /api/setup', { body: { token, ...ADA, password: 'Schlu\u0308ssel zum Glu\u0308ck' } });
  const body = { email: ' ADA@Example.com ', password: 'Schl\u00fcssel zum Gl\u00fcck' };
  assert.equal((await openBrowser(service).send('POST /api/session', { body })).status, 200);
});
