import { compose, createLog } from '../server/src/compose.ts';
import { parseConfig } from '../server/src/config.ts';
import type { Database } from '../server/src/db/client.ts';
import { startWorker } from '../server/src/jobs/worker.ts';
import { createCheckStore } from '../server/src/services/checks/check-store.ts';
import { runCheck } from '../server/src/services/checks/verification.ts';
import type { Context } from '../server/src/services/context.ts';
import { claimDueDomains } from '../server/src/services/node/claims.ts';
import { type BenchOptions, median, type Row, showNumber } from './figure.ts';
import { startBenchNameServer } from './name-server.ts';
import { openSweepNode } from './sweep-node.ts';

const PLACES = 64;
const IDLE_MS = 500;
const SECRET_KEY = Buffer.alloc(32, 7).toString('base64');
/** The last checks of a sweep, when everything is warm. */
const TRACED = 1_000;

/** Where the wall time of a check goes, in the order in which it passes. */
const STEPS = ['claim', 'questions', 'the rest', 'store: gathering', 'store: statement'] as const;
type Trace = Record<(typeof STEPS)[number], number>;

/**
 * Follows checks of a sweep in its steady state through the worker of this very process: how long each waits for its claim, for
 * DNS, for others that share its statement and for that statement, and what is left for the processor. Prints percentiles to stderr.
 */
export async function measureTrace({ domains: count }: BenchOptions): Promise<Row[]> {
  const nsd = await startBenchNameServer(count);
  const node = await openSweepNode(nsd, { AUTOSEND_WORKER_CONCURRENCY: '0' });
  const config = parseConfig({
    AUTOSEND_DATABASE_URL: node.databaseUrl,
    AUTOSEND_SECRET_KEY: SECRET_KEY,
    AUTOSEND_RATE_LIMIT_PER_SECOND: '0',
    AUTOSEND_DNS_SERVERS: `${nsd.resolver.address}:${nsd.resolver.port}`,
    AUTOSEND_DNS_AUTHORITATIVE_PORT: String(nsd.target.port),
    AUTOSEND_DNS_ALLOW_PRIVATE: 'true',
  });
  const storage = { connection: { url: node.databaseUrl }, secretKey: SECRET_KEY };
  const composition = compose(config, storage, createLog('warn'), { keyPoolSize: 0 });
  const traces: Trace[] = [];
  const worker = startTracedWorker(composition.ctx, traces);
  try {
    await node.insert(nsd.domains);
    for (let round = 0; round < 3; round += 1) await node.sweep();
    const last = traces.slice(-TRACED);
    const total = last.map((trace) => STEPS.reduce((sum, step) => sum + trace[step], 0));
    const rows = STEPS.map((step) =>
      describeStep(
        step,
        last.map((trace) => trace[step]),
      ),
    );
    return [...rows, describeStep('in all', total)];
  } finally {
    await worker.stop();
    await composition.close();
    await node.close();
    await nsd.close();
  }
}

function startTracedWorker(ctx: Context, traces: Trace[]) {
  /** When the statement began that is under way, and how long the last one took. */
  const statement = { startedAt: 0, ms: 0 };
  const db: Database = Object.assign(Object.create(ctx.db) as Database, {
    run: async (...query: Parameters<Database['run']>) => {
      statement.startedAt = performance.now();
      const result = await ctx.db.run(...query);
      statement.ms = performance.now() - statement.startedAt;
      return result;
    },
  });
  const checks = createCheckStore(db, { hasMail: false });
  return startWorker(
    ctx,
    {
      name: 'traced',
      async claim(owner, limit) {
        const startedAt = performance.now();
        const claimed = await claimDueDomains(ctx, owner, limit);
        return claimed.map((each) => ({ claimed: each, claimMs: performance.now() - startedAt }));
      },
      async run({ claimed, claimMs }) {
        const startedAt = performance.now();
        let askedMs = 0;
        let storedMs = 0;
        await runCheck(
          {
            ...ctx,
            dns: {
              ...ctx.dns,
              async lookupAll(...asked) {
                const result = await ctx.dns.lookupAll(...asked);
                askedMs = performance.now() - startedAt;
                return result;
              },
            },
            checks: {
              ...checks,
              async storeUnchanged(...check) {
                const from = performance.now();
                const isStored = await checks.storeUnchanged(...check);
                storedMs = performance.now() - from;
                return isStored;
              },
            },
          },
          claimed,
        );
        const ranMs = performance.now() - startedAt;
        const statementMs = Math.min(statement.ms, storedMs);
        traces.push({
          claim: claimMs,
          questions: askedMs,
          'the rest': ranMs - askedMs - storedMs,
          'store: gathering': storedMs - statementMs,
          'store: statement': statementMs,
        });
        return 0;
      },
      describe: ({ claimed }) => ({ domainId: claimed.domain.id }),
      releaseAll: async () => undefined,
    },
    { places: PLACES, batch: PLACES / 4, idleMs: IDLE_MS, afterErrorMs: 0 },
  );
}

function describeStep(name: string, values: readonly number[]): Row {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => (sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN).toFixed(1);
  console.error(`${name.padEnd(18)} p10 ${at(0.1)}  p50 ${at(0.5)}  p90 ${at(0.9)}  p99 ${at(0.99)} ms`);
  return showNumber(`trace of a check: ${name}, p50`, median(values), 'ms');
}
