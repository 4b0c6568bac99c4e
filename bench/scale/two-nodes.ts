import { type BenchOptions, boundAbove, median, type Row } from '../figure.ts';
import { startBenchNameServer } from '../name-server.ts';
import { type ProcessorTime, readProcessorTime, subtractTimes, sumTimes } from '../processor-time.ts';
import { openSweepNode, type SweepNode } from '../sweep-node.ts';

/** Enough for a sweep of several seconds; there are three a round. */
const MAX_DOMAINS = 20_000;
const AT_MOST = 1.1;

/** What an unchanged check costs all processes when two nodes share one database, against one node alone, in turns. */
export async function measureTwoNodes({ repeats, domains }: BenchOptions): Promise<Row[]> {
  const count = Math.min(domains, MAX_DOMAINS);
  const nsd = await startBenchNameServer(count);
  const node = await openSweepNode(nsd);
  const ratios: number[] = [];
  try {
    await node.insert(nsd.domains);
    await node.sweep();
    for (let round = 0; round < repeats; round += 1) {
      const alone = await measureUse(node);
      const second = await openSweepNode(nsd, { AUTOSEND_DATABASE_URL: node.databaseUrl });
      try {
        // A node that has just started compiles what it runs.
        await node.sweep();
        ratios.push((await measureUse(node)) / alone);
      } finally {
        await second.close();
      }
    }
  } finally {
    await node.close();
    await nsd.close();
  }
  return [boundAbove('processor time of a check, two nodes / one', median(ratios), '×', AT_MOST)];
}

/** The processor time of a sweep over all processes, from when its domains are due, in seconds. */
async function measureUse(node: SweepNode): Promise<number> {
  let before: ProcessorTime | null = null;
  await node.sweep(async () => {
    before ??= await readProcessorTime(node.databaseUrl);
  });
  if (before === null) throw new Error('The sweep was over before it was measured.');
  return sumTimes(subtractTimes(await readProcessorTime(node.databaseUrl), before));
}
