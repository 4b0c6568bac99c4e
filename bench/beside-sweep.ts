import { type BenchOptions, median, type Row, showNumber } from './figure.ts';
import { formatRequest, loadHttp, requireStatus } from './http-load.ts';
import { startBenchNameServer } from './name-server.ts';
import { openSweepNode, type SweepNode } from './sweep-node.ts';

/** Enough for a sweep of some ten seconds; there is one a round for each of the two. */
const MAX_DOMAINS = 20_000;
/** Few, so that it is the sweep that fills the machine. */
const CLIENTS = 2;
const SHARE = 0.99;

interface Turn {
  readonly perSecond: number;
  readonly p99Ms: number;
}

/** How long `GET /v1/domains/{id}` takes while the same process sweeps, with checks in a thread of their own against checks in the thread that answers. */
export async function measureBesideSweep({ repeats, domains }: BenchOptions): Promise<Row[]> {
  const count = Math.min(domains, MAX_DOMAINS);
  const nsd = await startBenchNameServer(count);
  const nodes: SweepNode[] = [];
  const open = async (threads: number) => {
    const node = await openSweepNode(nsd, { AUTOSEND_CHECK_THREADS: String(threads) });
    nodes.push(node);
    await node.insert(nsd.domains);
    await node.sweep();
    const { data } = await node.get<{ data: { domains: { id: string }[] } }>('/v1/domains?limit=100');
    const requests = data.domains.map(({ id }) => formatRequest('GET', `/v1/domains/${id}`, node.apiKey));
    return () => sweepAndAsk(node, requests, count);
  };
  try {
    const [withThread, without] = [await open(1), await open(0)];
    const own: Turn[] = [];
    const shared: Turn[] = [];
    for (let round = 0; round < repeats; round += 1) {
      own.push(await withThread());
      shared.push(await without());
    }
    const memory = await Promise.all(nodes.map((node) => node.readMemoryMb()));
    const name = 'read during a sweep, p99, a thread for checks / none';
    return [
      showNumber(name, middle(own, 'p99Ms'), 'ms', middle(shared, 'p99Ms')),
      showNumber('sweep meanwhile', middle(own, 'perSecond'), 'domains/s', middle(shared, 'perSecond')),
      showNumber('memory of the process', memory[0] ?? Number.NaN, 'MB', memory[1] ?? Number.NaN),
    ];
  } finally {
    for (const node of nodes) await node.close();
    await nsd.close();
  }
}

async function sweepAndAsk(node: SweepNode, requests: readonly string[], count: number): Promise<Turn> {
  let seconds = 0;
  const begun = Promise.withResolvers<void>();
  const sweeping = node
    .sweep(async () => begun.resolve())
    .then((taken) => {
      seconds = taken;
    });
  await Promise.race([begun.promise, sweeping]);
  const timesMs: number[] = [];
  while (seconds === 0) {
    const load = await loadHttp(node.port, CLIENTS, { seconds: 1 }, (n) => requests[n % requests.length] ?? '');
    requireStatus(load, 200);
    timesMs.push(...load.timesMs);
  }
  await sweeping;
  timesMs.sort((a, b) => a - b);
  return { perSecond: count / seconds, p99Ms: timesMs[Math.floor(timesMs.length * SHARE)] ?? Number.NaN };
}

function middle(turns: readonly Turn[], of: keyof Turn): number {
  return median(turns.map((turn) => turn[of]));
}
