import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { createTestApp, type TestApp } from '../../support/app.ts';
import { addMember, type Browser, setUpOwner } from '../../support/browser/dashboard.ts';
import { waitUntil } from '../../support/clock.ts';

/** Of one project, with the ten connections of a test's pool. */
const AT_ONCE = 3;

let service: TestApp;
let holder: pg.Client;
let owner: Browser;
let member: Browser;
let params: { projectId: string };
before(async () => {
  service = await createTestApp(import.meta.url, { variables: { RATE_LIMIT_PER_SECOND: '1000' } });
  holder = new pg.Client({ connectionString: service.databaseUrl });
  await holder.connect();
  owner = await setUpOwner(service);
  params = { projectId: (await owner.get('GET /api/projects')).projects[0]?.id ?? '' };
  member = await addMember(service, owner, params.projectId, 'member');
  await service.addDomain('one.example.com');
});
after(async () => {
  await holder.end();
  await service.close();
});

/** What reads all that a project has, by what it reads. */
const SLOW: Readonly<Record<string, { table: string; ask: () => Promise<{ status: number }> }>> = {
  'the search': {
    table: 'domains',
    ask: () => member.send('GET /api/domains/search', { query: '?search=zzzzq' }),
  },
  'the counts of all projects': {
    table: 'domains',
    ask: () => member.send('GET /api/domains/counts', { query: '?search=zzzzq' }),
  },
  'the list of all projects': {
    table: 'domains',
    ask: () => member.send('GET /api/domains', { query: '?search=zzzzq' }),
  },
  'the counts of a project': {
    table: 'domains',
    ask: () => member.send('GET /api/projects/:projectId/domains/counts', { params, query: '?search=zzzzq' }),
  },
  'the list of a project': {
    table: 'domains',
    ask: () => member.send('GET /api/projects/:projectId/domains', { params, query: '?search=zzzzq' }),
  },
  'the audit log of a project': {
    table: 'audit_log',
    ask: () => owner.send('GET /api/projects/:projectId/audit-log', { params, query: '?objectId=nobody' }),
  },
  'the audit log by API key': {
    table: 'audit_log',
    ask: () => service.send({ url: '/v1/audit-log?objectId=nobody' }),
  },
  'the audit log of the installation': {
    table: 'audit_log',
    ask: () => owner.send('GET /api/audit-log', { query: '?actorId=nobody' }),
  },
};

for (const [name, { table, ask }] of Object.entries(SLOW))
  test(`${name} runs three times at once for one project, has two seconds, and takes no connection from others`, async () => {
    await holder.query(`BEGIN; LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`);
    try {
      const asked = Array.from({ length: 12 }, ask);
      const waiting = async () =>
        (
          await service.query<{ count: number }>(
            `SELECT count(*)::int AS count FROM pg_locks WHERE NOT granted AND relation = '${table}'::regclass
               AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
          )
        )[0]?.count;
      await waitUntil(async () => (await waiting()) === AT_ONCE);
      assert.equal((await service.send({ url: '/v1/webhooks' })).status, 200);
      assert.equal((await Promise.race(asked)).status, 503);
      await holder.query('ROLLBACK');
      const statuses = new Set((await Promise.all(asked)).map(({ status }) => status));
      assert.deepEqual([...statuses].toSorted(), [200, 503]);
    } finally {
      await holder.query('ROLLBACK');
    }
  });

test('the list without a search waits for its turn, too: to sort, it reads all domains of the project', async () => {
  const ends = Array.from({ length: AT_ONCE }, () => Promise.withResolvers<void>());
  const busy = ends.map(({ promise }) => service.ctx.slowStatements.take(service.project.id, () => promise));
  const own = { projectId: service.project.id };
  let isDone = false;
  const listed = owner.send('GET /api/projects/:projectId/domains', { params: own, query: '?sort=checked' });
  void listed.then(() => {
    isDone = true;
  });
  assert.equal((await owner.send('GET /api/projects/:projectId', { params: own })).status, 200);
  assert.equal((await service.send({ url: '/v1/domains?limit=5' })).status, 200);
  assert.equal(isDone, false);
  for (const { resolve } of ends) resolve();
  await Promise.all(busy);
  assert.equal((await listed).status, 200);
});
