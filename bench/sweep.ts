import { setTimeout as delay } from 'node:timers/promises';
import { compose, createLog } from '../server/src/compose.ts';
import { parseConfig } from '../server/src/config.ts';
import { sql } from '../server/src/db/drizzle.ts';
import { dkimKeys, domains as domainRows } from '../server/src/db/schema.ts';
import { formatState } from '../server/src/db/stored-state.ts';
import { startDueWork } from '../server/src/jobs/due-work.ts';
import type { Context } from '../server/src/services/context.ts';
import type { StoredDomain } from '../server/src/services/domains.ts';
import { createProject } from '../server/src/services/projects.ts';
import { createTestDatabase } from '../server/test/support/databases.ts';
import type { BenchOptions, Row } from './figure.ts';
import { startBenchNameServer } from './name-server.ts';

const INSERT_AT_ONCE = 1_000;
const POLL_MS = 20;
const STUCK_AFTER_MS = 30_000;
const MIN_DOMAINS_PER_SECOND = 1_500;
const MAX_MEMORY_GROWTH = 1.2;
const MAX_MEMORY_MB = 300;

/**
 * All domains due at once: the loop of a node claims them, looks at each (NSD answers and Unbound tells where it is; what
 * holds each name is not known beforehand) and stores the outcome, with durable settings of PostgreSQL and this process's default concurrency.
 */
export async function measureSweep({ domains: count }: BenchOptions): Promise<Row[]> {
  const nsd = await startBenchNameServer(count);
  const database = await createTestDatabase(import.meta.url);
  const config = parseConfig({
    AUTOSEND_DATABASE_URL: database.url,
    AUTOSEND_SECRET_KEY: Buffer.alloc(32, 7).toString('base64'),
    AUTOSEND_DNS_SERVERS: `${nsd.resolver.address}:${nsd.resolver.port}`,
    AUTOSEND_DNS_AUTHORITATIVE_PORT: String(nsd.target.port),
    AUTOSEND_DNS_ALLOW_PRIVATE: 'true',
  });
  const storage = { connection: { url: database.url }, secretKey: config.secretKey ?? '' };
  const composition = compose(config, storage, createLog('warn'), { keyPoolSize: 0 });
  try {
    const { ctx } = composition;
    await insertDomains(ctx, nsd.domains);
    let looks = 0;
    const { dns } = ctx;
    const startBudget: typeof dns.startBudget = (options) => {
      looks += 1;
      return dns.startBudget(options);
    };

    const startedAt = performance.now();
    const work = startDueWork({ ...ctx, dns: { ...dns, startBudget } }, config.workerConcurrency);
    await untilAtLeast(() => looks, count / 10);
    const early = readMemoryMb();
    await untilAtLeast(() => looks, count);
    const late = readMemoryMb();
    await work.stop();
    const rate = count / ((performance.now() - startedAt) / 1000);

    const verified = await countVerified(ctx);
    if (verified !== count) throw new Error(`${verified} of ${count} domains were stored as verified.`);
    const plain = { reference: null, ratio: null };
    return [
      {
        ...plain,
        name: `sweep of ${count}`,
        value: rate,
        unit: 'domains/s',
        goal: `≥ ${MIN_DOMAINS_PER_SECOND}`,
        reached: rate >= MIN_DOMAINS_PER_SECOND,
      },
      {
        ...plain,
        name: 'sweep, memory at a tenth',
        value: early,
        unit: 'MB',
        goal: null,
        reached: null,
      },
      {
        ...plain,
        name: 'sweep, memory at the end',
        value: late,
        unit: 'MB',
        goal: `≤ ${MAX_MEMORY_GROWTH} × a tenth, ≤ ${MAX_MEMORY_MB}`,
        reached: late <= MAX_MEMORY_GROWTH * early && late <= MAX_MEMORY_MB,
      },
    ];
  } finally {
    await composition.close();
    await database.drop();
    await nsd.close();
  }
}

async function insertDomains(ctx: Context, all: readonly StoredDomain[]): Promise<void> {
  const { id: projectId } = await createProject(ctx, ctx.db, { name: 'bench' });
  for (let from = 0; from < all.length; from += INSERT_AT_ONCE) {
    const some = all.slice(from, from + INSERT_AT_ONCE);
    await ctx.db
      .insert(domainRows)
      .values(some.map((each) => ({ ...each, projectId, state: formatState(each.state) })));
    await ctx.db.insert(dkimKeys).values(
      some.map(({ id, name, selector, publicKey, createdAt }) => ({
        id,
        domainId: id,
        domainName: name,
        selector,
        algorithm: 'rsa-2048' as const,
        publicKey,
        privateKeySealed: Buffer.alloc(1_250),
        secretKeyId: 'none',
        stage: 'active' as const,
        createdAt,
      })),
    );
  }
  await ctx.db.execute(sql`analyze`);
}

async function countVerified(ctx: Context): Promise<number> {
  const { rows } = await ctx.db.execute<{ count: number }>(
    sql`select count(*)::int as count from domains where status = 'VERIFIED' and lease_owner is null`,
  );
  return rows[0]?.count ?? 0;
}

async function untilAtLeast(read: () => number, count: number): Promise<void> {
  let seen = read();
  let changedAt = performance.now();
  while (seen < count) {
    await delay(POLL_MS);
    const current = read();
    if (current !== seen) changedAt = performance.now();
    else if (performance.now() - changedAt > STUCK_AFTER_MS) throw new Error(`No domain was looked at after ${seen}.`);
    seen = current;
  }
}

function readMemoryMb(): number {
  return process.memoryUsage().rss / 2 ** 20;
}
