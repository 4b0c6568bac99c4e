import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import pg from 'pg';
import { getProjectByName } from '../../../src/services/projects/projects.ts';
import { createTestApp, type TestApp } from '../../support/app.ts';
import { addMember, type Browser, openBrowser, PASSWORD, setUpOwner, signIn } from '../../support/browser/dashboard.ts';
import { waitUntil } from '../../support/clock.ts';

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

test('a project can be made, renamed, given another region and found', async () => {
  service.clock.advance(1);
  const made = await owner.get('POST /api/projects', { body: { name: '  Shop ', primaryRegion: 'eu-west-1' } });
  assert.deepEqual([made.name, made.primaryRegion, made.role], ['Shop', 'eu-west-1', 'owner']);
  const params = { projectId: made.id };
  const changed = await owner.get('PATCH /api/projects/:projectId', { params, body: { name: 'Store' } });
  assert.deepEqual(changed, { ...made, name: 'Store' });
  const moved = await owner.get('PATCH /api/projects/:projectId', { params, body: { primaryRegion: 'us-west-2' } });
  assert.deepEqual(moved, { ...changed, primaryRegion: 'us-west-2' });
  assert.deepEqual(await owner.get('GET /api/projects/:projectId', { params }), moved);
  assert.deepEqual((await owner.get('GET /api/projects')).projects[1], moved);
});

test('what a project cannot be is named', async () => {
  await owner.get('POST /api/projects', { body: { name: 'Shop' } });
  const taken = await owner.send('POST /api/projects', { body: { name: 'Shop' } });
  assert.deepEqual([taken.status, taken.json.error.code], [409, 'PROJECT_ALREADY_EXISTS']);
  const params = { projectId };
  const renamed = await owner.send('PATCH /api/projects/:projectId', { params, body: { name: 'Shop' } });
  assert.deepEqual([renamed.status, renamed.json.error.code], [409, 'PROJECT_ALREADY_EXISTS']);
  const region = await owner.send('POST /api/projects', { body: { name: 'Far', primaryRegion: 'moon-1' } });
  assert.deepEqual([region.status, region.json.error.details[0].field], [400, 'primaryRegion']);
  const empty = await owner.send('POST /api/projects', { body: { name: ' ' } });
  assert.deepEqual([empty.status, empty.json.error.details[0].field], [400, 'name']);
});

test("a name that another tenant's project has is no obstacle, and no answer tells of it", async () => {
  // Owners of projects of their own, who see no other.
  const makeTenant = async (name: string) => {
    service.clock.advance(1);
    const made = await owner.get('POST /api/projects', { body: { name: `first of ${name}` } });
    return addMember(service, owner, made.id, 'owner', `${name}@example.com`);
  };
  const one = await makeTenant('one');
  const two = await makeTenant('two');
  const mine = await one.get('POST /api/projects', { body: { name: 'Shop' } });
  const theirs = await two.get('POST /api/projects', { body: { name: 'Shop' } });
  assert.deepEqual([mine.name, theirs.name], ['Shop', 'Shop']);
  service.clock.advance(1);
  const other = await two.get('POST /api/projects', { body: { name: 'Other' } });
  const renamed = await one.get('PATCH /api/projects/:projectId', {
    params: { projectId: mine.id },
    body: { name: 'Other' },
  });
  assert.equal(renamed.name, 'Other');
  const again = await two.send('PATCH /api/projects/:projectId', {
    params: { projectId: other.id },
    body: { name: 'Shop' },
  });
  assert.equal(again.status, 409, 'a name of their own');
  assert.deepEqual(
    (await one.get('GET /api/projects')).projects.map(({ name }) => name),
    ['first of one', 'Other'],
  );
  await two.get('DELETE /api/projects/:projectId', { params: { projectId: theirs.id }, body: { confirm: 'Shop' } });
  // The operator sees both, and names the one that is meant.
  await assert.rejects(getProjectByName(service.ctx, 'Other'), new RegExp(`${mine.id}, ${other.id}`));
  assert.equal((await getProjectByName(service.ctx, mine.id)).id, mine.id);
  assert.equal(await getProjectByName(service.ctx, 'Shop').catch(({ code }) => code), 'NOT_FOUND');
});

test('of tenants who take one name at the same moment each gets a project', async () => {
  const tenants = [];
  for (const name of ['one', 'two', 'three', 'four']) {
    const made = await owner.get('POST /api/projects', { body: { name: `first of ${name}` } });
    tenants.push(await addMember(service, owner, made.id, 'owner', `${name}@example.com`));
  }
  const replies = await Promise.all(
    tenants.map((tenant) => tenant.send('POST /api/projects', { body: { name: 'Shop' } })),
  );
  assert.deepEqual(
    replies.map(({ status, json }) => [status, json.data?.name]),
    replies.map(() => [200, 'Shop']),
  );
});

