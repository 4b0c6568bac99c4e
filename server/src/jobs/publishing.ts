import { type IntentLane, releaseIntents } from '../db/queries/publishing/due-intents.ts';
import type { StoredIntent } from '../db/queries/publishing/intents.ts';
import type { Context } from '../services/context.ts';
import { claimIntents, settleIntent } from '../services/publishing/settle.ts';
import { type Pace, type Queue, startWorker, type Worker } from './worker.ts';

/** Those that failed before have places of their own: a provider that hangs holds up nobody else's. */
const PACES: Readonly<Record<IntentLane, Pace>> = {
  fresh: { places: 8, batch: 1, idleMs: 500, afterErrorMs: 2_000, afterEndMs: 20 },
  failing: { places: 4, batch: 1, idleMs: 2_000, afterErrorMs: 2_000, afterEndMs: 250 },
};

/** Writes records into DNS where that is due. The queue is a table, so that any number of nodes share it. */
export function startPublishingWork(ctx: Context): Worker {
  const workers = (['fresh', 'failing'] as const).map((lane) => startWorker(ctx, queueIntents(ctx, lane), PACES[lane]));
  return {
    async stop() {
      await Promise.all(workers.map((worker) => worker.stop()));
    },
  };
}

/** The queue of domains to publish, of those that failed before or of the others. */
export function queueIntents(ctx: Context, lane: IntentLane): Queue<StoredIntent> {
  return {
    name: `publishing-${lane}`,
    claim: (owner, limit) => claimIntents(ctx, lane, owner, limit),
    async run(intent) {
      await settleIntent(ctx, intent);
      return 0;
    },
    describe: ({ domainId, domainName }) => ({ domainId, domain: domainName }),
    releaseAll: (owner) => releaseIntents(ctx.db, owner),
  };
}
