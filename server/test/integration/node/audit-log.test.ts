import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { queueChores } from '../../../src/jobs/housekeeping.ts';
import type { AuditEntryObject } from '../../../src/wire/audit-entry.ts';
import { createTestApp, type TestApp } from '../../support/app.ts';
import { addMember, type Browser, openBrowser, PASSWORD, setUpOwner } from '../../support/browser/dashboard.ts';

let service: TestApp;
let owner: Browser;
let projectId: string;
before(async () => {
  service = await createTestApp(import.meta.url);
  owner = await setUpOwner(service);
  projectId = (await owner.get('GET /api/projects')).projects[0]?.id ?? '';
});
after(() => service.close());

const list = async (by: Browser = owner, query = '?limit=500'): Promise<AuditEntryObject[]> =>
  (await by.get('GET /api/projects/:projectId/audit-log', { params: { projectId }, query })).entries;
const listAll = async (query = '?limit=500'): Promise<AuditEntryObject[]> =>
  (await owner.get('GET /api/audit-log', { query })).entries;
/** The newest entry, without what is different each time. */
const told = ({ id: _, at: __, requestId, address, ...entry }: AuditEntryObject) => {
  assert.match(requestId ?? '', /^req_[0-9a-f]{24}$/);
  assert.equal(address, '127.0.0.1');
  return entry;
};

test('sign-in and failure are told with address and email, and no password', async () => {
  const browser = openBrowser(service);
  const email = 'owner@example.com';
  await browser.send('POST /api/session', { body: { email, password: 'a wrong password' } });
  const [failed] = await listAll();
  assert.ok(failed);
  assert.deepEqual(told(failed), {
    projectId: null,
    actor: { type: 'unknown', id: null, name: null },
    action: 'account.sign_in_failed',
    object: { type: 'person', id: null, name: email },
    before: null,
    after: null,
  });
  const { account } = await browser.get('POST /api/session', { body: { email, password: PASSWORD } });
  assert.ok(account);
  const [done] = await listAll();
  assert.deepEqual(
    [done?.action, done?.actor, done?.object.id],
    ['account.signed_in', { type: 'person', id: account.id, name: account.name }, account.id],
  );
  await browser.get('DELETE /api/session');
  assert.equal((await listAll())[0]?.action, 'account.signed_out');
});

test('a proof that failed, a new name and sessions that somebody else ends are told, and whose they are', async () => {
  const from = (await listAll())[0]?.id ?? '0';
  const member = await addMember(service, owner, projectId, 'member', 'kim@example.com');
  await member.send('POST /api/session/proof', { body: { password: 'a wrong password' } });
  await member.get('PATCH /api/account', { body: { name: 'Kim' } });
  await owner.get('DELETE /api/projects/:projectId/members/:userId/sessions', {
    params: { projectId, userId: member.userId },
  });
  const entries = (await listAll()).filter(({ id }) => Number(id) > Number(from)).toReversed();
  assert.deepEqual(
    entries.map(({ actor, action, object, before, after }) => [actor.name, action, object.name, before, after]),
    [
      ['Olive Owner', 'invitation.created', null, null, { role: 'member' }],
      [null, 'member.joined', 'Mo member', null, entries[1]?.after],
      ['Mo member', 'account.signed_in', 'Mo member', null, { hasSecondFactor: false }],
      ['Mo member', 'account.sign_in_failed', 'Mo member', null, null],
      ['Mo member', 'account.changed', 'Mo member', { name: 'Mo member' }, { name: 'Kim' }],
      ['Olive Owner', 'account.session_ended', 'Kim', null, null],
    ],
  );
  assert.ok((await list()).some(({ action }) => action === 'account.session_ended'));
});

