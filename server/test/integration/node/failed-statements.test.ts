import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { getTableName, isTable } from 'drizzle-orm';
import { getTableConfig, type PgTable } from 'drizzle-orm/pg-core';
import pg from 'pg';
import * as schema from '../../../src/db/schema.ts';
import * as dashboardSchema from '../../../src/db/schema-dashboard.ts';
import * as serviceSchema from '../../../src/db/schema-service.ts';
import * as webhooksSchema from '../../../src/db/schema-webhooks.ts';
import { createTestApp, type TestApp } from '../../support/app.ts';
import { addMember, openBrowser, PASSWORD, setUpOwner } from '../../support/browser/dashboard.ts';
import { waitUntil } from '../../support/clock.ts';

const TABLES = [
  ...Object.values(schema),
  ...Object.values(serviceSchema),
  ...Object.values(dashboardSchema),
  ...Object.values(webhooksSchema),
].filter((each) => isTable(each)) as PgTable[];
/** Stands in every value that has room for it, in all the forms in which a log could show it. */
const MARK = 'aValueThatNobodyMayRead';
const FORMS = [MARK, Buffer.from(MARK).toString('hex'), Buffer.from(MARK).toString('base64').slice(0, 28)];

let service: TestApp;
before(async () => {
  service = await createTestApp(import.meta.url);
});
after(() => service.close());

const refuse = (message: string) =>
  `CREATE OR REPLACE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN ${message} END $$`;

/** A row in which every column that can hold it holds the mark. */
function markedRow(table: PgTable): Record<string, unknown> {
  return Object.fromEntries(
    getTableConfig(table).columns.flatMap((column) => {
      if (column.generated || column.generatedIdentity) return [];
      const [key] = Object.entries(table).find(([, each]) => each === column) ?? [];
      const value = {
        string: MARK,
        json: { [MARK]: `${MARK}\nparams: ${MARK}\n    at ${MARK}` },
        custom: Buffer.from(MARK),
        date: new Date(0),
        boolean: false,
        number: 1,
        array: [MARK],
      }[column.dataType as string];
      const given = column.getSQLType() === 'bytea' ? Buffer.from(MARK) : column.dataType === 'custom' ? MARK : value;
      assert.ok(key !== undefined && given !== undefined, `${getTableName(table)}.${column.name}: ${column.dataType}`);
      return [[key, given]];
    }),
  );
}

/** Runs statements that fail, logs what came of them as the service does, and gives back the lines. */
async function logFailures(statements: readonly (() => PromiseLike<unknown>)[]): Promise<string[]> {
  const from = service.logLines.length;
  for (const run of statements) {
    const failure = await Promise.resolve(run()).then(
      () => assert.fail('It did not fail.'),
      (error: unknown) => error,
    );
    service.ctx.log.error({ err: failure }, 'refused');
    service.ctx.log.error({ err: new Error('outer', { cause: failure }) }, 'refused');
    if (failure instanceof Error) service.ctx.log.error(failure);
  }
  return service.logLines.slice(from);
}

test('no insert and no update of any table that fails shows a value in the log, whatever the database says of it', async () => {
  const { db } = service.ctx;
  const all = TABLES.flatMap((table) => {
    const row = markedRow(table);
    return [() => db.insert(table).values(row), () => db.update(table).set(row)];
  });
  assert.ok(TABLES.length >= 20, `${TABLES.length} tables`);
  // A trigger for statements fires also where an update finds no row.
  for (const table of TABLES)
    for (const level of ['ROW', 'STATEMENT'])
      await service.query(
        `${refuse("RAISE EXCEPTION 'refused' USING DETAIL = COALESCE(NEW::text, 'none'), ERRCODE = 'check_violation'; ")};
         CREATE TRIGGER a_${level} BEFORE INSERT OR UPDATE ON "${getTableName(table)}" FOR EACH ${level} EXECUTE FUNCTION refuse()`,
      );
  const lines = await logFailures(all);
  assert.equal(lines.length, all.length * 3);
  for (const line of lines) for (const form of FORMS) assert.ok(!line.includes(form), line);
  for (const table of TABLES)
    for (const verb of ['insert into', 'update'])
      assert.ok(
        lines.some((line) => line.includes(`Failed query: ${verb} \\"${getTableName(table)}\\"`)),
        `the ${verb} of ${getTableName(table)} is told`,
      );
  for (const table of TABLES)
    for (const level of ['ROW', 'STATEMENT'])
      await service.query(`DROP TRIGGER a_${level} ON "${getTableName(table)}"`);
});

test('what PostgreSQL quotes of a value, or of a whole row, is not in the log', async () => {
  const { db } = service.ctx;
  const { sql } = await import('../../../src/db/drizzle.ts');
  const lines = await logFailures([
    () => db.execute(sql`select ${MARK}::int`),
    () => db.execute(sql`select ${MARK}::timestamptz`),
    () => db.execute(sql`select ${`{"${MARK}`}::jsonb`),
    () => db.execute(sql`insert into projects (id, name, primary_region) values (${MARK}, ${MARK}, ${MARK})`),
    () => db.execute(sql`select ${MARK}::inet`),
  ]);
  assert.equal(lines.length, 15);
  for (const line of lines) for (const form of FORMS) assert.ok(!line.includes(form), line);
});

test('an account that cannot be stored because of a lock leaves neither its hash nor its address in the log', async () => {
  const owner = await setUpOwner(service);
  const projectId = (await owner.get('GET /api/projects')).projects[0]?.id ?? '';
  await addMember(service, owner, projectId, 'member');
  const { url } = await owner.get('POST /api/projects/:projectId/invitations', {
    params: { projectId },
    body: { role: 'member' },
  });
  const holder = new pg.Client({ connectionString: service.databaseUrl });
  await holder.connect();
  try {
    await holder.query('BEGIN; LOCK TABLE accounts IN ACCESS EXCLUSIVE MODE');
    const account = { name: MARK, email: `${MARK}@example.com`, password: PASSWORD };
    const accepting = openBrowser(service).send('POST /api/invitations/accept', {
      body: { token: new URL(url).hash.slice(1), account },
    });
    const waiting = `SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database() AND query LIKE 'insert into "accounts"%'`;
    await waitUntil(async () => (await service.query(waiting)).length > 0);
    await service.query(`SELECT pg_cancel_backend(pid) FROM (${waiting}) AS waiting`);
    assert.ok((await accepting).status >= 500);
  } finally {
    await holder.query('ROLLBACK');
    await holder.end();
  }
  const log = service.logLines.join('');
  assert.match(log, /Failed query: insert into \\"accounts\\"/);
  assert.ok(!/argon2/.test(log));
  assert.ok(!log.toLowerCase().includes(MARK.toLowerCase()));
});
