import { setTimeout as delay } from 'node:timers/promises';
import { withConnection } from './database.ts';
import { type BenchOptions, boundAbove, boundBelow, type Row, showNumber } from './figure.ts';
import { startBenchNameServer } from './name-server.ts';
import { type ProcessorTime, readProcessorTime, subtractTimes, sumTimes } from './processor-time.ts';
import { printStatements, requireStatements } from './statements.ts';
import { openSweepNode } from './sweep-node.ts';

const MIN_DOMAINS_PER_SECOND = 1_800;
const MAX_PROCESSOR_MS = 0.75;
const MAX_MEMORY_GROWTH = 1.2;
const MAX_MEMORY_MB = 200;

/**
 * All domains due at once: a service claims them, checks each (NSD answers and Unbound tells where it is; what
 * holds each name is not known beforehand) and stores the outcome, with durable settings of PostgreSQL and the default
 * concurrency. The first time they become verified, which is the round that warms up; then they are due again, as in the
 * steady state.
 */
export async function measureSweep({ domains: count, statements }: BenchOptions): Promise<Row[]> {
  const nsd = await startBenchNameServer(count);
  const node = await openSweepNode(nsd);
  try {
    if (statements) await requireStatements(node.databaseUrl);
    await node.insert(nsd.domains);
    let early: number | null = null;
    const first = await measureRate(count, () =>
      node.sweep(async (left) => {
        if (left <= count * 0.9) early ??= await node.readMemoryMb();
      }),
    );
    const verified = await countVerified(node.databaseUrl);
    if (verified !== count) throw new Error(`${verified} of ${count} domains were stored as verified.`);
    await settle(node.databaseUrl);
    let before: Use | null = null;
    const sweepAgain = () =>
      measureRate(count, () =>
        node.sweep(async () => {
          before ??= await readUse(node.databaseUrl);
        }),
      );
    const again = statements ? await printStatements(node.databaseUrl, count, sweepAgain) : await sweepAgain();
    const used = await reportUse(node.databaseUrl, before, count);
    const late = await node.readMemoryMb();
    return [
      showNumber(`sweep of ${count}, first checks`, first, 'domains/s'),
      boundBelow(`sweep of ${count}`, again, 'domains/s', MIN_DOMAINS_PER_SECOND),
      boundAbove('sweep, processor time of an unchanged check', used, 'ms', MAX_PROCESSOR_MS),
      showNumber('sweep, memory at a tenth of the first', early ?? late, 'MB'),
      {
        ...showNumber('sweep, memory at the end of both', late, 'MB'),
        goal: `≤ ${MAX_MEMORY_GROWTH} × a tenth, ≤ ${MAX_MEMORY_MB}`,
        reached: late <= MAX_MEMORY_GROWTH * (early ?? late) && late <= MAX_MEMORY_MB,
      },
    ];
  } finally {
    await node.close();
    await nsd.close();
  }
}

/** What the steady state is measured from: what the first checks left behind is written out and cleaned up. */
async function settle(databaseUrl: string): Promise<void> {
  await withConnection(databaseUrl, async (client) => {
    await client.query('VACUUM (ANALYZE) domains, checks');
    await client.query('CHECKPOINT');
    await delay(STATISTICS_MS);
  });
}

/** Backends tell what they did once a second. */
const STATISTICS_MS = 1_500;

interface Use {
  readonly processor: ProcessorTime;
  readonly position: string;
  readonly updates: number;
  readonly hot: number;
}

async function readUse(databaseUrl: string): Promise<Use> {
  const processor = await readProcessorTime(databaseUrl);
  return withConnection(databaseUrl, async (client) => {
    const { rows } = await client.query<Omit<Use, 'processor'>>(
      `SELECT pg_current_wal_insert_lsn()::text AS position, sum(n_tup_upd)::int AS updates, sum(n_tup_hot_upd)::int AS hot
       FROM pg_stat_user_tables WHERE relname IN ('domains', 'checks')`,
    );
    const [row] = rows;
    if (!row) throw new Error('The database says nothing of itself.');
    return { ...row, processor };
  });
}

/** Says to stderr what a check cost each program and the tables. @returns the processor time of one, in milliseconds */
async function reportUse(databaseUrl: string, before: Use | null, count: number): Promise<number> {
  if (before === null) throw new Error('The sweep was over before it was measured.');
  await delay(STATISTICS_MS);
  const after = await readUse(databaseUrl);
  const used = subtractTimes(after.processor, before.processor);
  const wal = await withConnection(databaseUrl, async (client) => {
    const { rows } = await client.query<{ octets: string }>('SELECT $1::pg_lsn - $2::pg_lsn AS octets', [
      after.position,
      before.position,
    ]);
    return Number(rows[0]?.octets);
  });
  const ofEach = Object.entries(used)
    .filter(([, seconds]) => seconds > 0)
    .map(([name, seconds]) => `${name} ${((seconds / count) * 1000).toFixed(3)} ms`);
  const updates = (after.updates - before.updates) / count;
  const hot = (after.hot - before.hot) / count;
  console.error(
    `an unchanged check: ${ofEach.join(', ')}; ${updates.toFixed(2)} rows written, ${hot.toFixed(2)} of them HOT; ${Math.round(wal / count)} octets of WAL`,
  );
  return (sumTimes(used) / count) * 1000;
}

async function measureRate(count: number, sweep: () => Promise<number>): Promise<number> {
  return count / (await sweep());
}

async function countVerified(databaseUrl: string): Promise<number> {
  const { rows } = await withConnection(databaseUrl, (client) =>
    client.query<{ count: number }>(
      "SELECT count(*)::int AS count FROM domains WHERE status = 'VERIFIED' AND lease_owner IS NULL",
    ),
  );
  return rows[0]?.count ?? 0;
}