test('roles, keys, links, exports, deletions and settings are told with who did it, and what was before and after', async () => {
  const params = { projectId };
  const from = (await listAll())[0]?.id ?? '0';
  const member = await addMember(service, owner, projectId, 'member', 'jo@example.com');
  await owner.get('PATCH /api/projects/:projectId/members/:userId', {
    params: { projectId, userId: member.userId },
    body: { role: 'admin' },
  });
  const key = await member.get('POST /api/projects/:projectId/api-keys', {
    params,
    body: { name: 'production', permission: 'full_access', networks: ['0.0.0.0/0'] },
  });
  const puller = await owner.get('POST /api/projects/:projectId/api-keys', {
    params,
    body: { name: 'mx1', permission: 'mail_server' },
  });
  const { id: domainId } = await service.addDomain('audited.example.com', key.key as never);
  const domain = { projectId, domainId };
  await member.get('PATCH /api/projects/:projectId/domains/:domainId', {
    params: domain,
    body: { dkimRotationDays: 180 },
  });
  await member.get('POST /api/projects/:projectId/domains/:domainId/share-links', { params: domain, body: {} });
  await service.query(`UPDATE domains SET status = 'VERIFIED' WHERE id = '${domainId}'`);
  assert.equal((await service.send({ url: '/v1/mail-server-keys', key: puller.key as never })).status, 200);
  await owner.get('PATCH /api/projects/:projectId', { params, body: { name: 'renamed' } });
  await owner.get('DELETE /api/projects/:projectId/members/:userId', {
    params: { projectId, userId: member.userId },
    body: { revokeIssued: true },
  });
  const history = await owner.get('GET /api/projects/:projectId/domains/:domainId/events', { params: domain });
  const whoDid = (type: string) => history.events.find((event) => event.type === type)?.actor;
  assert.deepEqual(whoDid('domain.created'), { type: 'api_key', id: key.id, name: 'production' });
  assert.equal(whoDid('domain.updated')?.id, member.userId);
  await owner.get('DELETE /api/projects/:projectId/domains/:domainId', {
    params: domain,
    body: { confirm: 'audited.example.com' },
  });
  const entries = (await list()).filter(({ id }) => Number(id) > Number(from)).toReversed();
  const name = 'Olive Owner';
  assert.deepEqual(
    entries.map(({ actor, action, object, before, after }) => [actor.name, action, object.name, before, after]),
    [
      [name, 'invitation.created', null, null, { role: 'member' }],
      [null, 'member.joined', 'Mo member', null, entries[1]?.after],
      [name, 'member.role_changed', 'Mo member', { role: 'member' }, { role: 'admin' }],
      [
        'Mo member',
        'api_key.created',
        'production',
        null,
        {
          ...{ prefix: key.prefix, permission: 'full_access', domains: null, networks: ['0.0.0.0/0'], expiresAt: null },
        },
      ],
      [name, 'api_key.created', 'mx1', null, entries[4]?.after],
      ['Mo member', 'domain.updated', 'audited.example.com', { dkimRotationDays: 0 }, { dkimRotationDays: 180 }],
      ['Mo member', 'share_link.created', 'audited.example.com', null, entries[6]?.after],
      ['mx1', 'private_keys.exported', 'audited.example.com', null, { count: 1 }],
      [name, 'project.updated', 'renamed', entries[8]?.before, entries[8]?.after],
      [name, 'member.removed', 'Mo member', { role: 'admin' }, null],
      [name, 'api_key.revoked', 'production', null, null],
      [name, 'share_link.revoked', null, null, null],
      [name, 'domain.deleted', 'audited.example.com', null, null],
    ],
  );
  const text = JSON.stringify(entries);
  for (const secret of [key.key, puller.key, PASSWORD, 'PRIVATE KEY']) assert.ok(!text.includes(secret));
});

test('whoever may not read it is told so; a project shows its own entries, the installation to its owner all', async () => {
  const other = await owner.get('POST /api/projects', { body: { name: 'other' } });
  const member = await addMember(service, owner, projectId, 'member', 'm@example.com');
  const admin = await addMember(service, owner, projectId, 'admin', 'a@example.com');
  const params = { projectId };
  assert.equal((await member.send('GET /api/projects/:projectId/audit-log', { params })).status, 403);
  assert.equal((await admin.send('GET /api/audit-log')).status, 403);
  assert.equal((await admin.send('GET /api/audit-log/export')).status, 403);
  assert.ok((await list(admin)).every((entry) => entry.projectId === projectId));
  assert.ok((await listAll()).some((entry) => entry.projectId === other.id));
});

