import { type QuotaName, requireRoom } from '../../core/access/quotas.ts';
import type { Db } from '../../db/db.ts';
import { countHeld, type QuotaOwner } from '../../db/queries/people/holdings.ts';
import type { Context } from '../context.ts';

/**
 * Adds something that a quota is set for, in a transaction that nobody else adds to the same owner in meanwhile: two at once
 * cannot both take the last place.
 * @throws AppError QUOTA_EXCEEDED, and what `add` throws
 */
export function addWithinQuota<T>(
  ctx: Pick<Context, 'db' | 'clock' | 'quotas'>,
  name: Exclude<QuotaName, 'liveStreams'>,
  owner: QuotaOwner,
  add: (tx: Db) => Promise<T>,
): Promise<T> {
  return ctx.db.transaction(async (tx) => {
    const limit = ctx.quotas[name];
    if (limit !== null)
      requireRoom(ctx.quotas, name, await countHeld(tx, owner, name, { now: ctx.clock.now(), limit }));
    return add(tx);
  });
}
