import assert from 'node:assert/strict';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import pg from 'pg';
import { MIGRATIONS_FOLDER, migrateDatabase } from '../../../src/db/migrate.ts';
import { createTestApp } from '../../support/app.ts';
import { createTestClock, waitUntil } from '../../support/clock.ts';
import { createTestDatabase, NOBODY_ELSE, type TestDatabase } from '../../support/db/databases.ts';

/** What limits a role can have: too short for a migration, and long enough for whoever asks something else. */
const ROLE_LIMITS = { statement_timeout: '2s', idle_in_transaction_session_timeout: '2s', lock_timeout: '2s' };
/** The first two waits of a migration that is blocked. */
const WAIT_MS = 1_000;
const NEXT_WAIT_MS = 2_000;

/** The migrations with one more, which needs `domains` to itself for a moment. */
let newerFolder: string;
let database: TestDatabase;
let holder: pg.Client;
let traffic: pg.Client;

before(async () => {
  newerFolder = await mkdtemp(join(tmpdir(), 'autosend-migrations-'));
  await cp(MIGRATIONS_FOLDER, newerFolder, { recursive: true });
  await writeFile(join(newerFolder, '9999_note.sql'), 'ALTER TABLE "domains" ADD COLUMN "note" text;');
  const file = join(newerFolder, 'meta', '_journal.json');
  const journal = JSON.parse(await readFile(file, 'utf8'));
  const when = journal.entries.at(-1).when + 1;
  journal.entries.push({ idx: 9999, version: '7', when, tag: '9999_note', breakpoints: true });
  await writeFile(file, JSON.stringify(journal));
});
after(async () => {
  await closeAll();
  await rm(newerFolder, { recursive: true });
});

beforeEach(async () => {
  await closeAll();
  database = await createTestDatabase(import.meta.url);
  holder = new pg.Client({ connectionString: database.url });
  traffic = new pg.Client({ connectionString: database.url });
  await Promise.all([holder.connect(), traffic.connect()]);
  // A report, or a backup: it only reads, and stands in the way of whatever changes the table.
  await holder.query('BEGIN; SELECT count(*) FROM domains');
});

async function closeAll(): Promise<void> {
  await Promise.all([holder?.end(), traffic?.end()]);
  await database?.drop();
}

/** Fails at once where anything stands in the queue for the table. */
async function writeAtOnce(): Promise<void> {
  await traffic.query(
    'BEGIN; LOCK TABLE domains IN ROW EXCLUSIVE MODE NOWAIT; UPDATE domains SET attempts = 0; COMMIT',
  );
}

async function countNotes(): Promise<number> {
  const { rows } = await traffic.query(
    "SELECT FROM information_schema.columns WHERE table_name = 'domains' AND column_name = 'note'",
  );
  return rows.length;
}

test('nodes whose migration is in the way of a long transaction let traffic through, and one of them migrates when it has ended', async () => {
  const clock = createTestClock();
  const told: string[] = [];
  const patience = { clock, onBlocked: (message: string) => void told.push(message) };
  const connection = { url: database.url };
  const nodes = Promise.all([1, 2, 3].map(() => migrateDatabase(connection, patience, newerFolder)));
  // A node that fails must fail the test at once, and not at its end.
  const orFail = (step: Promise<void>) => Promise.race([step, nodes]);

  await orFail(clock.untilAsleep(WAIT_MS));
  await orFail(waitUntil(async () => told.filter((message) => message.includes('Another node')).length === 2));
  await writeAtOnce();
  clock.advance(WAIT_MS);
  await orFail(clock.untilAsleep(NEXT_WAIT_MS));
  await writeAtOnce();
  const tries = told.filter((message) => message.includes('trying again'));
  assert.match(tries.join(), /trying again in 1 s.*trying again in 2 s/);
  assert.equal(tries.length, 2, 'one node tries');
  assert.equal(await countNotes(), 0);

  await holder.query('COMMIT');
  clock.advance(NEXT_WAIT_MS);
  await nodes;
  assert.equal(await countNotes(), 1);
  const { rows } = await traffic.query('SELECT hash, count(*)::int FROM autosend.__drizzle_migrations GROUP BY hash');
  assert.ok(rows.length > 1 && rows.every(({ count }) => count === 1), 'each migration is noted once');
});