test('deleting a project takes its name, and takes its keys, domains, links and members with it', async () => {
  const params = { projectId };
  const { key } = await owner.get('POST /api/projects/:projectId/api-keys', {
    params,
    body: { name: 'k', permission: 'full_access' },
  });
  for (let n = 0; n < 3; n += 1) await service.addDomain(`d${n}.example.com`, key as never);
  const member = await addMember(service, owner, projectId, 'member');
  const kept = await owner.get('POST /api/projects', { body: { name: 'kept' } });

  const refused = await owner.send('DELETE /api/projects/:projectId', { params, body: { confirm: 'Default' } });
  assert.deepEqual([refused.status, refused.json.error.details[0].field], [400, 'confirm']);
  assert.equal((await service.query('SELECT 1 FROM domains')).length, 3);

  await owner.get('DELETE /api/projects/:projectId', { params, body: { confirm: 'default' } });
  for (const table of ['domains', 'dkim_keys', 'api_keys', 'events', 'invitations'])
    assert.equal((await service.query(`SELECT 1 FROM ${table}`)).length, 0, table);
  assert.equal((await service.send({ url: '/v1/domains', key })).status, 401);
  assert.deepEqual((await member.get('GET /api/session')).projects, []);
  assert.deepEqual((await owner.get('GET /api/projects')).projects, [kept]);
});

test('what is added to a project while it is deleted is 404, not a fault', async () => {
  const made = await owner.get('POST /api/projects', { body: { name: 'going' } });
  const params = { projectId: made.id };
  const holder = new pg.Client({ connectionString: service.databaseUrl });
  await holder.connect();
  try {
    await holder.query('BEGIN');
    await holder.query('DELETE FROM projects WHERE id = $1', [made.id]);
    const adding = [
      owner.send('POST /api/projects/:projectId/domains', { params, body: { domain: 'going.example.com' } }),
      owner.send('POST /api/projects/:projectId/invitations', { params, body: { role: 'member' } }),
    ];
    const waiting = `SELECT 1 FROM pg_locks WHERE NOT granted AND pid IN
      (SELECT pid FROM pg_stat_activity WHERE datname = current_database())`;
    await waitUntil(async () => (await service.query(waiting)).length === 2);
    await holder.query('COMMIT');
    for (const { status, json } of await Promise.all(adding))
      assert.deepEqual([status, json.error.code], [404, 'NOT_FOUND']);
  } finally {
    await holder.end();
  }
});

test('a key is shown once, works with what it allows, and is listed by its prefix', async () => {
  const params = { projectId };
  const expiresAt = new Date(service.clock.now().getTime() + 60_000).toISOString();
  const made = await owner.get('POST /api/projects/:projectId/api-keys', {
    params,
    body: { name: 'reader', permission: 'read_only', expiresAt },
  });
  assert.match(made.key, /^as_[A-Za-z0-9]{40}$/);
  assert.equal(made.prefix, made.key.slice(0, 12));
  const add = { method: 'POST', url: '/v1/domains', key: made.key, body: { domain: 'a.example.com' } } as const;
  assert.equal((await service.send({ url: '/v1/domains', key: made.key })).status, 200);
  assert.equal((await service.send(add)).status, 403);
  await service.ctx.background.drain();

  const list = async () => (await owner.send('GET /api/projects/:projectId/api-keys', { params })).text;
  const listed = async () =>
    (await owner.get('GET /api/projects/:projectId/api-keys', { params })).apiKeys.find(({ id }) => id === made.id);
  assert.ok(!(await list()).includes(made.key));
  const { key: _, ...shown } = made;
  assert.deepEqual(await listed(), {
    ...shown,
    lastUsedAt: service.clock.now().toISOString(),
    lastUsedAddress: '127.0.0.1',
  });
  service.clock.advance(60_000);
  assert.equal((await listed())?.state, 'expired');
  await owner.get('DELETE /api/projects/:projectId/api-keys/:keyId', { params: { projectId, keyId: made.id } });
  assert.equal((await listed())?.state, 'revoked');
});

test('only an owner makes a key that pulls private keys', async () => {
  const params = { projectId };
  const body = { name: 'mta', permission: 'mail_server' } as const;
  const admin = await addMember(service, owner, projectId, 'admin');
  const refused = await admin.send('POST /api/projects/:projectId/api-keys', { params, body });
  assert.deepEqual([refused.status, refused.json.error.code], [403, 'FORBIDDEN']);
  const other = { ...body, permission: 'full_access' } as const;
  assert.equal((await admin.send('POST /api/projects/:projectId/api-keys', { params, body: other })).status, 200);
  const made = await owner.get('POST /api/projects/:projectId/api-keys', { params, body });
  assert.equal(made.permission, 'mail_server');
  assert.equal((await service.send({ url: '/v1/mail-server-keys', key: made.key })).status, 200);
});

