import { Pool, type PoolConfig } from 'pg';
import type { Db } from './db.ts';
import { drizzle, fillPlaceholders, sql } from './drizzle.ts';
import type { Statement } from './prepared.ts';
import * as schema from './schema.ts';

/** An open database. */
export interface Database extends Db {
  /** Runs `work` in one transaction; a throw rolls it back. Never hold it across a network call. */
  transaction<T>(work: (tx: Db) => Promise<T>): Promise<T>;
  /** Runs a statement of `buildStatement`, in a transaction of its own. */
  run<Row extends object>(statement: Statement, values: Readonly<Record<string, unknown>>): Promise<Row[]>;
  /** Asks the server for its version: proof that it answers. */
  ping(): Promise<string>;
  /** How the pool stands, for the metrics. */
  pool(): { total: number; idle: number; waiting: number };
  close(): Promise<void>;
}

/** What `openDatabase` needs: a URL, or the socket folder and password of the embedded server. */
export type Connection =
  | { readonly url: string }
  | {
      readonly host: string;
      readonly port: number;
      readonly user: string;
      readonly password: string;
      readonly database: string;
    };

/** How long a connection is used: after a switch to another server nothing stays with the old one for good. */
const CONNECTION_SECONDS = 1_800;

/**
 * Opens a pool. Nothing is connected yet: a database that is away shows at the first query.
 * @param onError told of idle connections that broke, so that a restart of the server does not end the process
 */
export function openDatabase(connection: Connection, onError: (error: Error) => void, maxConnections = 10): Database {
  const pool = new Pool({
    ...toPoolConfig(connection),
    max: maxConnections,
    // A new connection costs both sides some 20 ms of processor time, most of it in the first statements: those after a pause would pay.
    min: maxConnections,
    maxLifetimeSeconds: CONNECTION_SECONDS,
    application_name: 'autosend',
    connectionTimeoutMillis: 3_000,
    statement_timeout: 15_000,
    idle_in_transaction_session_timeout: 15_000,
    keepAlive: true,
  });
  pool.on('error', onError);
  // The pool listens to idle connections only. One that breaks between two queries of a transaction rejects the next query; without
  // a listener it would end the process.
  pool.on('connect', (client) => void client.on('error', () => undefined));
  const orm = drizzle(pool, { schema });
  return Object.assign(orm, {
    run: async ({ name, text, params }: Statement, values: Record<string, unknown>) => {
      const { rows } = await pool.query({ name, text, values: fillPlaceholders(params, values) });
      return rows;
    },
    ping: async () => {
      const { rows } = await orm.execute<{ version: string }>(sql`select current_setting('server_version') as version`);
      return rows[0]?.version ?? 'unknown';
    },
    pool: () => ({ total: pool.totalCount, idle: pool.idleCount, waiting: pool.waitingCount }),
    close: () => pool.end(),
  }) as Database;
}

/** The settings of `pg` for a connection. */
export function toPoolConfig(connection: Connection): PoolConfig {
  return 'url' in connection ? { connectionString: connection.url } : { ...connection };
}
