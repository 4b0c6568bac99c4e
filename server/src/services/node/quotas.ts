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
    await requireQuota(ctx, tx, name, owner);
    return add(tx);
  });
}

/** Checks, as a part of `tx`, that an owner may have one more, and lets nobody else add one until it ends. @throws AppError QUOTA_EXCEEDED */
export async function requireQuota(
  { clock, quotas }: Pick<Context, 'clock' | 'quotas'>,
  tx: Db,
  name: Exclude<QuotaName, 'liveStreams'>,
  owner: QuotaOwner,
): Promise<void> {
  const limit = quotas[name];
  if (limit !== null) requireRoom(quotas, name, await countHeld(tx, owner, name, { now: clock.now(), limit }));
}
