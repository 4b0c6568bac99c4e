import { setTimeout as delay } from 'node:timers/promises';
import { withConnection } from '../database.ts';
import { type BenchOptions, median, type Row, showNumber } from '../figure.ts';
import { addCheckedCopies } from '../many-domains.ts';
import { startBenchNameServer } from '../name-server.ts';
import { readProcessorTime, subtractTimes, sumTimes } from '../processor-time.ts';
import { openSweepNode } from '../sweep-node.ts';

const MILLION = 1_000_000;
const CHECKS_A_DAY = 4;
/** Of a million domains. */
const CHECKS_A_SECOND = (MILLION * CHECKS_A_DAY) / 86_400;
/** PostgreSQL makes one every five minutes: so many in six hours. */
const CHECKPOINTS = 72;
const MIN_CHECKS = 1_000;
const FIRST_AFTER_MS = 10_000;
const POLL_MS = 1_000;
const STUCK_AFTER_MS = 60_000;
/** What a product brings along itself; nearly all of the rest is one process of ours. */
const OTHER_PROGRAMS = /^(?:postgres|nsd|unbound)/;

/** What PostgreSQL has counted of its work so far. */
interface Work {
  readonly walBytes: number;
  readonly transactions: number;
  readonly rows: number;
}

/** What a check took on the average, with all that a node and a database do beside it. */
interface Cost extends Work {
  readonly nodeMs: number;
  readonly databaseMs: number;
}

/**
 * What a million verified domains cost that are checked every six hours: a node does 46 checks a second, evenly, as it would
 * then, in tables of `--domains` domains. Some of those are real, the others copies with key and evidence, in an order that has
 * nothing to do with when they are due. As many as come between two checkpoints are checked after one, so that the first change
 * of a page costs the whole page in the WAL. With fewer than a million only the size is multiplied; `sweep-scale` shows what
 * deeper tables cost. One round takes five minutes of a million, and `--repeats` rounds give a median.
 */
export async function measureMillion({ domains: count, repeats }: BenchOptions): Promise<Row[]> {
  const checks = Math.min(count, Math.max(MIN_CHECKS, Math.ceil(count / CHECKPOINTS)));
  const nsd = await startBenchNameServer(checks);
  const node = await openSweepNode(nsd);
  try {
    await node.insert(nsd.domains);
    // The first check finds everything for the first time; the second is like those that follow.
    for (let round = 0; round < 2; round += 1) await node.sweep();
    await addCheckedCopies(node.databaseUrl, count - checks);
    const bytes = (await readSize(node.databaseUrl)) / count;
    const costs: Cost[] = [];
    for (let round = 0; round < repeats; round += 1) costs.push(await measureRound(node.databaseUrl, checks));
    console.error(
      `${repeats} rounds of ${checks} checks in tables of ${count}; the size is multiplied by ${MILLION / count}.`,
    );
    return formatRows(bytes, (name) => median(costs.map((cost) => cost[name])));
  } finally {
    await node.close();
    await nsd.close();
  }
}

async function measureRound(databaseUrl: string, checks: number): Promise<Cost> {
  const durationMs = (checks / CHECKS_A_SECOND) * 1000;
  await withConnection(databaseUrl, async (client) => {
    await client.query(
      `UPDATE domains SET next_check_at = now() + ($1 + random() * $2) * interval '1 ms' WHERE name LIKE 'd%'`,
      [FIRST_AFTER_MS, durationMs],
    );
    await client.query('VACUUM domains');
    await client.query('CHECKPOINT');
  });
  const [work, times] = [await readWork(databaseUrl), await readProcessorTime(databaseUrl)];
  await waitForChecks(databaseUrl, FIRST_AFTER_MS + durationMs + STUCK_AFTER_MS);
  const used = subtractTimes(await readProcessorTime(databaseUrl), times);
  const workAfter = await readWork(databaseUrl);
  const add = (isWanted: (program: string) => boolean) =>
    sumTimes(Object.fromEntries(Object.entries(used).filter(([program]) => isWanted(program))));
  return {
    walBytes: (workAfter.walBytes - work.walBytes) / checks,
    transactions: (workAfter.transactions - work.transactions) / checks,
    rows: (workAfter.rows - work.rows) / checks,
    nodeMs: (add((program) => !OTHER_PROGRAMS.test(program)) * 1000) / checks,
    databaseMs: (add((program) => program.startsWith('postgres')) * 1000) / checks,
  };
}

/** Waits until every real domain is due hours from now again. */
async function waitForChecks(databaseUrl: string, atMostMs: number): Promise<void> {
  const deadline = performance.now() + atMostMs;
  await withConnection(databaseUrl, async (client) => {
    for (;;) {
      await delay(POLL_MS);
      const { rows } = await client.query(
        "SELECT 1 FROM domains WHERE next_check_at < now() + interval '1 hour' LIMIT 1",
      );
      if (rows.length === 0) return;
      if (performance.now() > deadline)
        throw new Error('Domains stay due: this machine is too slow for 46 checks a second.');
    }
  });
}

async function readWork(databaseUrl: string): Promise<Work> {
  const { rows } = await withConnection(databaseUrl, (client) =>
    client.query<Work>(
      `SELECT (pg_current_wal_lsn() - '0/0')::float8 AS "walBytes", xact_commit::float8 AS transactions,
         (tup_inserted + tup_updated + tup_deleted)::float8 AS rows
       FROM pg_stat_database WHERE datname = current_database()`,
    ),
  );
  const [row] = rows;
  if (!row) throw new Error('The database has no statistics.');
  return row;
}

async function readSize(databaseUrl: string): Promise<number> {
  const { rows } = await withConnection(databaseUrl, (client) =>
    client.query<{ bytes: number }>('SELECT pg_database_size(current_database())::float8 AS bytes'),
  );
  return rows[0]?.bytes ?? Number.NaN;
}

function formatRows(bytes: number, read: (name: keyof Cost) => number): Row[] {
  const lines: readonly (readonly [name: string, value: number, unit: string])[] = [
    ['million, size of a domain', bytes, 'bytes'],
    ['million, WAL of a check', read('walBytes'), 'bytes'],
    ['million, transactions of a check', read('transactions'), ''],
    ['million, rows written by a check', read('rows'), ''],
    ['million, processor time of a check, node', read('nodeMs'), 'ms'],
    ['million, processor time of a check, PostgreSQL', read('databaseMs'), 'ms'],
    ['a million: cores for nodes', (CHECKS_A_SECOND * read('nodeMs')) / 1000, ''],
    ['a million: cores for PostgreSQL', (CHECKS_A_SECOND * read('databaseMs')) / 1000, ''],
    ['a million: size of the database', (MILLION * bytes) / 1e9, 'GB'],
    ['a million: WAL a day', (MILLION * CHECKS_A_DAY * read('walBytes')) / 1e9, 'GB'],
  ];
  return lines.map((line) => showNumber(...line));
}
