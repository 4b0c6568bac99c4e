import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import pg from 'pg';
import type { ProjectRole } from '../../../src/core/access/roles.ts';
import type { ApiKey } from '../../../src/crypto/api-keys.ts';
import { createTestApp, type TestApp } from '../../support/app.ts';
import { addMember, type Browser, openBrowser, PASSWORD, setUpOwner } from '../../support/browser/dashboard.ts';
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

type Member = Awaited<ReturnType<typeof addMember>>;

async function invite(by: Browser, role: ProjectRole, email?: string): Promise<string> {
  const body = { role, ...(email !== undefined && { email }) };
  const { url } = await by.get('POST /api/projects/:projectId/invitations', { params: { projectId }, body });
  return new URL(url).hash.slice(1);
}

const preview = (token: string) => openBrowser(service).send('POST /api/invitations/preview', { body: { token } });
const accept = (by: Browser, token: string, account?: { name: string; email: string; password: string }) =>
  by.send('POST /api/invitations/accept', { body: { token, ...(account && { account }) } });
const remove = (member: Member, revokeIssued?: boolean) =>
  owner.get('DELETE /api/projects/:projectId/members/:userId', {
    params: { projectId, userId: member.userId },
    ...(revokeIssued !== undefined && { body: { revokeIssued } }),
  });
const demote = (member: Member, role: ProjectRole, revokeIssued = false) =>
  owner.get('PATCH /api/projects/:projectId/members/:userId', {
    params: { projectId, userId: member.userId },
    body: { role, revokeIssued },
  });

/** An API key of each kind that `by` may make, and a share link. */
async function issue(by: Browser, permissions: readonly ('full_access' | 'read_only' | 'mail_server')[]) {
  const params = { projectId };
  const keys: ApiKey[] = [];
  for (const permission of permissions)
    keys.push(
      (await by.get('POST /api/projects/:projectId/api-keys', { params, body: { name: permission, permission } }))
        .key as ApiKey,
    );
  service.clock.advance(1);
  const domain = await by.get('POST /api/projects/:projectId/domains', {
    params,
    body: { domain: `d${keys.length}.example.com` },
  });
  const { url } = await by.get('POST /api/projects/:projectId/domains/:domainId/share-links', {
    params: { projectId, domainId: domain.id },
    body: {},
  });
  return { keys, domainId: domain.id, shareToken: url.split('/').at(-1) ?? '' };
}

const statusOfKey = async (key: ApiKey) =>
  (await service.send({ url: '/v1/regions', key })).status === 401 ? 'refused' : 'works';
const statusOfLink = async (token: string) =>
  (await openBrowser(service).send('GET /api/share/:token', { params: { token } })).status === 404
    ? 'refused'
    : 'works';

test('whoever is removed cannot come back by an invitation that they made, nor by one that was made for them', async () => {
  const admin = await addMember(service, owner, projectId, 'admin', 'two@example.com');
  const own = await invite(admin, 'admin');
  const forThem = await invite(owner, 'member', 'two@example.com');
  const unrelated = await invite(owner, 'member');
  await remove(admin);
  for (const token of [own, forThem]) {
    assert.equal((await accept(admin, token)).status, 404);
    assert.equal((await preview(token)).status, 404);
  }
  assert.equal((await preview(unrelated)).status, 200);
  const { invitations } = await owner.get('GET /api/projects/:projectId/invitations', { params: { projectId } });
  assert.deepEqual(
    invitations
      .filter(({ state }) => state !== 'accepted')
      .map(({ state }) => state)
      .toSorted(),
    ['open', 'revoked', 'revoked'],
  );
});

/** Holds a change of the member's row open, does `act` meanwhile, and gives back what came of it when the change was made. */
async function during<T>(change: string, act: () => Promise<T>): Promise<T> {
  const holder = new pg.Client({ connectionString: service.databaseUrl });
  await holder.connect();
  try {
    await holder.query('BEGIN');
    await holder.query(change);
    const acting = act();
    const waiting = `SELECT 1 FROM pg_locks WHERE NOT granted AND pid IN
      (SELECT pid FROM pg_stat_activity WHERE datname = current_database())`;
    await waitUntil(async () => (await service.query(waiting)).length > 0);
    await holder.query('COMMIT');
    return await acting;
  } finally {
    await holder.end();
  }
}

