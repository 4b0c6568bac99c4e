import type { Db } from '../db.ts';
import { and, eq, lte } from '../drizzle.ts';
import { claimedBy, isUnclaimed, type Lease, UNCLAIMED } from '../lease.ts';
import { housekeeping } from '../schema-service.ts';

/** When something is tidied up, and who does it now. */
export type StoredChore = typeof housekeeping.$inferSelect;

/** Claims a chore; null where it is not due, or another node does it. The first time it is due at once. */
export async function claimDueChore(db: Db, name: string, now: Date, lease: Lease): Promise<StoredChore | null> {
  await db.insert(housekeeping).values({ name, nextAt: now }).onConflictDoNothing();
  const [claimed] = await db
    .update(housekeeping)
    .set(claimedBy(lease))
    .where(and(eq(housekeeping.name, name), lte(housekeeping.nextAt, now), isUnclaimed(housekeeping, now)))
    .returning();
  return claimed ?? null;
}

/** Stores when a chore is due next and gives the claim back, where it is still held. */
export async function storeChore(db: Db, { name, leaseOwner }: StoredChore, nextAt: Date): Promise<void> {
  await db
    .update(housekeeping)
    .set({ ...UNCLAIMED, nextAt })
    .where(and(eq(housekeeping.name, name), eq(housekeeping.leaseOwner, leaseOwner ?? '')));
}

/** Gives back what a stopping worker holds. */
export async function releaseChores(db: Db, owner: string): Promise<void> {
  await db.update(housekeeping).set(UNCLAIMED).where(eq(housekeeping.leaseOwner, owner));
}
