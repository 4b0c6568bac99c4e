/*
 * The only folder that speaks SQL. `client.ts` opens the pool, `connector.ts` leads it to the primary of several servers,
 * and `failures.ts` translates what the driver throws;
 * `schema.ts` and the `schema-….ts` beside it describe the tables that `migrate.ts` creates. `queries/` has the
 * statements, `lease.ts` the claims of background work, `conflicts.ts` retries what lost a race, `embedded/` runs
 * PostgreSQL where the operator brings none. Rules belong in `core/`.
 */

import { setTimeout as delay } from 'node:timers/promises';
import { type Client, Pool, type PoolClient, type QueryConfig, type QueryResult } from 'pg';
import { retryConflicts } from './conflicts.ts';
import { type Connection, createConnector, isConnectedTo } from './connector.ts';
import type { Db } from './db.ts';
import { drizzle, fillPlaceholders, sql } from './drizzle.ts';
import { callDriver, isDatabaseAway, isDiskFull } from './failures.ts';
import type { Statement } from './prepared.ts';

/** An open database. */
export interface Database extends Db {
  /** Runs `work` in one transaction; a throw rolls it back. Never hold it across a network call. It may be called again, after a rollback. */
  transaction<T>(work: (tx: Db) => Promise<T>): Promise<T>;
  /** Runs a statement of `buildStatement`, in a transaction of its own. */
  run<Row extends object>(statement: Statement, values: Readonly<Record<string, unknown>>): Promise<Row[]>;
  /** Asks the server for its version: proof that it answers. */
  ping(): Promise<string>;
  /** Whether the server has lately refused a statement because its disk is full: it reads, and does not write. */
  isDiskFull(): boolean;
  /** How the pool stands, for the metrics. */
  pool(): { total: number; idle: number; waiting: number };
  /** Ends every connection, within seconds whatever the server does. */
  close(): Promise<void>;
}

/** How long a connection is used: after a switch to another server nothing stays with the old one for good. */
const CONNECTION_SECONDS = 1_800;
const STATEMENT_MS = 15_000;
/** A server that is cut off ends no statement: this does, on our side. */
const ANSWER_MS = STATEMENT_MS + 5_000;
/** A disk that was full so lately is taken for full. */
const DISK_FULL_MS = 60_000;
/** What is under way when the pool closes has so long; then its connections are cut. */
const CLOSE_MS = 5_000;

/**
 * Opens a pool. Nothing is connected yet: a database that is away shows at the first query. Whatever fails, no connection
 * stays taken: each goes back to the pool, or ends. Every error of the driver is named here (`failures.ts`), and what gave
 * way to another transaction is done again here (`conflicts.ts`).
 * @param onError told of idle connections that broke, so that a restart of the server does not end the process
 * @param onMove told when another of several servers is the primary
 */
