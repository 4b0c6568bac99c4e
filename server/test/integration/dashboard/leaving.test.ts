import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { createPasswordResetLink } from '../../../src/services/people/password-reset.ts';
import { createTestApp, type TestApp } from '../../support/app.ts';
import { addMember, type Browser, openBrowser, PASSWORD, setUpOwner, signIn } from '../../support/browser/dashboard.ts';

const NEW_PASSWORD = 'another long enough password';

let service: TestApp;
let owner: Browser;
let projectId: string;
before(async () => {
  service = await createTestApp(import.meta.url);
});
beforeEach(async () => {
  await service.query('TRUNCATE users, projects, sign_in_attempts CASCADE');
  owner = await setUpOwner(service);
  projectId = (await owner.get('GET /api/projects')).projects[0]?.id ?? '';
});
after(() => service.close());

const leave = (browser: Browser, id = projectId) =>
  browser.send('DELETE /api/projects/:projectId/membership', { params: { projectId: id } });
const makeToken = async (email: string) =>
  new URL((await createPasswordResetLink(service.ctx, email)).url).hash.slice(1);
const reset = (token: string, newPassword = NEW_PASSWORD, browser = openBrowser(service)) =>
  browser.send('POST /api/password-reset', { body: { token, newPassword } });

test('a member leaves a project, and is nobody in it from then on', async () => {
  const member = await addMember(service, owner, projectId, 'member');
  assert.equal((await leave(member)).status, 200);
  assert.deepEqual((await member.get('GET /api/projects')).projects, []);
  assert.equal((await leave(member)).status, 404);
  const { members } = await owner.get('GET /api/projects/:projectId/members', { params: { projectId } });
  assert.ok(members.every(({ userId }) => userId !== member.userId));
});

test('the only owner of a project cannot leave it, nor delete their account; one of two can', async () => {
  service.clock.advance(1);
  const made = await owner.get('POST /api/projects', { body: { name: 'Shop' } });
  const first = await addMember(service, owner, made.id, 'owner', 'first@example.com');
  // The installation's owner made it, and could make others owner of it. Taken out, it has one owner of its own.
  await service.query(`DELETE FROM memberships WHERE project_id = '${made.id}' AND user_id <> '${first.userId}'`);
  assert.deepEqual([(await leave(first, made.id)).status, (await leave(owner)).status], [403, 403]);
  const refused = await first.send('DELETE /api/account', { body: { confirm: 'first@example.com' } });
  assert.match(refused.json.error.message, /only owner of the project “Shop”/);
  await addMember(service, owner, made.id, 'owner', 'second@example.com');
  assert.equal((await leave(first, made.id)).status, 200);
});

test('of two owners who leave at the same moment one stays', async () => {
  service.clock.advance(1);
  const made = await owner.get('POST /api/projects', { body: { name: 'Shop' } });
  const one = await addMember(service, owner, made.id, 'owner', 'one@example.com');
  const two = await addMember(service, owner, made.id, 'owner', 'two@example.com');
  await service.query(
    `DELETE FROM memberships WHERE project_id = '${made.id}' AND user_id NOT IN ('${one.userId}', '${two.userId}')`,
  );
  const statuses = (await Promise.all([leave(one, made.id), leave(two, made.id)])).map(({ status }) => status);
  assert.deepEqual(statuses.toSorted(), [200, 403]);
});