test('a key that is revoked in the dashboard is refused from the next request on', async () => {
  const params = { projectId };
  const body = { name: 'k', permission: 'full_access' } as const;
  const { id, key } = await owner.get('POST /api/projects/:projectId/api-keys', { params, body });
  assert.equal((await service.send({ url: '/v1/domains', key })).status, 200);
  await owner.get('DELETE /api/projects/:projectId/api-keys/:keyId', { params: { projectId, keyId: id } });
  assert.equal((await service.send({ url: '/v1/domains', key })).status, 401);
});

test('an expiry that lies in the past or is no time is refused', async () => {
  const params = { projectId };
  for (const expiresAt of ['2020-01-01T00:00:00Z', 'soon', '2026-13-01T00:00:00Z', '9999-12-31T23:59:59-12:00', '']) {
    const body = { name: 'k', permission: 'full_access' as const, expiresAt };
    const { status, json } = await owner.send('POST /api/projects/:projectId/api-keys', { params, body });
    assert.deepEqual([status, json.error.details[0].field], [400, 'expiresAt'], expiresAt);
  }
});

test('who is invited sees by the link what it is for, makes an account, and is in with that role', async () => {
  const params = { projectId };
  const body = { role: 'admin' as const };
  const { url, ...invitation } = await owner.get('POST /api/projects/:projectId/invitations', { params, body });
  const { hash, pathname } = new URL(url);
  assert.equal(pathname, '/invite', 'the token is not in the part of the address that is sent to servers');
  const browser = openBrowser(service);
  const token = hash.slice(1);
  assert.deepEqual(await browser.get('POST /api/invitations/preview', { body: { token } }), {
    projectName: 'default',
    role: 'admin',
    email: null,
    expiresAt: invitation.expiresAt,
  });
  const account = { name: 'Mia', email: 'Mia@Example.com', password: PASSWORD };
  const joined = await browser.get('POST /api/invitations/accept', { body: { token, account } });
  assert.ok(joined.account);
  assert.equal(joined.account.email, 'mia@example.com');
  assert.deepEqual(
    joined.account.projects.map(({ id, role }) => [id, role]),
    [[projectId, 'admin']],
  );
  assert.deepEqual(await browser.get('GET /api/session'), joined.account);
  const { invitations } = await owner.get('GET /api/projects/:projectId/invitations', { params });
  assert.deepEqual(invitations, [{ ...invitation, state: 'accepted' }]);
});

test('an invitation works once, not after it was revoked, and for seven days', async () => {
  const params = { projectId };
  const invite = async () => {
    const made = await owner.get('POST /api/projects/:projectId/invitations', { params, body: { role: 'member' } });
    return { id: made.id, token: new URL(made.url).hash.slice(1) };
  };
  const accept = (token: string, email: string) =>
    openBrowser(service).send('POST /api/invitations/accept', {
      body: { token, account: { name: 'X', email, password: PASSWORD } },
    });
  const used = await invite();
  const replies = await Promise.all([1, 2, 3, 4].map((n) => accept(used.token, `racer${n}@example.com`)));
  assert.deepEqual(replies.map(({ status }) => status).sort(), [200, 404, 404, 404]);
  assert.equal((await service.query(`SELECT 1 FROM users WHERE email LIKE 'racer%'`)).length, 1);

  const revoked = await invite();
  const at = { projectId, invitationId: revoked.id };
  await owner.get('DELETE /api/projects/:projectId/invitations/:invitationId', { params: at });
  const old = await invite();
  service.clock.advance(7 * 86_400_000);
  for (const token of [used.token, revoked.token, old.token, 'invite_x', '']) {
    assert.equal((await accept(token, 'late@example.com')).status, 404);
    assert.equal((await openBrowser(service).send('POST /api/invitations/preview', { body: { token } })).status, 404);
  }
});

test('who has an account joins with it: signed in, or by its password and no other', async () => {
  const other = await owner.get('POST /api/projects', { body: { name: 'other' } });
  const member = await addMember(service, owner, projectId, 'member', 'mo@example.com');
  const invite = async (role: 'admin' | 'member') => {
    const params = { projectId: other.id };
    const { url } = await owner.get('POST /api/projects/:projectId/invitations', { params, body: { role } });
    return new URL(url).hash.slice(1);
  };
  const token = await invite('admin');
  const account = { name: 'Somebody else', email: 'mo@example.com', password: 'a password of my own' };
  const guess = await openBrowser(service).send('POST /api/invitations/accept', { body: { token, account } });
  assert.equal(guess.status, 401);
  const right = { body: { token, account: { ...account, password: PASSWORD } } };
  const joined = await openBrowser(service).get('POST /api/invitations/accept', right);
  assert.ok(joined.account);
  assert.deepEqual([joined.account.name, joined.account.projects.length], ['Mo member', 2]);
  const again = await member.get('POST /api/invitations/accept', { body: { token: await invite('member') } });
  assert.equal(again.account?.projects.find(({ id }) => id === other.id)?.role, 'admin', 'the role of before is kept');
});

