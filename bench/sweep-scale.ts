import { withConnection } from './database.ts';
import { alternate, type BenchOptions, compare, type Row } from './figure.ts';
import { addCopies } from './many-domains.ts';
import { startBenchNameServer } from './name-server.ts';
import { openSweepNode, type SweepNode } from './sweep-node.ts';

const DUE = 5_000;
const SIZES = [10_000, 100_000, 1_000_000] as const;
/** 1.3 times the time. */
const MIN_RATIO = 0.77;

/**
 * 5,000 domains due, in tables of 10,000, 100,000 and 1,000,000 domains, each in a database of its own: all are verified and
 * stay so, as in the steady state. The others are due later.
 */
export async function measureSweepScale({ repeats }: BenchOptions): Promise<Row[]> {
  const nsd = await startBenchNameServer(DUE);
  const nodes: SweepNode[] = [];
  try {
    for (const size of SIZES) {
      const node = await openSweepNode(nsd);
      nodes.push(node);
      await node.insert(nsd.domains);
      await addCopies(node.databaseUrl, size - DUE);
    }
    const [small, middle, large] = nodes.map((node) => async () => ({ units: DUE, seconds: await node.sweep() }));
    if (!small || !middle || !large) throw new Error('There is a node for each size.');
    const rates = await alternate({ small, middle, large }, repeats);
    for (const [index, node] of nodes.entries()) await reportTables(SIZES[index] ?? 0, node);
    const row = { unit: 'domains/s', reference: rates.small, atLeast: MIN_RATIO };
    return [
      compare({ ...row, name: 'sweep-scale, 100,000 rows / 10,000', ours: rates.middle }),
      compare({ ...row, name: 'sweep-scale, 1,000,000 rows / 10,000', ours: rates.large }),
    ];
  } finally {
    for (const node of nodes) await node.close();
    await nsd.close();
  }
}

/** What the sweeps left in the tables, to stderr. */
async function reportTables(size: number, { databaseUrl }: SweepNode): Promise<void> {
  const { rows } = await withConnection(databaseUrl, (client) =>
    client.query(
      `SELECT relname, n_live_tup AS live, n_dead_tup AS dead, n_tup_upd AS updated, n_tup_hot_upd AS hot, autovacuum_count AS vacuums
       FROM pg_stat_user_tables WHERE relname IN ('domains', 'checks') ORDER BY 1`,
    ),
  );
  console.error(`pg_stat_user_tables with ${size} domains: ${JSON.stringify(rows)}`);
}