test('an account is deleted by its address only, with its sessions; what it made stays', async () => {
  const member = await addMember(service, owner, projectId, 'admin', 'jo@example.com');
  const elsewhere = await signIn(service, 'jo@example.com');
  const params = { projectId };
  const domain = await member.get('POST /api/projects/:projectId/domains', {
    params,
    body: { domain: 'kept.example.com' },
  });
  const links = 'POST /api/projects/:projectId/domains/:domainId/share-links';
  await member.get(links, { params: { projectId, domainId: domain.id }, body: {} });
  const wrong = await member.send('DELETE /api/account', { body: { confirm: 'ann@example.com' } });
  assert.deepEqual([wrong.status, wrong.json.error.details[0].field], [400, 'confirm']);
  await member.get('DELETE /api/account', { body: { confirm: ' Jo@Example.com ' } });
  assert.doesNotMatch(member.cookie(), /session_token/);
  assert.equal((await elsewhere.send('GET /api/session')).status, 401);
  const again = await openBrowser(service).send('POST /api/session', {
    body: { email: 'jo@example.com', password: PASSWORD },
  });
  assert.equal(again.status, 401);
  const { shareLinks } = await owner.get('GET /api/projects/:projectId/domains/:domainId/share-links', {
    params: { projectId, domainId: domain.id },
  });
  assert.deepEqual(
    [shareLinks[0]?.state, shareLinks[0]?.createdBy, shareLinks[0]?.isCreatorGone],
    ['open', 'Mo admin', true],
  );
});

test("the installation's owner cannot delete their account: nobody could take their place", async () => {
  const refused = await owner.send('DELETE /api/account', { body: { confirm: 'owner@example.com' } });
  assert.equal(refused.status, 403);
  assert.equal((await owner.get('GET /api/session')).email, 'owner@example.com');
});

test('a link of the operator sets another password once, ends every session and begins one', async () => {
  const elsewhere = await signIn(service, 'owner@example.com');
  const token = await makeToken(' Owner@Example.com ');
  const browser = openBrowser(service);
  assert.equal((await reset(token, NEW_PASSWORD, browser)).status, 200);
  assert.equal((await browser.get('GET /api/session')).email, 'owner@example.com');
  for (const each of [owner, elsewhere]) assert.equal((await each.send('GET /api/session')).status, 401);
  const session = { email: 'owner@example.com', password: PASSWORD };
  assert.equal((await openBrowser(service).send('POST /api/session', { body: session })).status, 401);
  await signIn(service, 'owner@example.com', NEW_PASSWORD);
  assert.equal((await reset(token)).status, 404);
});

test('a link that ran out, was replaced, is of another kind or never was answers alike, and changes nothing', async () => {
  const replaced = await makeToken('owner@example.com');
  const late = await makeToken('owner@example.com');
  const invite = await owner.get('POST /api/projects/:projectId/invitations', {
    params: { projectId },
    body: { role: 'member' },
  });
  service.clock.advance(3_600_000);
  const tokens = [replaced, late, new URL(invite.url).hash.slice(1), `reset_${'x'.repeat(40)}`, ''];
  const replies = await Promise.all(tokens.map((token) => reset(token)));
  for (const { status, text } of replies) assert.deepEqual([status, text], [404, replies[0]?.text]);
  await signIn(service, 'owner@example.com');
});

test('two who use a link at the same moment: one sets the password', async () => {
  const token = await makeToken('owner@example.com');
  const statuses = (await Promise.all([reset(token), reset(token)])).map(({ status }) => status);
  assert.deepEqual(statuses.toSorted(), [200, 404]);
});

test('the attempts that were counted for a forgotten password do not keep the new one out', async () => {
  for (let n = 0; n < 11; n += 1)
    await openBrowser(service).send('POST /api/session', { body: { email: 'owner@example.com', password: 'wrong' } });
  assert.equal((await reset(await makeToken('owner@example.com'))).status, 200);
});

test('of a link only the hash is stored', async () => {
  const token = await makeToken('owner@example.com');
  const [row] = await service.query<{ row: string }>('SELECT t::text AS row FROM password_resets t');
  assert.ok(row && !row.row.includes(token) && !row.row.includes(Buffer.from(token).toString('hex')));
});

test('a link that sets another password ends when somebody changes it themselves', async () => {
  const member = await addMember(service, owner, projectId, 'member', 'changes@example.com');
  const token = await makeToken('changes@example.com');
  const body = { currentPassword: PASSWORD, newPassword: NEW_PASSWORD };
  await member.get('POST /api/account/password', { body });
  assert.equal((await reset(token, `another ${NEW_PASSWORD}`)).status, 404);
});
