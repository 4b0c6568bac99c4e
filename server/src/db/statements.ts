import type { Client, Pool, PoolClient, QueryConfig, QueryResult } from 'pg';
import { retryConflicts } from './conflicts.ts';
import type { Db } from './db.ts';
import { drizzle } from './drizzle.ts';
import { callDriver, isDatabaseAway, listCauses } from './failures.ts';
import type { Checkout, Checkouts, ConnectionState } from './pool/checkout.ts';
import { mayWrite } from './pool/write-places.ts';
import { isPreparedApart, readProcessId, type Sessions, type SessionUse } from './pooler.ts';

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
export function createSender(checkouts: Checkouts, sessions: Sessions) {
  return async (config: QueryConfig, values: unknown[] | undefined): Promise<QueryResult> => {
    if (!sessions.isExamined) (await checkouts.take(false)).giveBack('fit');
    const isWrite = mayWrite(config.text);
    const send = (client: PoolClient) => callDriver(() => client.query(prepareFor(sessions.use, config), values));
    return sessions.use.limitedBy === 'transaction'
      ? runOnce(checkouts, sessions, isWrite, send)
      : sendAlone(await checkouts.take(isWrite), send);
  };
}

async function sendAlone<T>({ client, giveBack }: Checkout, send: (client: PoolClient) => Promise<T>): Promise<T> {
  try {
    const result = await send(client);
    giveBack('fit');
    return result;
  } catch (error) {
    giveBack(judge(error));
    throw error;
  }
}

/** Runs work on one connection between `begin` and `commit`, and gives the connection back however it ends. */
async function runOnce<T>(
  checkouts: Checkouts,
  sessions: Sessions,
  isWrite: boolean,
  work: (client: PoolClient) => Promise<T>,
): Promise<T> {
  const { client, giveBack } = await callDriver(() => checkouts.take(isWrite));
  let state: ConnectionState = 'fit';
  try {
    await callDriver(() => client.query(beginWith(sessions.use)));
    const result = await work(client);
    const { command } = await callDriver(() => client.query('commit'));
    // So PostgreSQL answers when a statement before had failed, and whoever ran it went on.
    if (command !== 'COMMIT')
      throw new Error(`The transaction ended with ${command} because one of its statements had failed.`);
    return result;
  } catch (error) {
    // A connection that broke says so again, and one that is silent is not asked.
    if (isDatabaseAway(error)) state = judge(error);
    else state = await client.query('rollback').then(() => 'fit', judge);
    throw error;
  } finally {
    giveBack(state);
  }
}

/** Transactions with the query builder. */
export function createTransaction(
  checkouts: Checkouts,
  sessions: Sessions,
): <T>(work: (tx: Db) => Promise<T>) => Promise<T> {
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
    retryConflicts(() =>
      sessions.adapt(() => runOnce(checkouts, sessions, true, (client) => work(findBuilder(client)))),
    );
}

interface Busy {
  readonly pid: number;
}

/** For which of these connections PostgreSQL is at work; null behind a pooler, which names no process of PostgreSQL's. */
export async function findBusy(
  checkouts: Checkouts,
  sessions: Sessions,
  clients: readonly PoolClient[],
): Promise<ReadonlySet<PoolClient> | null> {
  if (sessions.use.isPooled) return null;
  const pids = clients.map(readProcessId);
  const { rows } = await sendAlone(await checkouts.take(false), (client) =>
    callDriver(() =>
      client.query<Busy>(`select pid from pg_stat_activity where state = 'active' and pid = any($1::int[])`, [pids]),
    ),
  );
  const busy = new Set<unknown>(rows.map(({ pid }) => pid));
  return new Set(clients.filter((client) => busy.has(readProcessId(client))));
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

/** What a connection is like after a failure: nobody knows what it is in the middle of, and the server may still be at work. */
function judge(error: unknown): ConnectionState {
  return listCauses(error).some(({ message }) => message === 'Query read timeout') ? 'unanswered' : 'unfit';
}
