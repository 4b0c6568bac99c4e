import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { createPasswordResetLink } from '../../../src/services/people/password-reset.ts';
import type { DashboardCall } from '../../../src/wire/dashboard/contract.ts';
import { createTestApp, type TestApp } from '../../support/app.ts';
import { addMember, type Browser, openBrowser, PASSWORD, setUpOwner, signIn } from '../../support/browser/dashboard.ts';

const EMAIL = 'owner@example.com';
const RECENT_MS = 5 * 60_000;

let service: TestApp;
let owner: Browser;
let projectId: string;
let member: Browser & { readonly userId: string };
before(async () => {
  service = await createTestApp(import.meta.url);
  owner = await setUpOwner(service, EMAIL);
  projectId = (await owner.get('GET /api/projects')).projects[0]?.id ?? '';
  member = await addMember(service, owner, projectId, 'member', 'mo@example.com');
});
beforeEach(() => service.query('TRUNCATE sign_in_attempts'));
after(() => service.close());

interface Act {
  readonly call: DashboardCall;
  readonly params?: Record<string, string>;
  readonly body?: unknown;
}
const listActs = (): readonly Act[] => [
  { call: 'POST /api/projects/:projectId/api-keys', body: { name: 'x', permission: 'mail_server' } },
  {
    call: 'PATCH /api/projects/:projectId/members/:userId',
    params: { userId: member.userId },
    body: { role: 'owner' },
  },
  { call: 'POST /api/projects/:projectId/invitations', body: { role: 'owner' } },
  { call: 'DELETE /api/projects/:projectId', body: { confirm: 'something else' } },
  { call: 'PATCH /api/projects/:projectId', body: { requireSecondFactor: false } },
  { call: 'POST /api/account/email', body: { email: 'other@example.com' } },
  { call: 'POST /api/account/totp' },
  { call: 'DELETE /api/account/totp' },
  { call: 'POST /api/account/recovery-codes' },
  { call: 'POST /api/account/passkeys/options' },
  { call: 'POST /api/account/passkeys', body: { name: 'x', response: {} } },
  { call: 'DELETE /api/account/passkeys/:passkeyId', params: { passkeyId: 'f'.repeat(24) } },
];

const send = (browser: Browser, { call, params, body }: Act) =>
  // The body and the parameters of a call that a table names are checked by the server.
  browser.send(call, { params: { projectId, ...params }, ...(body !== undefined && { body }) } as never);

for (const index of Array.from({ length: 12 }, (_, n) => n))
  test(`five minutes after the last proof, act ${index} is refused until there is another`, async () => {
    const act = listActs()[index];
    assert.ok(act);
    const browser = await signIn(service, EMAIL);
    service.clock.advance(RECENT_MS);
    const refused = await send(browser, act);
    assert.deepEqual([refused.status, refused.json.error.code], [403, 'REAUTHENTICATION_REQUIRED'], act.call);
    await browser.get('POST /api/session/proof', { body: { password: PASSWORD } });
    const after = await send(browser, act);
    assert.notEqual(after.json.error?.code, 'REAUTHENTICATION_REQUIRED', act.call);
    service.clock.advance(RECENT_MS - 1);
    assert.notEqual((await send(browser, act)).json.error?.code, 'REAUTHENTICATION_REQUIRED', act.call);
    await service.query(`UPDATE users SET email = '${EMAIL}' WHERE is_instance_owner`);
  });

test('what is harmless needs no new proof', async () => {
  const browser = await signIn(service, EMAIL);
  service.clock.advance(RECENT_MS);
  const params = { projectId };
  for (const [call, input] of [
    ['POST /api/projects/:projectId/api-keys', { params, body: { name: 'x', permission: 'full_access' } }],
    ['POST /api/projects/:projectId/invitations', { params, body: { role: 'admin' } }],
    ['PATCH /api/projects/:projectId', { params, body: { name: 'default' } }],
    ['PATCH /api/account', { body: { name: 'Olive' } }],
  ] as const)
    assert.equal((await browser.send(call as DashboardCall, input as never)).status, 200, call);
});

test('who has another role gets no further by a proof, and learns nothing before', async () => {
  const reader = await addMember(service, await signIn(service, EMAIL), projectId, 'admin', 'admin@example.com');
  service.clock.advance(RECENT_MS);
  const reply = await reader.send('DELETE /api/projects/:projectId', { params: { projectId }, body: { confirm: 'x' } });
  assert.deepEqual([reply.status, reply.json.error.code], [403, 'FORBIDDEN']);
});

test('a wrong password proves nothing, and cannot be guessed in an open session', async () => {
  const browser = await signIn(service, EMAIL);
  service.clock.advance(RECENT_MS);
  for (let n = 0; n < 10; n += 1) {
    const reply = await browser.send('POST /api/session/proof', { body: { password: 'wrong' } });
    assert.deepEqual([reply.status, reply.json.error.details[0].field], [400, 'password']);
  }
  assert.equal((await browser.send('POST /api/session/proof', { body: { password: PASSWORD } })).status, 429);
  const act = listActs()[0];
  assert.ok(act);
  assert.equal((await send(browser, act)).json.error.code, 'REAUTHENTICATION_REQUIRED');
});