test('an acceptance, a key, a link, a webhook and an invitation that are under way when their author is removed are refused', async () => {
  const params = { projectId };
  const { domainId } = await issue(owner, []);
  const acts: Readonly<Record<string, (admin: Member, token: string) => Promise<{ status: number }>>> = {
    acceptance: (_, token) =>
      accept(openBrowser(service), token, { name: 'Al', email: 'al@example.com', password: PASSWORD }),
    key: (admin) =>
      admin.send('POST /api/projects/:projectId/api-keys', { params, body: { name: 'k', permission: 'read_only' } }),
    link: (admin) =>
      admin.send('POST /api/projects/:projectId/domains/:domainId/share-links', {
        params: { projectId, domainId },
        body: {},
      }),
    invitation: (admin) =>
      admin.send('POST /api/projects/:projectId/invitations', { params, body: { role: 'member' } }),
    webhook: (admin) =>
      admin.send('POST /api/projects/:projectId/webhooks', {
        params,
        body: { url: 'https://hooks.example/x', events: ['*'] },
      }),
    'another role': (admin) =>
      admin.send('PATCH /api/projects/:projectId/members/:userId', {
        params: { projectId, userId: admin.userId },
        body: { role: 'admin' },
      }),
  };
  const statuses: Record<string, number> = {};
  for (const [name, act] of Object.entries(acts)) {
    const admin = await addMember(service, owner, projectId, 'admin', `${name.length}@example.com`);
    const token = await invite(admin, 'admin');
    const removal = `DELETE FROM memberships WHERE user_id = '${admin.userId}'`;
    statuses[name] = (await during(removal, () => act(admin, token))).status;
  }
  assert.deepEqual(statuses, {
    acceptance: 404,
    key: 403,
    link: 403,
    invitation: 403,
    webhook: 403,
    'another role': 403,
  });
});

test('an invitation to be owner ends when its author is one no more; what they may still give stays', async () => {
  const second = await addMember(service, owner, projectId, 'owner', 'two@example.com');
  const tokens = { owner: await invite(second, 'owner'), admin: await invite(second, 'admin') };
  await demote(second, 'admin');
  const account = { name: 'Al', email: 'al@example.com', password: PASSWORD };
  assert.equal((await accept(openBrowser(service), tokens.owner, account)).status, 404);
  assert.equal((await accept(openBrowser(service), tokens.admin, account)).status, 200);
});

test('an invitation has ended when its author may not give that role any more, whatever took it from them', async () => {
  const second = await addMember(service, owner, projectId, 'owner', 'two@example.com');
  // The newest, then, of all invitations.
  service.clock.advance(1);
  const token = await invite(second, 'owner');
  // As a version did that ended no invitations.
  await service.query(`UPDATE memberships SET role = 'member' WHERE user_id = '${second.userId}'`);
  const account = { name: 'Al', email: 'al@example.com', password: PASSWORD };
  assert.equal((await accept(openBrowser(service), token, account)).status, 404);
  const { invitations } = await owner.get('GET /api/projects/:projectId/invitations', { params: { projectId } });
  assert.equal(invitations[0]?.state, 'revoked');
  assert.equal((await service.query("SELECT 1 FROM users WHERE email = 'al@example.com'")).length, 0);
});

