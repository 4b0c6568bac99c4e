import { releaseLeases, scheduleForgotten } from '../db/queries/due-domains.ts';
import { deleteOldLevels } from '../db/queries/rate-levels.ts';
import { runCheck } from '../services/checks/verification.ts';
import type { Context } from '../services/context.ts';
import {
  type ClaimedDomain,
  claimDueDomains,
  claimDueTestDomains,
  claimWatchedDomains,
} from '../services/node/claims.ts';
import { deleteExpiredRequests } from '../services/node/idempotency.ts';
import { type Queue, startWorker, type Worker } from './worker.ts';

/** The background loop of a node. */
export type DueWork = Worker;

/** A busy node claims when a quarter of its places is free: one statement for many domains, instead of one for each. */
const FREE_SHARE = 4;
const IDLE_MS = 500;
const HOUSEKEEPING_EVERY_MS = 3_600_000;
/** Where it failed. Claims go on meanwhile; each try may hold them up for as long as a statement may take. */
const HOUSEKEEPING_RETRY_MS = 300_000;
/** Longer than any allowance takes to be whole again. */
const LEVELS_KEPT_MS = 3_600_000;

/**
 * Claims due domains and checks them, at most `concurrency` at once. The queue is the table itself, so that any number
 * of nodes can do this side by side, and a dead one's domains are taken when its claim has run out.
 */
export function startDueWork(ctx: Context, concurrency: number): DueWork {
  const keepHouse = createHousekeeping(ctx);
  const queue: Queue<ClaimedDomain> = {
    name: 'checks',
    async claim(owner, limit) {
      await keepHouse();
      return claimDueDomains(ctx, owner, limit);
    },
    async run(claimed, leave) {
      await runCheck(ctx, claimed, leave);
      return 0;
    },
    describe: ({ domain }) => ({ domainId: domain.id }),
    releaseAll: (owner) => releaseLeases(ctx.db, owner),
  };
  return startWorker(ctx, queue, {
    places: concurrency,
    batch: Math.ceil(concurrency / FREE_SHARE),
    ahead: 2 * concurrency,
    idleMs: IDLE_MS,
    afterErrorMs: 0,
  });
}

/** Few, and asked for less often: nobody's mail depends on them. */
const TEST_PLACES = 8;
const TEST_IDLE_MS = 1_000;

/** Checks the domains of test projects whose clocks were moved ahead, as they become due by those clocks. */
export function startTestWork(ctx: Context): Worker {
  const queue: Queue<ClaimedDomain> = {
    name: 'tests',
    claim: (owner, limit) => claimDueTestDomains(ctx, owner, limit),
    async run(claimed) {
      await runCheck(ctx, claimed);
      return 0;
    },
    describe: ({ domain }) => ({ domainId: domain.id }),
    releaseAll: (owner) => releaseLeases(ctx.db, owner),
  };
  return startWorker(ctx, queue, { places: TEST_PLACES, batch: 1, idleMs: TEST_IDLE_MS, afterErrorMs: 0 });
}

/** How many of them at once: people who watch wait, but less urgently than those who ask. */
const WATCHED_PLACES = 16;

/** Checks the domains that somebody watches on this node, as long as they are not all right; also on a node that does no other background work. */
export function startWatchedWork(ctx: Context): Worker {
  const queue: Queue<ClaimedDomain> = {
    name: 'watched',
    claim: (owner, limit) => claimWatchedDomains(ctx, ctx.presence.list(ctx.clock.now()), owner, limit),
    async run(claimed) {
      await runCheck(ctx, claimed);
      return 0;
    },
    describe: ({ domain }) => ({ domainId: domain.id }),
    releaseAll: (owner) => releaseLeases(ctx.db, owner),
  };
  return startWorker(ctx, queue, { places: WATCHED_PLACES, batch: 1, idleMs: IDLE_MS, afterErrorMs: 0 });
}

function createHousekeeping(ctx: Context): () => Promise<void> {
  let dueAt = 0;
  return async () => {
    const now = ctx.clock.now().getTime();
    if (now < dueAt) return;
    dueAt = now + HOUSEKEEPING_RETRY_MS;
    await deleteExpiredRequests(ctx);
    await deleteOldLevels(ctx.db, new Date(now - LEVELS_KEPT_MS));
    await scheduleForgotten(ctx.db, new Date(now), new Date(now + HOUSEKEEPING_EVERY_MS));
    dueAt = now + HOUSEKEEPING_EVERY_MS;
  };
}