test('a session of the version before, that never noted a proof, needs one', async () => {
  const browser = await signIn(service, EMAIL);
  await service.query('UPDATE sessions SET authenticated_at = NULL');
  const act = listActs()[2];
  assert.ok(act);
  assert.equal((await send(browser, act)).json.error.code, 'REAUTHENTICATION_REQUIRED');
});

test('the address can be changed: it is the one to sign in with, other sessions end, and open links with it', async () => {
  const browser = await addMember(service, await signIn(service, EMAIL), projectId, 'member', 'old@example.com');
  const elsewhere = await signIn(service, 'old@example.com');
  const { url } = await createPasswordResetLink(service.ctx, 'old@example.com');
  const taken = await browser.send('POST /api/account/email', { body: { email: ` ${EMAIL.toUpperCase()}` } });
  assert.deepEqual([taken.status, taken.json.error.details[0].field], [400, 'email']);
  const account = await browser.get('POST /api/account/email', { body: { email: 'New@Example.com' } });
  assert.equal(account.email, 'new@example.com');
  assert.equal((await browser.send('GET /api/session')).status, 200);
  assert.equal((await elsewhere.send('GET /api/session')).status, 401);
  const body = { token: new URL(url).hash.slice(1), newPassword: 'quite another long password' };
  assert.equal((await openBrowser(service).send('POST /api/password-reset', { body })).status, 404);
  assert.equal(
    (await openBrowser(service).send('POST /api/session', { body: { email: 'old@example.com', password: PASSWORD } }))
      .status,
    401,
  );
  await signIn(service, 'new@example.com');
});

test('nobody finds out by changing their address which ones have accounts: ten wrong ones in a quarter of an hour', async () => {
  const browser = await addMember(service, await signIn(service, EMAIL), projectId, 'member', 'curious@example.com');
  for (let n = 0; n < 10; n += 1)
    assert.equal((await browser.send('POST /api/account/email', { body: { email: EMAIL } })).status, 400);
  assert.equal((await browser.send('POST /api/account/email', { body: { email: EMAIL } })).status, 429);
});

test('of two people who take an address at the same moment, one has it', async () => {
  const by = await signIn(service, EMAIL);
  const two = [
    await addMember(service, by, projectId, 'member', 'race1@example.com'),
    await addMember(service, by, projectId, 'member', 'race2@example.com'),
  ];
  const replies = await Promise.all(
    two.map((each) => each.send('POST /api/account/email', { body: { email: 'prize@example.com' } })),
  );
  assert.deepEqual(replies.map(({ status }) => status).sort(), [200, 400]);
});

test('the name can be changed', async () => {
  const browser = await signIn(service, EMAIL);
  assert.equal((await browser.get('PATCH /api/account', { body: { name: '  Olive Oak ' } })).name, 'Olive Oak');
  assert.equal((await browser.send('PATCH /api/account', { body: { name: ' ' } })).status, 400);
});

test('an owner ends the sessions of somebody in the project; nobody ends those of the owner of the installation', async () => {
  const by = await signIn(service, EMAIL);
  const second = await addMember(service, by, projectId, 'owner', 'second-owner@example.com');
  const target = await addMember(service, by, projectId, 'admin', 'target@example.com');
  const params = { projectId, userId: target.userId };
  const call = 'DELETE /api/projects/:projectId/members/:userId/sessions';
  assert.equal((await target.send(call, { params: { projectId, userId: second.userId } })).status, 403);
  assert.deepEqual(await second.get(call, { params }), { ended: 1 });
  assert.equal((await target.send('GET /api/session')).status, 401);
  const { id } = await by.get('GET /api/session');
  assert.equal((await second.send(call, { params: { projectId, userId: id } })).status, 403);
  assert.equal((await second.send(call, { params: { projectId, userId: 'f'.repeat(24) } })).status, 404);
  const own = await signIn(service, 'second-owner@example.com');
  assert.deepEqual(await own.get(call, { params: { projectId, userId: second.userId } }), { ended: 1 });
  assert.equal((await own.send('GET /api/session')).status, 200);
});

test('the owner of the installation sees all accounts and ends the sessions of each; nobody else does', async () => {
  const by = await signIn(service, EMAIL);
  const target = await addMember(service, by, projectId, 'owner', 'away@example.com');
  await by.get('DELETE /api/projects/:projectId/members/:userId', { params: { projectId, userId: target.userId } });
  const { accounts } = await by.get('GET /api/accounts');
  assert.equal(accounts.find(({ email }) => email === 'away@example.com')?.openSessions, 1);
  assert.deepEqual(await by.get('DELETE /api/accounts/:userId/sessions', { params: { userId: target.userId } }), {
    ended: 1,
  });
  assert.equal((await target.send('GET /api/session')).status, 401);
  const nobody = await signIn(service, 'away@example.com');
  assert.equal((await nobody.send('GET /api/accounts')).status, 403);
  assert.equal(
    (await nobody.send('DELETE /api/accounts/:userId/sessions', { params: { userId: target.userId } })).status,
    403,
  );
});
