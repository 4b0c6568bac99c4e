import type { Db } from '../db.ts';
import { and, eq, lte } from '../drizzle.ts';
import { claimedBy, isUnclaimed, type Lease, UNCLAIMED } from '../lease.ts';
import { providerSweeps as sweeps } from '../schema-service.ts';

/** When a region is swept, and who does it now. */
export type StoredSweep = typeof sweeps.$inferSelect;

/** Claims the sweep of a region; null where it is not due, or another node makes it. The first one of a region is due at once. */
export async function claimDueSweep(db: Db, regionKey: string, now: Date, lease: Lease): Promise<StoredSweep | null> {
  await db.insert(sweeps).values({ regionKey, nextAt: now }).onConflictDoNothing();
  const [claimed] = await db
    .update(sweeps)
    .set(claimedBy(lease))
    .where(and(eq(sweeps.regionKey, regionKey), lte(sweeps.nextAt, now), isUnclaimed(sweeps, now)))
    .returning();
  return claimed ?? null;
}

/** Stores when the next sweep is due and gives the claim back, where it is still held. */
export async function storeSweep(db: Db, { regionKey, leaseOwner }: StoredSweep, nextAt: Date): Promise<void> {
  await db
    .update(sweeps)
    .set({ ...UNCLAIMED, nextAt })
    .where(and(eq(sweeps.regionKey, regionKey), eq(sweeps.leaseOwner, leaseOwner ?? '')));
}

/** Gives back what a stopping worker holds. */
export async function releaseSweeps(db: Db, owner: string): Promise<void> {
  await db.update(sweeps).set(UNCLAIMED).where(eq(sweeps.leaseOwner, owner));
}
