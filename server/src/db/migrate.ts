import { fileURLToPath } from 'node:url';
import type { Client } from 'pg';
import type { Clock } from '../core/clock.ts';
import { type Connection, createConnector } from './connector.ts';
import { readMigrationFiles } from './drizzle.ts';
import { callDriver, isLockTimeout } from './failures.ts';

/** Where `drizzle-kit generate` puts the SQL. */
export const MIGRATIONS_FOLDER = fileURLToPath(new URL('./migrations', import.meta.url));

/** Any number that no one else uses: nodes that start together take turns on it. */
const MIGRATION_LOCK = 7_283_641_905;
/** For so long a migration queues for a lock, and all that comes to the table after it queues behind. */
const LOCK_TIMEOUT_MS = 500;
/** A server that takes a connection and says nothing is one that is away. */
const CONNECT_MS = 10_000;
/** The same of one that says nothing to a statement that takes no time. */
const ANSWER_MS = 20_000;
/** What changes tables may take long, and so may another node that does: a start that waits for it ends all the same some time. */
const MIGRATION_MS = 3_600_000;
const END_MS = 5_000;
const WAITS_MS = [1_000, 2_000, 4_000, 8_000, ...Array<number>(19).fill(15_000)];

/** What a migration needs to wait for somebody else's transaction to end. */
export interface Patience {
  readonly clock: Pick<Clock, 'sleep'>;
  /** Told each time, with the error of the database where there is one. */
  readonly onBlocked: (message: string, error?: unknown) => void;
  /** The waits between the tries; some five minutes in all where it is left out. */
  readonly waitsMs?: readonly number[];
}

type Migration = ReturnType<typeof readMigrationFiles>[number];

/**
 * Brings the database to the newest schema; safe to call from several nodes at once. All that is outstanding runs in one
 * transaction, so that a node that dies half-way leaves nothing behind. It asks for locks shortly and again, so that a
 * long transaction of somebody else's delays it and not everybody, and gives up in the end.
 */
export async function migrateDatabase(
  connection: Connection,
  patience: Patience,
  folder = MIGRATIONS_FOLDER,
): Promise<void> {
  const migrations = readMigrationFiles({ migrationsFolder: folder });
  await callDriver(() => migrateOn(connection, migrations, patience));
}

async function migrateOn(connection: Connection, migrations: readonly Migration[], patience: Patience): Promise<void> {
  const connector = createConnector(connection);
  const client = new connector.Client({
    ...connector.config,
    application_name: 'autosend-migrate',
    connectionTimeoutMillis: CONNECT_MS,
    query_timeout: ANSWER_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: CONNECT_MS,
  });
  // A connection that breaks between two queries rejects the next one; without a listener it would end the process.
  client.on('error', () => undefined);
  try {
    await client.connect();
    // A node of the previous version, which has nothing to do, starts also while a newer one waits for its locks.
    if ((await listOutstanding(client, migrations)).length === 0) return;
    await client.query('begin');
    // Of the transaction and not of the session: a pooler may give the next transaction another session. It is kept
    // while we wait, so that one node tries, and not each of those that start.
    await takeTurn(client, patience);
    await client.query(
      `set local lock_timeout = ${LOCK_TIMEOUT_MS}; set local idle_in_transaction_session_timeout = 0`,
    );
    await migratePatiently(client, migrations, patience);
    await client.query('commit');
  } finally {
    // A server that is silent does not end a connection either.
    const late = setTimeout(() => client.connection.stream.destroy(), END_MS);
    await client.end().finally(() => {
      clearTimeout(late);
      connector.close();
    });
  }
}

/** A statement that may take long. */
function runLong(client: Client, text: string, values: unknown[] = []): Promise<unknown> {
  const query = { text, values, query_timeout: MIGRATION_MS };
  return client.query(query);
}

async function takeTurn(client: Client, { onBlocked }: Patience): Promise<void> {
  const { rows } = await client.query('select pg_try_advisory_xact_lock($1) as is_ours', [MIGRATION_LOCK]);
  if (rows[0]?.is_ours) return;
  onBlocked('Another node is migrating the database; waiting for it.');
  await runLong(client, 'select pg_advisory_xact_lock($1)', [MIGRATION_LOCK]);
}

async function migratePatiently(
  client: Client,
  migrations: readonly Migration[],
  { clock, onBlocked, waitsMs = WAITS_MS }: Patience,
): Promise<void> {
  for (const waitMs of waitsMs) {
    const blocked = await tryMigrations(client, migrations);
    if (!blocked) return;
    onBlocked(
      `A migration is waiting for a lock held by another transaction; trying again in ${waitMs / 1_000} s.`,
      blocked,
    );
    await clock.sleep(waitMs);
  }
  const cause = await tryMigrations(client, migrations);
  if (cause)
    throw new Error(
      `The schema was not changed. At each of ${waitsMs.length + 1} attempts, other transactions held locks on the tables that a migration changes. Find them in pg_stat_activity, and start again once they have ended.`,
      { cause },
    );
}

/** @returns the error when a lock was not to be had: nothing is changed then, and no lock held on any table */
async function tryMigrations(client: Client, migrations: readonly Migration[]): Promise<unknown> {
  await client.query('savepoint attempt');
  try {
    await runOutstanding(client, migrations);
    return null;
  } catch (error) {
    if (!isLockTimeout(error)) throw error;
    await client.query('rollback to savepoint attempt');
    return error;
  }
}

/** The table is Drizzle's: its own tools find in it what was run. */
async function runOutstanding(client: Client, migrations: readonly Migration[]): Promise<void> {
  await client.query('create schema if not exists autosend');
  await client.query(
    'create table if not exists autosend.__drizzle_migrations (id serial primary key, hash text not null, created_at bigint)',
  );
  for (const { sql, hash, folderMillis } of await listOutstanding(client, migrations)) {
    for (const statement of sql) await runLong(client, statement);
    await client.query('insert into autosend.__drizzle_migrations (hash, created_at) values ($1, $2)', [
      hash,
      folderMillis,
    ]);
  }
}

/** Those that are newer than the newest that was run. */
async function listOutstanding(client: Client, migrations: readonly Migration[]): Promise<Migration[]> {
  const { rows: tables } = await client.query(
    "select from pg_tables where schemaname = 'autosend' and tablename = '__drizzle_migrations'",
  );
  if (tables.length === 0) return [...migrations];
  const { rows } = await client.query<{ newest: string | null }>(
    'select max(created_at) as newest from autosend.__drizzle_migrations',
  );
  const newest = Number(rows[0]?.newest ?? 0);
  return migrations.filter(({ folderMillis }) => folderMillis > newest);
}