test('an invitation for one address is for that address only', async () => {
  const params = { projectId };
  const body = { role: 'member' as const, email: 'Zoe@example.com' };
  const { url } = await owner.get('POST /api/projects/:projectId/invitations', { params, body });
  const token = new URL(url).hash.slice(1);
  const accept = (email: string) =>
    openBrowser(service).send('POST /api/invitations/accept', {
      body: { token, account: { name: 'Z', email, password: PASSWORD } },
    });
  assert.equal((await accept('eve@example.com')).status, 403);
  assert.equal((await owner.send('POST /api/invitations/accept', { body: { token } })).status, 403);
  assert.equal((await accept('zoe@example.com')).status, 200);
});

test('roles change and end at once; nobody gives or takes more than they have, and nobody the owner of the installation', async () => {
  const params = { projectId };
  const admin = await addMember(service, owner, projectId, 'admin');
  const member = await addMember(service, owner, projectId, 'member');
  const second = await addMember(service, owner, projectId, 'owner');
  const { members } = await member.get('GET /api/projects/:projectId/members', { params });
  assert.deepEqual(
    members.map(({ role, isInstanceOwner }) => [role, isInstanceOwner]),
    [
      ['owner', true],
      ['admin', false],
      ['member', false],
      ['owner', false],
    ],
  );
  const ownerId = members[0]?.userId ?? '';
  const change = (by: Browser, userId: string, role: 'owner' | 'admin' | 'member') =>
    by.send('PATCH /api/projects/:projectId/members/:userId', { params: { projectId, userId }, body: { role } });
  const remove = (by: Browser, userId: string) =>
    by.send('DELETE /api/projects/:projectId/members/:userId', { params: { projectId, userId } });

  assert.equal((await change(admin, member.userId, 'owner')).status, 403);
  assert.equal((await change(admin, second.userId, 'member')).status, 403);
  assert.equal((await remove(admin, second.userId)).status, 403);
  const invitation = { params, body: { role: 'owner' as const } };
  assert.equal((await admin.send('POST /api/projects/:projectId/invitations', invitation)).status, 403);
  for (const by of [admin, second, owner]) {
    assert.equal((await change(by, ownerId, 'member')).status, 403);
    assert.equal((await remove(by, ownerId)).status, 403);
  }
  assert.equal((await change(member, member.userId, 'admin')).status, 403);

  assert.equal((await change(admin, member.userId, 'admin')).status, 200);
  assert.equal((await member.get('GET /api/projects/:projectId', { params })).role, 'admin');
  assert.equal((await remove(second, member.userId)).status, 200);
  assert.equal((await member.send('GET /api/projects/:projectId', { params })).status, 404);
  assert.equal((await remove(second, member.userId)).status, 404);
  assert.deepEqual((await member.get('GET /api/session')).canCreateProjects, false);
});

test('who only reads makes no project; an admin does, and owns it', async () => {
  const admin = await addMember(service, owner, projectId, 'admin');
  const member = await addMember(service, owner, projectId, 'member');
  assert.equal((await member.send('POST /api/projects', { body: { name: 'mine' } })).status, 403);
  const made = await admin.get('POST /api/projects', { body: { name: 'mine' } });
  assert.equal(made.role, 'owner');
  assert.equal((await owner.get('GET /api/projects/:projectId', { params: { projectId: made.id } })).role, 'owner');
  const { members } = await admin.get('GET /api/projects/:projectId/members', { params: { projectId: made.id } });
  assert.deepEqual(
    members.map(({ role, isInstanceOwner }) => [role, isInstanceOwner]),
    [
      ['owner', true],
      ['owner', false],
    ],
    'who may enter is shown, member or not',
  );
  assert.equal((await member.send('GET /api/projects/:projectId', { params: { projectId: made.id } })).status, 404);
});

test('signing in again shows the same account', async () => {
  const again = await signIn(service, 'owner@example.com');
  assert.deepEqual(await again.get('GET /api/session'), await owner.get('GET /api/session'));
  const { regions } = await again.get('GET /api/regions');
  assert.equal(regions[0]?.regionKey, 'us-east-1');
});
