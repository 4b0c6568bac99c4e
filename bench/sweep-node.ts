import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import type { ProjectId } from '../server/src/core/ids.ts';
import { openDatabase } from '../server/src/db/client.ts';
import type { StoredDomain } from '../server/src/db/queries/domains.ts';
import { dkimKeys, domains as domainRows, projects } from '../server/src/db/schema.ts';
import { formatState } from '../server/src/db/stored-state.ts';
import { withConnection } from './database.ts';
import type { BenchNameServer } from './name-server.ts';
import { type ServedService, startServedService } from './served-service.ts';

/** Those that the figure added, and no copies. */
const IS_ADDED = "name LIKE 'd%'";
const INSERT_AT_ONCE = 1_000;
const LATER_MS = 86_400_000;
const POLL_MS = 250;
/** More than it takes to set the times of domains, and to clean up in the table that they stand in. */
const PREPARE_MS = 5_000;
const PREPARE_MS_EACH = 0.3;
const PREPARE_MS_ROW = 0.02;
const STUCK_AFTER_MS = 30_000;

/** The service as a process of its own, over a database of its own, with domains that can be made due. */
export interface SweepNode {
  readonly databaseUrl: string;
  /** What `POST` gives, as JSON. */
  readonly post: ServedService['post'];
  /** What `GET` gives, as JSON. */
  readonly get: ServedService['get'];
  readonly port: number;
  readonly apiKey: string;
  /** Adds domains with their keys, due a day later. */
  insert(domains: readonly StoredDomain[]): Promise<void>;
  /**
   * Waits until the added domains are due, and then until the service has checked all of them, which took so many seconds;
   * `onProgress` is told how many are left, at first and now and then.
   */
  sweep(onProgress?: (left: number) => Promise<void>): Promise<number>;
  /** What the process of the service holds, in MB. */
  readMemoryMb(): Promise<number>;
  close(): Promise<void>;
}

/** Opens it: it asks the name server of the figure and finds zones by its resolver; the rest is as an operator has it. */
export async function openSweepNode(nsd: BenchNameServer, env: Record<string, string> = {}): Promise<SweepNode> {
  const service = await startServedService({
    AUTOSEND_DNS_SERVERS: `${nsd.resolver.address}:${nsd.resolver.port}`,
    AUTOSEND_DNS_AUTHORITATIVE_PORT: String(nsd.target.port),
    AUTOSEND_DNS_ALLOW_PRIVATE: 'true',
    AUTOSEND_KEY_POOL_SIZE: '0',
    ...env,
  });
  const { databaseUrl } = service;
  return {
    databaseUrl,
    post: service.post,
    get: service.get,
    port: service.port,
    apiKey: service.apiKey,
    insert: (domains) => insertDomains(databaseUrl, domains),
    async sweep(onProgress = async () => undefined) {
      return withConnection(databaseUrl, async (client) => {
        await makeDue(client);
        const startedAt = performance.now();
        const countLeft = async () => {
          const { rows } = await client.query<{ left: number }>(
            'SELECT count(*)::int AS left FROM domains WHERE next_check_at <= now()',
          );
          return rows[0]?.left ?? 0;
        };
        let seen = Number.POSITIVE_INFINITY;
        let changedAt = performance.now();
        for (let left = await countLeft(); left > 0; left = await countLeft()) {
          await onProgress(left);
          if (left !== seen) changedAt = performance.now();
          else if (performance.now() - changedAt > STUCK_AFTER_MS) throw new Error(`${left} domains stay due.`);
          seen = left;
          await delay(POLL_MS);
        }
        return (performance.now() - startedAt) / 1000;
      });
    },
    readMemoryMb: async () => (await service.readMetric('process_resident_memory_bytes')) / 2 ** 20,
    close: service.close,
  };
}

/**
 * Waits until they are due. In the steady state nobody writes to their rows for that, so what is left of doing so is cleaned up before:
 * else autovacuum would come in the middle of the sweep.
 */
async function makeDue(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ added: number; all: number }>(
    `SELECT count(*) FILTER (WHERE ${IS_ADDED})::int AS added, count(*)::int AS all FROM domains`,
  );
  const { added, all } = rows[0] ?? { added: 0, all: 0 };
  const dueAt = Date.now() + PREPARE_MS + added * PREPARE_MS_EACH + all * PREPARE_MS_ROW;
  await client.query(`UPDATE domains SET next_check_at = $1 WHERE ${IS_ADDED}`, [new Date(dueAt)]);
  await client.query('VACUUM domains');
  const leftMs = dueAt - Date.now();
  if (leftMs < 0) throw new Error('The domains became due before the database had cleaned up.');
  await delay(leftMs);
}

async function insertDomains(databaseUrl: string, all: readonly StoredDomain[]): Promise<void> {
  const db = openDatabase({ url: databaseUrl }, () => undefined, 1);
  try {
    const [project] = await db.select({ id: projects.id }).from(projects);
    const nextCheckAt = new Date(Date.now() + LATER_MS);
    for (let from = 0; from < all.length; from += INSERT_AT_ONCE) {
      const some = all.slice(from, from + INSERT_AT_ONCE);
      await db.insert(domainRows).values(
        some.map((each) => ({
          ...each,
          nextCheckAt,
          projectId: project?.id as ProjectId,
          state: formatState(each.state),
        })),
      );
      await db.insert(dkimKeys).values(
        some.map(({ id, name, selector, publicKey, createdAt }) => ({
          id,
          domainId: id,
          domainName: name,
          selector,
          publicKey,
          createdAt,
          algorithm: 'rsa-2048' as const,
          stage: 'active' as const,
          privateKeySealed: Buffer.alloc(1_250),
          secretKeyId: 'none',
        })),
      );
    }
  } finally {
    await db.close();
  }
  await withConnection(databaseUrl, (client) => client.query('VACUUM (ANALYZE)'));
}
