import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Client } from 'pg';
import type { Clock } from '../core/clock.ts';
import { AppError } from '../core/errors.ts';
import type { Connection } from './connector.ts';
import { readMigrationFiles } from './drizzle.ts';
import { callDriver, isLockTimeout } from './failures.ts';
import { withOwnConnection } from './own-connection.ts';

/** Where `drizzle-kit generate` puts the SQL. */
export const MIGRATIONS_FOLDER = fileURLToPath(new URL('./migrations', import.meta.url));

/** Any number that no one else uses: nodes that start together take turns on it. */
const MIGRATION_LOCK = 7_283_641_905;
/** For so long a migration queues for a lock, and all that comes to the table after it queues behind. */
const LOCK_TIMEOUT_MS = 500;
/** What changes tables may take long, and so may another node that does: a start that waits for it ends all the same some time. */
const MIGRATION_MS = 3_600_000;
/** How often it is asked whether that node is done. */
const TURN_MS = 250;
/** Longer than any wait between two tries. A node whose machine vanished keeps its locks for no longer than that. */
const IDLE_MS = 60_000;
const LIMITS = `set local lock_timeout = ${LOCK_TIMEOUT_MS}; set local statement_timeout = ${MIGRATION_MS}; set local idle_in_transaction_session_timeout = ${IDLE_MS}`;
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
  await callDriver(() =>
    withOwnConnection(connection, 'autosend-migrate', (client) => migrateOn(client, migrations, patience)),
  );
}

async function migrateOn(client: Client, migrations: readonly Migration[], patience: Patience): Promise<void> {
  // The turn is kept while we wait for tables, so that one node tries, and not each of those that start.
  if (!(await takeTurn(client, migrations, patience))) return;
  // PostgreSQL looks in a schema of the role's name first. A role called autosend has one from here on, and the tables belong elsewhere.
  await client.query('set local search_path = public');
  await setLimits(client);
  await migratePatiently(client, migrations, patience);
  await client.query('commit');
}

/** The limits of the role are for the statements of a service. Not every PostgreSQL has one for transactions. */
async function setLimits(client: Client): Promise<void> {
  await client.query(LIMITS);
  const { rows } = await client.query("select current_setting('transaction_timeout', true) as limit_of_transactions");
  if (rows[0]?.limit_of_transactions != null) await client.query('set local transaction_timeout = 0');
}

/** A statement that may take long. */
function runLong(client: Client, text: string, values: unknown[] = []): Promise<unknown> {
  const query = { text, values, query_timeout: MIGRATION_MS };
  return client.query(query);
}

/**
 * Begins the transaction that migrates, and takes its lock. The lock is of the transaction and not of the session: a pooler may
 * give the next transaction another session. Whoever waits asks again instead of queueing, since each transaction that is open
 * holds one of the few connections that a pooler has.
 * @returns false where nothing is outstanding. A node of the previous version, which has nothing to do, so starts also while a newer one waits for its locks
 */
async function takeTurn(client: Client, migrations: readonly Migration[], { onBlocked }: Patience): Promise<boolean> {
  for (let waitedMs = 0; waitedMs < MIGRATION_MS; waitedMs += TURN_MS) {
    if ((await listOutstanding(client, migrations)).length === 0) return false;
    await client.query('begin');
    const { rows } = await client.query('select pg_try_advisory_xact_lock($1) as is_ours', [MIGRATION_LOCK]);
    if (rows[0]?.is_ours) return true;
    await client.query('rollback');
    if (waitedMs === 0) onBlocked('Another node is migrating the database; waiting for it.');
    await delay(TURN_MS);
  }
  throw new Error('Another node has been migrating the database for an hour.');
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
    throw new AppError(
      'SERVICE_UNAVAILABLE',
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
    "select 1 from pg_tables where schemaname = 'autosend' and tablename = '__drizzle_migrations'",
  );
  if (tables.length === 0) return [...migrations];
  const { rows } = await client.query<{ newest: string | null }>(
    'select max(created_at) as newest from autosend.__drizzle_migrations',
  );
  const newest = Number(rows[0]?.newest ?? 0);
  return migrations.filter(({ folderMillis }) => folderMillis > newest);
}
