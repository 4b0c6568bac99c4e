import { setTimeout as delay } from 'node:timers/promises';
import { compose, createLog } from '../server/src/compose.ts';
import { parseConfig } from '../server/src/config.ts';
import { dkimKeys, domains as domainRows } from '../server/src/db/schema.ts';
import { formatState } from '../server/src/db/stored-state.ts';
import { startDueWork } from '../server/src/jobs/due-work.ts';
import type { StoredDomain } from '../server/src/services/domains.ts';
import { createProject } from '../server/src/services/projects.ts';
import { createTestDatabase } from '../server/test/support/databases.ts';
import type { BenchNameServer } from './name-server.ts';

const INSERT_AT_ONCE = 1_000;
const POLL_MS = 20;
const STUCK_AFTER_MS = 30_000;

/** A node in this process, over a database of its own, with domains that it can be told to look at. */
export interface SweepNode {
  readonly databaseUrl: string;
  /** Adds domains with their keys, all due. */
  insert(domains: readonly StoredDomain[]): Promise<void>;
  /** Runs the loop of a node until so many looks are stored; `onProgress` is told how many are, now and then. */
  sweep(count: number, onProgress?: (stored: number) => void): Promise<void>;
  close(): Promise<void>;
}

/** Opens it: it asks the name server of the figure and finds zones by its resolver; the rest is as an operator has it. */
export async function openSweepNode(nsd: BenchNameServer): Promise<SweepNode> {
  const database = await createTestDatabase(import.meta.url);
  const config = parseConfig({
    AUTOSEND_DATABASE_URL: database.url,
    AUTOSEND_SECRET_KEY: Buffer.alloc(32, 7).toString('base64'),
    AUTOSEND_DNS_SERVERS: `${nsd.resolver.address}:${nsd.resolver.port}`,
    AUTOSEND_DNS_AUTHORITATIVE_PORT: String(nsd.target.port),
    AUTOSEND_DNS_ALLOW_PRIVATE: 'true',
  });
  const storage = { connection: { url: database.url }, secretKey: config.secretKey ?? '' };
  const { ctx, close } = compose(config, storage, createLog('warn'), { keyPoolSize: 0 });
  let stored = 0;
  ctx.meters.listen({
    onLook: () => {
      stored += 1;
    },
  });
  return {
    databaseUrl: database.url,
    async insert(all) {
      const { id: projectId } = await createProject(ctx, ctx.db, { name: 'bench' });
      for (let from = 0; from < all.length; from += INSERT_AT_ONCE) {
        const some = all.slice(from, from + INSERT_AT_ONCE);
        await ctx.db
          .insert(domainRows)
          .values(some.map((each) => ({ ...each, projectId, state: formatState(each.state) })));
        await ctx.db.insert(dkimKeys).values(
          some.map(({ id, name, selector, publicKey, createdAt }) => ({
            ...{ id, domainId: id, domainName: name, selector, publicKey, createdAt },
            ...{ algorithm: 'rsa-2048' as const, stage: 'active' as const },
            ...{ privateKeySealed: Buffer.alloc(1_250), secretKeyId: 'none' },
          })),
        );
      }
    },
    async sweep(count, onProgress = () => undefined) {
      const until = stored + count;
      const work = startDueWork(ctx, config.workerConcurrency);
      let seen = stored;
      let changedAt = performance.now();
      while (stored < until) {
        await delay(POLL_MS);
        onProgress(stored - until + count);
        if (stored !== seen) changedAt = performance.now();
        else if (performance.now() - changedAt > STUCK_AFTER_MS) throw new Error(`No look was stored after ${seen}.`);
        seen = stored;
      }
      await work.stop();
    },
    async close() {
      await close();
      await database.drop();
    },
  };
}