export function openDatabase(
  connection: Connection,
  onError: (error: Error) => void,
  maxConnections = 10,
  onMove: (message: string) => void = () => undefined,
): Database {
  const clients = new Set<Client>();
  const connector = createConnector(connection, (primary, message) => {
    onMove(message);
    // Whatever waits for a server that is paused or cut off fails now, and nothing is read from one that is outdated.
    for (const client of clients) if (!isConnectedTo(client, primary)) client.connection.stream.destroy();
  });
  const pool = new Pool({
    ...connector.config,
    Client: connector.Client,
    max: maxConnections,
    // A new connection costs both sides some 20 ms of processor time, most of it in the first statements: those after a pause would pay.
    min: maxConnections,
    maxLifetimeSeconds: CONNECTION_SECONDS,
    application_name: 'autosend',
    connectionTimeoutMillis: 3_000,
    statement_timeout: STATEMENT_MS,
    query_timeout: ANSWER_MS,
    idle_in_transaction_session_timeout: STATEMENT_MS,
    keepAlive: true,
  });
  pool.on('error', onError);
  pool.on('connect', (client) => {
    clients.add(client);
    // The pool listens to idle connections only. One that breaks between two queries of a transaction rejects the next query;
    // without a listener it would end the process.
    client.on('error', () => undefined);
  });
  pool.on('remove', (client) => clients.delete(client));
  let diskFullAtMs = Number.NEGATIVE_INFINITY;
  const noteDiskFull = <T>(work: Promise<T>): Promise<T> =>
    work.catch((error: unknown) => {
      if (isDiskFull(error)) diskFullAtMs = performance.now();
      throw error;
    });
  const query = (config: QueryConfig, values?: unknown[]) =>
    noteDiskFull(retryConflicts(() => callDriver(() => pool.query(config, values))));
  const transaction = createTransaction(pool);
  const orm = buildOnto(query);
  let closing: Promise<void> | null = null;
  return Object.assign(orm, {
    transaction: <T>(work: (tx: Db) => Promise<T>) => noteDiskFull(transaction(work)),
    run: async ({ name, text, params }: Statement, values: Record<string, unknown>) => {
      const { rows } = await query({ name, text, values: fillPlaceholders(params, values) });
      return rows;
    },
    ping: async () => {
      const { rows } = await orm.execute<{ version: string }>(sql`select current_setting('server_version') as version`);
      return rows[0]?.version ?? 'unknown';
    },
    isDiskFull: () => performance.now() - diskFullAtMs < DISK_FULL_MS,
    pool: () => ({ total: pool.totalCount, idle: pool.idleCount, waiting: pool.waitingCount }),
    close: () => {
      closing ??= closePool(pool, clients).finally(connector.close);
      return closing;
    },
  }) as Database;
}

/** The query builder over whatever sends a statement. Drizzle's own transactions and pool are not used: of a `begin` that fails it keeps the connection for ever. */
function buildOnto(query: (config: QueryConfig, values?: unknown[]) => Promise<QueryResult>): Db {
  return drizzle({ client: { query } as unknown as Pool });
}

/** Runs work on one connection between `begin` and `commit`, and gives the connection back however it ends. */
function createTransaction(pool: Pool): Database['transaction'] {
  // Kept with the connection, as what it has prepared is.
  const builders = new WeakMap<Client, Db>();
  const findBuilder = (client: PoolClient): Db => {
    const known = builders.get(client);
    if (known) return known;
    const made = buildOnto((config, values) => callDriver(() => client.query(config, values)));
    builders.set(client, made);
    return made;
  };

  const runOnce = async <T>(work: (tx: Db) => Promise<T>): Promise<T> => {
    const client = await callDriver(() => pool.connect());
    /** Set while nobody knows what the connection is in the middle of: then it is not used again. */
    let unfit: Error | boolean = true;
    try {
      await callDriver(() => client.query('begin'));
      const result = await work(findBuilder(client));
      const { command } = await callDriver(() => client.query('commit'));
      // So PostgreSQL answers when a statement before had failed, and whoever ran it went on.
      if (command !== 'COMMIT')
        throw new Error(`The transaction ended with ${command} because one of its statements had failed.`);
      unfit = false;
      return result;
    } catch (error) {
      // A connection that broke says so again, and one that is silent is not asked.
      if (!isDatabaseAway(error)) unfit = await client.query('rollback').then(() => false, toError);
      throw error;
    } finally {
      client.release(unfit);
    }
  };
  return (work) => retryConflicts(() => runOnce(work));
}

function toError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}

/** Lets statements under way end. A server that has gone silent, or a connection that nobody gives back, is not waited for. */
async function closePool(pool: Pool, clients: ReadonlySet<Client>): Promise<void> {
  const ended = pool.end();
  const late = new AbortController();
  const deadline = delay(CLOSE_MS, null, { signal: late.signal }).then(
    () => {
      for (const client of clients) client.connection.stream.destroy();
    },
    // Only the abort below rejects: all is closed.
    () => undefined,
  );
  await Promise.race([ended, deadline]).finally(() => late.abort());
}
