import { releaseLeases } from '../db/queries/domains.ts';
import { runCheck } from '../services/checks/verification.ts';
import type { Context } from '../services/context.ts';
import { type ClaimedDomain, claimDueDomains } from '../services/node/claims.ts';
import { deleteExpiredRequests } from '../services/node/idempotency.ts';

/** The background loop of a node. */
export interface DueWork {
  /** Takes nothing new, waits for what runs, gives back what is left. */
  stop(): Promise<void>;
}

/** A busy node claims when a quarter of its places is free: one statement for many domains, instead of one for each. */
const FREE_SHARE = 4;
const IDLE_MS = 500;
const AFTER_FAILURE_MS = 2_000;
const HOUSEKEEPING_EVERY_MS = 3_600_000;

/**
 * Claims due domains and checks them, at most `concurrency` at once. The queue is the table itself, so that any number
 * of nodes can do this side by side, and a dead one's domains are taken when its claim has run out.
 */
export function startDueWork(ctx: Context, concurrency: number): DueWork {
  const stopping = new AbortController();
  const owner = `worker-${ctx.randomBytes(8).toString('hex')}`;
  const running = new Set<Promise<void>>();
  const batch = Math.ceil(concurrency / FREE_SHARE);
  let onEnd = (): void => undefined;
  let housekeepingDueAt = 0;

  const begin = (claimed: ClaimedDomain): void => {
    const check: Promise<void> = runCheck(ctx, claimed)
      .catch((error: unknown) =>
        ctx.log.error(
          { err: error, domainId: claimed.domain.id },
          'check failed; it is due again when its lease runs out',
        ),
      )
      .finally(() => {
        running.delete(check);
        onEnd();
      });
    running.add(check);
  };

  const untilFree = async (): Promise<number> => {
    while (concurrency - running.size < batch) {
      await new Promise<void>((resolve) => {
        onEnd = resolve;
      });
    }
    return concurrency - running.size;
  };

  const work = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const free = await untilFree();
      if (stopping.signal.aborted) break;
      try {
        const claimed = await claimDueDomains(ctx, owner, free);
        // What was claimed while the stop came is given back below, not begun.
        if (stopping.signal.aborted) break;
        claimed.forEach(begin);
        await keepHouse();
        if (claimed.length < free) await ctx.clock.sleep(IDLE_MS, stopping.signal);
      } catch (error) {
        ctx.log.warn({ err: error }, 'the database did not answer; background work goes on when it does');
        await ctx.clock.sleep(AFTER_FAILURE_MS, stopping.signal);
      }
    }
    await Promise.all(running);
    await releaseLeases(ctx.db, owner);
  };

  const keepHouse = async (): Promise<void> => {
    const now = ctx.clock.now().getTime();
    if (now < housekeepingDueAt) return;
    housekeepingDueAt = now + HOUSEKEEPING_EVERY_MS;
    await deleteExpiredRequests(ctx);
  };

  const done = work().catch((error: unknown) =>
    ctx.log.warn({ err: error }, 'could not give back the claims; they run out by themselves'),
  );
  return {
    stop() {
      stopping.abort();
      return done;
    },
  };
}