test('the API shows the entries of its project to a key with full access, by page and by filter', async () => {
  const { key } = await service.createProject();
  const made = (await service.send({ url: '/v1/audit-log', key })).json.data.entries as AuditEntryObject[];
  assert.deepEqual(
    made.map(({ action }) => action),
    ['api_key.created', 'project.created'],
  );
  const first = (await service.send({ url: '/v1/audit-log?limit=1', key })).json.data;
  assert.equal(first.entries[0].id, made[0]?.id);
  const second = (await service.send({ url: `/v1/audit-log?limit=1&cursor=${first.nextCursor}`, key })).json.data;
  assert.equal(second.entries[0].id, made[1]?.id);
  const pick = async (query: string) =>
    (await service.send({ url: `/v1/audit-log?${query}`, key })).json.data.entries.map(
      ({ action }: AuditEntryObject) => action,
    );
  assert.deepEqual(await pick('action=project'), ['project.created']);
  assert.deepEqual(await pick('action=api_key.created'), ['api_key.created']);
  assert.deepEqual(await pick('action=api_key.revoked'), []);
  assert.deepEqual(await pick(`objectId=${made[0]?.object.id}`), ['api_key.created']);
  assert.deepEqual(await pick('to=2020-01-01T00:00:00Z'), []);
  for (const query of [
    'limit=0',
    'cursor=x',
    'from=soon',
    'action=',
    'nothing=1',
    'action=%00',
    'from=0000-01-01T00:00:00Z',
  ])
    assert.equal((await service.send({ url: `/v1/audit-log?${query}`, key })).status, 400, query);
});

test('an export is JSON lines of everything, and is itself told', async () => {
  const params = { projectId };
  const reply = await owner.send('GET /api/projects/:projectId/audit-log/export', { params });
  assert.equal(reply.headers['content-type'], 'application/x-ndjson; charset=utf-8');
  const lines = reply.text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  const entries = await list();
  assert.equal(entries[0]?.action, 'audit_log.exported');
  assert.deepEqual(lines, entries);
});

test('an entry stands or falls with its change', async () => {
  const before = (await list()).length;
  const user = await service.query<{ id: string }>("SELECT id FROM users WHERE email = 'a@example.com'");
  await service.query('ALTER TABLE memberships ADD CONSTRAINT never CHECK (role <> $$owner$$) NOT VALID');
  const refused = await owner.send('PATCH /api/projects/:projectId/members/:userId', {
    params: { projectId, userId: user[0]?.id ?? '' },
    body: { role: 'owner' },
  });
  await service.query('ALTER TABLE memberships DROP CONSTRAINT never');
  assert.equal(refused.status, 500);
  assert.equal((await list()).length, before);
});

test('the database refuses to change an entry, to delete a young one and to empty the table', async () => {
  const count = async () => (await service.query<{ n: string }>('SELECT count(*) AS n FROM audit_log'))[0]?.n;
  const before = await count();
  for (const sql of [
    "UPDATE audit_log SET action = 'nothing'",
    'UPDATE audit_log SET at = now()',
    'DELETE FROM audit_log',
    "DELETE FROM audit_log WHERE action = 'account.signed_in'",
    'TRUNCATE audit_log',
  ])
    await assert.rejects(service.query(sql), /Nothing in the audit log is changed/, sql);
  assert.equal(await count(), before);
});

test('what is older than 400 days is deleted, by one node at a time, and nothing else', async () => {
  const add = (days: number) =>
    service.query(
      `INSERT INTO audit_log (at, actor_kind, action, object_kind) VALUES (now() - interval '${days} days', 'service', 'old.${days}', 'x')`,
    );
  for (const days of [399, 401, 800]) await add(days);
  // The test's clock stands; the database's does not.
  const ctx = { ...service.ctx, clock: { ...service.ctx.clock, now: () => new Date() } };
  const queue = queueChores(ctx);
  const claimed = await queue.claim('one', 1);
  assert.deepEqual(
    claimed.map(({ name }) => name),
    ['audit log'],
  );
  // The others take every other chore there is.
  for (
    let others = await queueChores(ctx).claim('two', 1);
    others.length > 0;
    others = await queueChores(ctx).claim('two', 1)
  )
    assert.notEqual(others[0]?.name, 'audit log');
  for (const chore of claimed) await queue.run(chore);
  assert.deepEqual(await queue.claim('one', 1), [], 'not due again for hours');
  const rows = await service.query<{ action: string }>("SELECT action FROM audit_log WHERE action LIKE 'old.%'");
  assert.deepEqual(
    rows.map(({ action }) => action),
    ['old.399'],
  );
});
