/*
 * The only folder that speaks SQL. `client.ts` opens the pool, `connector.ts` leads it to the primary of several servers,
 * `statements.ts` sends statements and transactions, and `failures.ts` translates what the driver throws;
 * `schema.ts` and the `schema-….ts` beside it describe the tables that `migrate.ts` creates. `queries/` has the
 * statements, `lease.ts` the claims of background work, `conflicts.ts` retries what lost a race, `pooler.ts` does without
 * what a pooler does not keep, `url/` reads the URL that an operator gives, `pool/` lends connections, and `embedded/` runs
 * PostgreSQL where the operator brings none. Rules belong in `core/`.
 */

import { type Client, Pool, type QueryConfig } from 'pg';
import { validationError } from '../core/errors.ts';
import { retryConflicts } from './conflicts.ts';
import { type Connection, createConnector } from './connector.ts';
import type { Db } from './db.ts';
import { fillPlaceholders, sql } from './drizzle.ts';
import { callDriver, isDiskFull } from './failures.ts';
import { createCheckouts } from './pool/checkout.ts';
import { watchConnections } from './pool/open-connections.ts';
import { createUnanswered } from './pool/unanswered.ts';
import { countForWrites, createWritePlaces } from './pool/write-places.ts';
import { createSessions, type SessionOptions, type SessionUse } from './pooler.ts';
import type { Statement } from './prepared.ts';
import type { ServerReport } from './primary-finder.ts';
import { buildOnto, createSender, createTransaction, findBusy, openConnections, STATEMENT_MS } from './statements.ts';

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
  /**
   * Opens connections, so that a server which takes fewer says so now, and tells what they are good for.
   * @param count as many as the pool may have where it is left out
   * @throws AppError VALIDATION_FAILED where statements are to be prepared and a pooler mixes them up
   */
  open(count?: number): Promise<SessionUse>;
  /** How the pool stands, for the metrics. */
  pool(): { total: number; idle: number; waiting: number };
  /** The servers among which the primary is looked for, as they answered last; empty where the URL names one. */
  servers(): readonly ServerReport[];
  /** Ends every connection, within seconds whatever the server does. */
  close(): Promise<void>;
}

/** What else is wanted of a pool. */
export interface DatabaseOptions extends SessionOptions {
  /** Told when another of several servers is the primary. */
  readonly onMove?: (message: string) => void;
  /** How long an answer is waited for, where it is not as long as usual. */
  readonly answerMs?: number;
}

/** How long a connection is used: after a switch to another server nothing stays with the old one for good. */
const CONNECTION_SECONDS = 1_800;
/** A server that is cut off ends no statement: this does, on our side. */
const ANSWER_MS = STATEMENT_MS + 5_000;
/** A disk that was full so lately is taken for full. */
const DISK_FULL_MS = 60_000;
/** How long a connection, or a place among those that may write, is waited for. */
const CONNECT_MS = 3_000;
/** A connection on which nothing came for so long is tried; otherwise the system would wait for two hours. */
const KEEP_ALIVE_MS = 10_000;

/**
 * Opens a pool. Nothing is connected yet: a database that is away shows at the first query. Whatever fails, no connection
 * stays taken: each goes back to the pool, or ends. Every error of the driver is named here (`failures.ts`), and what gave
 * way to another transaction is done again here (`conflicts.ts`).
 * @param onError told of idle connections that broke, so that a restart of the server does not end the process
 */
export function openDatabase(
  connection: Connection,
  onError: (error: Error) => void,
  maxConnections = 10,
  { onMove = () => undefined, answerMs = ANSWER_MS, ...options }: DatabaseOptions = {},
): Database {
  const connector = createConnector(connection, onMove);
  const sessions = createSessions(options, STATEMENT_MS, () =>
    Object.assign(pool.options, { statement_timeout: false, idle_in_transaction_session_timeout: false }),
  );
  const pool = new Pool({
    ...connector.config,
    Client: connector.Client,
    max: maxConnections,
    // A new connection costs both sides some 20 ms of processor time, most of it in the first statements: those after a pause would pay.
    min: maxConnections,
    maxLifetimeSeconds: CONNECTION_SECONDS,
    application_name: 'autosend',
    connectionTimeoutMillis: CONNECT_MS,
    statement_timeout: STATEMENT_MS,
    query_timeout: answerMs,
    idle_in_transaction_session_timeout: STATEMENT_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
    onConnect(client) {
      connections.add(client as Client);
      return sessions.examine(client);
    },
  });
  pool.on('error', onError);
  const connections = watchConnections(pool);
  const places = createWritePlaces(countForWrites(maxConnections), CONNECT_MS);
  const unanswered = createUnanswered((clients) => findBusy(checkouts, sessions, clients));
  const checkouts = createCheckouts(pool, { places, unanswered, connections });
  let diskFullAtMs = Number.NEGATIVE_INFINITY;
  const noteDiskFull = <T>(work: Promise<T>): Promise<T> =>
    work.catch((error: unknown) => {
      if (isDiskFull(error)) diskFullAtMs = performance.now();
      throw error;
    });
  const transaction = createTransaction(checkouts, sessions);
  const send = createSender(checkouts, sessions);
  const query = (config: QueryConfig, values?: unknown[]) =>
    noteDiskFull(retryConflicts(() => callDriver(() => sessions.adapt(() => send(config, values)))));
  const orm = buildOnto(query);
  let closing: Promise<void> | null = null;
  return Object.assign(orm, {
    transaction: <T>(work: (tx: Db) => Promise<T>) => noteDiskFull(transaction(work)),
    run: async ({ name, text, params }: Statement, values: Record<string, unknown>) => {
      const { rows } = await query({ ...(name !== null && { name }), text, values: fillPlaceholders(params, values) });
      return rows;
    },
    ping: async () => {
      const { rows } = await orm.execute<{ version: string }>(sql`select current_setting('server_version') as version`);
      return rows[0]?.version ?? 'unknown';
    },
    isDiskFull: () => performance.now() - diskFullAtMs < DISK_FULL_MS,
    open: async (count = maxConnections) => {
      // A pooler in statement mode allows none.
      await transaction(async () => undefined);
      const isApart = await callDriver(() => sessions.adapt(() => openConnections(pool, sessions, count)));
      if (isApart) return sessions.use;
      throw validationError(
        'AUTOSEND_DATABASE_PREPARE',
        'AUTOSEND_DATABASE_PREPARE=true, but the pooler mixes up the prepared statements of its clients. Remove it, or set it to false.',
      );
    },
    pool: () => ({ total: pool.totalCount, idle: pool.idleCount, waiting: pool.waitingCount + places.waiting() }),
    servers: connector.report,
    close: () => {
      unanswered.close();
      closing ??= connections.close().finally(connector.close);
      return closing;
    },
  }) as Database;
}