test('a node of the previous version starts while the migrations of the next one are blocked', async () => {
  const clock = createTestClock();
  const connection = { url: database.url };
  const newer = migrateDatabase(connection, { clock, onBlocked: () => undefined }, newerFolder);
  await Promise.race([clock.untilAsleep(WAIT_MS), newer]);
  await migrateDatabase(connection, NOBODY_ELSE);
  await holder.query('COMMIT');
  clock.advance(WAIT_MS);
  await newer;
  // And afterwards, on the newer schema.
  await migrateDatabase(connection, NOBODY_ELSE);
  assert.equal(await countNotes(), 1);
});

test('a node of the previous version serves on the schema of the next one, also by what it has prepared on the one before', async () => {
  const service = await createTestApp(import.meta.url);
  try {
    const { id } = await service.addDomain('before.example.com');
    const read = () => service.send({ url: `/v1/domains/${id}` });
    const before = await read();
    await migrateDatabase({ url: service.databaseUrl }, NOBODY_ELSE, newerFolder);
    assert.deepEqual((await read()).json, before.json);
    await service.addDomain('after.example.com');
    assert.equal((await service.send({ url: '/v1/domains' })).json.data.domains.length, 2);
    assert.equal((await service.send({ method: 'DELETE', url: `/v1/domains/${id}` })).status, 200);
  } finally {
    await service.close();
  }
});

test('a migration that never gets its lock gives up, says what to look at, and leaves nothing behind', async () => {
  await assert.rejects(
    migrateDatabase({ url: database.url }, { ...NOBODY_ELSE, waitsMs: [1, 1] }, newerFolder),
    /not changed. At each of 3 attempts, .*pg_stat_activity/,
  );
  await writeAtOnce();
  assert.equal(await countNotes(), 0);
});

test('a role of the name of our schema, in which PostgreSQL would look first, has its tables where every other has them', async () => {
  const empty = await createTestDatabase(import.meta.url, { isEmpty: true });
  try {
    const url = new URL(empty.url);
    // What "$user" comes to for a role called autosend, as in compose.yaml.
    url.searchParams.set('options', '-c search_path=autosend,public');
    await migrateDatabase({ url: url.href }, NOBODY_ELSE);
    const client = new pg.Client({ connectionString: url.href });
    await client.connect();
    const { rows } = await client.query("SELECT tablename FROM pg_tables WHERE schemaname = 'autosend'");
    await client.query('SELECT FROM domains');
    await client.end();
    assert.deepEqual(rows, [{ tablename: '__drizzle_migrations' }]);
  } finally {
    await empty.drop();
  }
});

test('a migration is ended by no limit of its role, and keeps its locks for a minute at most where its node vanishes', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'autosend-limits-'));
  const readLimits = (names: readonly string[]) =>
    names.map((name) => `current_setting('${name}', true) as ${name}`).join(', ');
  const empty = await createTestDatabase(import.meta.url, { isEmpty: true });
  const admin = new pg.Client({ connectionString: empty.url });
  try {
    await admin.connect();
    const { rows: known } = await admin.query("select from pg_settings where name = 'transaction_timeout'");
    const limits = { ...ROLE_LIMITS, ...(known.length > 0 && { transaction_timeout: '2s' }) };
    const { rows } = await admin.query<{ name: string }>('select quote_ident(current_database()) as name');
    for (const [name, limit] of Object.entries(limits))
      await admin.query(`alter database ${rows[0]?.name} set ${name} = '${limit}'`);
    await mkdir(join(folder, 'meta'));
    const entries = [{ idx: 0, version: '7', when: 1, tag: '0000_limits', breakpoints: true }];
    await writeFile(join(folder, 'meta', '_journal.json'), JSON.stringify({ version: '7', entries }));
    await writeFile(
      join(folder, '0000_limits.sql'),
      `create table limits as select ${readLimits(Object.keys(limits))};--> statement-breakpoint\nselect pg_sleep(2.2)`,
    );
    await migrateDatabase({ url: empty.url }, NOBODY_ELSE, folder);
    const { rows: found } = await admin.query('select * from limits');
    const expected = { statement_timeout: '1h', idle_in_transaction_session_timeout: '1min', lock_timeout: '500ms' };
    assert.deepEqual(found, [{ ...expected, ...(known.length > 0 && { transaction_timeout: '0' }) }]);
  } finally {
    await admin.end();
    await empty.drop();
    await rm(folder, { recursive: true });
  }
});