for (const way of ['removed', 'left', 'deleted'] as const)
  test(`whoever is ${way} takes their keys and links along where that is wanted; they are listed before`, async () => {
    const admin = await addMember(service, owner, projectId, 'owner', 'two@example.com');
    const { keys, domainId, shareToken } = await issue(admin, ['full_access', 'read_only', 'mail_server']);
    const others = await issue(owner, ['full_access']);
    const params = { projectId, userId: admin.userId };
    const issued = await owner.get('GET /api/projects/:projectId/members/:userId/issued', { params });
    assert.deepEqual(issued.apiKeys.map(({ name }) => name).toSorted(), ['full_access', 'mail_server', 'read_only']);
    assert.deepEqual(
      issued.shareLinks.map((link) => link.domainId),
      [domainId],
    );
    const body = { revokeIssued: true };
    if (way === 'removed') await remove(admin, true);
    if (way === 'left') await admin.get('DELETE /api/projects/:projectId/membership', { params: { projectId }, body });
    if (way === 'deleted') {
      const { projects } = await admin.get('GET /api/account/issued');
      assert.deepEqual(
        projects.map((project) => [project.id, project.apiKeys.length, project.shareLinks.length]),
        [[projectId, 3, 1]],
      );
      await admin.get('DELETE /api/account', { body: { ...body, confirm: 'two@example.com' } });
    }
    assert.deepEqual(await Promise.all(keys.map(statusOfKey)), ['refused', 'refused', 'refused']);
    assert.equal(await statusOfLink(shareToken), 'refused');
    assert.deepEqual(await Promise.all(others.keys.map(statusOfKey)), ['works']);
    assert.equal(await statusOfLink(others.shareToken), 'works');
  });

test('keys of somebody who left without them are named in the list, also when the account is gone', async () => {
  const admin = await addMember(service, owner, projectId, 'admin', 'two@example.com');
  const { keys } = await issue(admin, ['full_access']);
  const list = async () =>
    (await owner.get('GET /api/projects/:projectId/api-keys', { params: { projectId } })).apiKeys
      .map(({ name, createdBy, isCreatorGone }) => [name, createdBy, isCreatorGone])
      .at(-1);
  assert.deepEqual(await list(), ['full_access', 'Mo admin', false]);
  await remove(admin);
  assert.deepEqual(await list(), ['full_access', 'Mo admin', true]);
  await admin.get('DELETE /api/account', { body: { confirm: 'two@example.com' } });
  assert.deepEqual(await list(), ['full_access', 'Mo admin', true]);
  assert.deepEqual(await Promise.all(keys.map(statusOfKey)), ['works']);
});

test('a demotion takes the keys along that the new role could not make, where that is wanted, and no others', async () => {
  const second = await addMember(service, owner, projectId, 'owner', 'two@example.com');
  const { keys, shareToken } = await issue(second, ['full_access', 'mail_server']);
  const ask = async (role: ProjectRole) =>
    (
      await owner.send('GET /api/projects/:projectId/members/:userId/issued', {
        params: { projectId, userId: second.userId },
        query: `?role=${role}`,
      })
    ).json.data;
  const names = async (role: ProjectRole) => {
    const { apiKeys, shareLinks } = await ask(role);
    return [apiKeys.map(({ name }: { name: string }) => name).toSorted(), shareLinks.length];
  };
  assert.deepEqual(await names('admin'), [['mail_server'], 0]);
  assert.deepEqual(await names('member'), [['full_access', 'mail_server'], 1]);
  await demote(second, 'admin', true);
  assert.deepEqual(await Promise.all(keys.map(statusOfKey)), ['works', 'refused']);
  assert.equal(await statusOfLink(shareToken), 'works');
  await demote(second, 'member', true);
  assert.deepEqual(await Promise.all(keys.map(statusOfKey)), ['refused', 'refused']);
  assert.equal(await statusOfLink(shareToken), 'refused');
});

test('what somebody made is shown to themselves and to admins, and to no other member', async () => {
  const member = await addMember(service, owner, projectId, 'member', 'three@example.com');
  const admin = await addMember(service, owner, projectId, 'admin', 'two@example.com');
  const ask = (by: Browser, userId: string) =>
    by.send('GET /api/projects/:projectId/members/:userId/issued', { params: { projectId, userId } });
  assert.equal((await ask(admin, member.userId)).status, 200);
  assert.equal((await ask(member, admin.userId)).status, 403);
  await issue(admin, ['read_only']);
  const { apiKeys } = await admin.get('GET /api/projects/:projectId/membership/issued', { params: { projectId } });
  assert.deepEqual(
    apiKeys.map(({ name }) => name),
    ['read_only'],
  );
});
