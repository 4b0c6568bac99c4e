import { withConnection } from './database.ts';
import { type BenchOptions, boundBelow, type Row } from './figure.ts';
import { startBenchNameServer } from './name-server.ts';
import { openSweepNode } from './sweep-node.ts';

const MIN_DOMAINS_PER_SECOND = 1_500;
const MAX_MEMORY_GROWTH = 1.2;
const MAX_MEMORY_MB = 300;

/**
 * All domains due at once: a service claims them, checks each (NSD answers and Unbound tells where it is; what
 * holds each name is not known beforehand) and stores the outcome, with durable settings of PostgreSQL and the default
 * concurrency. The first time they become verified, which is the round that warms up; then they are due again, as in the
 * steady state.
 */
export async function measureSweep({ domains: count }: BenchOptions): Promise<Row[]> {
  const nsd = await startBenchNameServer(count);
  const node = await openSweepNode(nsd);
  try {
    await node.insert(nsd.domains);
    let early: number | null = null;
    const first = await measureRate(count, () =>
      node.sweep(async (left) => {
        if (left <= count * 0.9) early ??= await node.readMemoryMb();
      }),
    );
    const verified = await countVerified(node.databaseUrl);
    if (verified !== count) throw new Error(`${verified} of ${count} domains were stored as verified.`);
    const again = await measureRate(count, () => node.sweep());
    const late = await node.readMemoryMb();
    const row = { reference: null, ratio: null, goal: null, reached: null };
    return [
      { ...row, name: `sweep of ${count}, first checks`, value: first, unit: 'domains/s' },
      boundBelow(`sweep of ${count}`, again, 'domains/s', MIN_DOMAINS_PER_SECOND),
      { ...row, name: 'sweep, memory at a tenth of the first', value: early ?? late, unit: 'MB' },
      {
        ...row,
        name: 'sweep, memory at the end of both',
        value: late,
        unit: 'MB',
        goal: `≤ ${MAX_MEMORY_GROWTH} × a tenth, ≤ ${MAX_MEMORY_MB}`,
        reached: late <= MAX_MEMORY_GROWTH * (early ?? late) && late <= MAX_MEMORY_MB,
      },
    ];
  } finally {
    await node.close();
    await nsd.close();
  }
}

async function measureRate(count: number, work: () => Promise<void>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return count / ((performance.now() - startedAt) / 1000);
}

async function countVerified(databaseUrl: string): Promise<number> {
  const { rows } = await withConnection(databaseUrl, (client) =>
    client.query<{ count: number }>(
      "SELECT count(*)::int AS count FROM domains WHERE status = 'VERIFIED' AND lease_owner IS NULL",
    ),
  );
  return rows[0]?.count ?? 0;
}
