import type { Client, Pool, PoolClient, QueryConfig, QueryResult } from 'pg';
import { retryConflicts } from './conflicts.ts';
import type { Db } from './db.ts';
import { drizzle } from './drizzle.ts';
import { callDriver, isDatabaseAway } from './failures.ts';
import { isPreparedApart, type Sessions, type SessionUse } from './pooler.ts';

/** How long one statement may take, and how long a transaction may wait for us. */
export const STATEMENT_MS = 15_000;

/** The query builder over whatever sends a statement. Drizzle's own transactions and pool are not used: of a `begin` that fails it keeps the connection for ever. */
export function buildOnto(query: (config: QueryConfig, values?: unknown[]) => Promise<QueryResult>): Db {
  return drizzle({ client: { query } as unknown as Pool });
}

/** What a transaction begins with. Where the session has no limits, it gives itself those of `openDatabase`, in the same message. */
function beginWith({ limitedBy }: SessionUse): string {
  if (limitedBy !== 'transaction') return 'begin';
  return `begin; set local statement_timeout = ${STATEMENT_MS}; set local idle_in_transaction_session_timeout = ${STATEMENT_MS}`;
}

/** A statement, prepared by its name where that is of use. */
function prepareFor({ isPreparing }: SessionUse, config: QueryConfig): QueryConfig {
  if (isPreparing || config.name === undefined) return config;
  const { name: _, ...unnamed } = config;
  return unnamed;
}

/** Sends a single statement: as it is, or in a transaction that limits it. */
export function createSender(pool: Pool, sessions: Sessions) {
  const send = (config: QueryConfig, values: unknown[] | undefined): Promise<QueryResult> =>
    sessions.use.limitedBy === 'transaction'
      ? runOnce(pool, sessions, (client) => callDriver(() => client.query(prepareFor(sessions.use, config), values)))
      : pool.query(prepareFor(sessions.use, config), values);
  return async (config: QueryConfig, values: unknown[] | undefined) => {
    if (!sessions.isExamined) (await pool.connect()).release();
    return send(config, values);
  };
}

/** Runs work on one connection between `begin` and `commit`, and gives the connection back however it ends. */
async function runOnce<T>(pool: Pool, sessions: Sessions, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await callDriver(() => pool.connect());
  /** Set while nobody knows what the connection is in the middle of: then it is not used again. */
  let unfit: Error | boolean = true;
  try {
    await callDriver(() => client.query(beginWith(sessions.use)));
    const result = await work(client);
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
}

/** Transactions with the query builder. */
export function createTransaction(pool: Pool, sessions: Sessions): <T>(work: (tx: Db) => Promise<T>) => Promise<T> {
  // Kept with the connection, as what it has prepared is.
  const builders = new WeakMap<Client, Db>();
  const findBuilder = (client: PoolClient): Db => {
    const known = builders.get(client);
    if (known) return known;
    const made = buildOnto((config, values) =>
      callDriver(() => client.query(prepareFor(sessions.use, config), values)),
    );
    builders.set(client, made);
    return made;
  };
  return (work) =>
    retryConflicts(() => sessions.adapt(() => runOnce(pool, sessions, (client) => work(findBuilder(client)))));
}

/** Takes so many connections at once, and gives them back; tells whether prepared statements are safe where they are used in spite of a pooler. */
export async function openConnections(pool: Pool, sessions: Sessions, count: number): Promise<boolean> {
  // The first tells what the others have to do without.
  (await pool.connect()).release();
  const taken = await Promise.allSettled(Array.from({ length: count }, () => pool.connect()));
  const clients = taken.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  try {
    const failed = taken.find((each) => each.status === 'rejected');
    if (failed) throw failed.reason;
    const [one, other] = clients;
    const { isPooled, isPreparing } = sessions.use;
    return !(isPooled && isPreparing && one && other) || (await isPreparedApart(one, other));
  } finally {
    for (const client of clients) client.release();
  }
}

function toError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
