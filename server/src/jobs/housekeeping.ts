import { claimDueChore, releaseChores, type StoredChore, storeChore } from '../db/queries/housekeeping.ts';
import { expireAuditLog } from '../services/audit/audit.ts';
import type { Context } from '../services/context.ts';
import { expireReturns } from '../services/domain-connect/way-back.ts';
import { expireFeed } from '../services/events/event-feed.ts';
import { expireReadyMails } from '../services/notices/ready-mails.ts';
import { expireMails } from '../services/notices/send-mail.ts';
import { expireDeliveries } from '../services/webhooks/deliveries.ts';
import { type Queue, startWorker, type Worker } from './worker.ts';

const LEASE_MS = 10 * 60_000;
const EVERY_MS = 6 * 3_600_000;
/** Where there is more than one turn deletes. */
const AGAIN_MS = 5_000;
const IDLE_MS = 5 * 60_000;
const AFTER_ERROR_MS = 60_000;
/** What is tidied up, in this order: a delivery reads its body in the feed. */
const CHORES: Readonly<Record<string, (ctx: Context) => Promise<boolean>>> = {
  'audit log': expireAuditLog,
  'webhook deliveries': expireDeliveries,
  'event feed': expireFeed,
  'email to people': expireMails,
  'addresses of those who wait for a domain': expireReadyMails,
  'ways back from DNS providers': expireReturns,
};

/** Deletes what has been kept long enough. One of all nodes does it at a time: the queue is a table, as for checks. */
export function startHousekeeping(ctx: Context): Worker {
  return startWorker(ctx, queueChores(ctx), { places: 1, batch: 1, idleMs: IDLE_MS, afterErrorMs: AFTER_ERROR_MS });
}

/** The queue of what is tidied up. */
export function queueChores(ctx: Context): Queue<StoredChore> {
  return {
    name: 'housekeeping',
    async claim(owner) {
      const now = ctx.clock.now();
      const until = new Date(now.getTime() + LEASE_MS);
      for (const name of Object.keys(CHORES)) {
        const claimed = await claimDueChore(ctx.db, name, now, { owner, until });
        if (claimed) return [claimed];
      }
      return [];
    },
    async run(chore) {
      const hasMore = (await CHORES[chore.name]?.(ctx)) ?? false;
      const waitMs = hasMore ? AGAIN_MS : EVERY_MS;
      await storeChore(ctx.db, chore, new Date(ctx.clock.now().getTime() + waitMs));
      return hasMore ? AGAIN_MS : 0;
    },
    describe: ({ name }) => ({ chore: name }),
    releaseAll: (owner) => releaseChores(ctx.db, owner),
  };
}
