import type { Db } from '../../db.ts';
import { and, asc, eq, getTableColumns, isNull, lte } from '../../drizzle.ts';
import { claimedBy, isUnclaimed, type Lease, UNCLAIMED } from '../../lease.ts';
import { keysZones } from '../../schema-keys-zone.ts';

/** A keys zone, and how it stood. */
export type StoredKeysZone = typeof keysZones.$inferSelect;

/** Adds zones that are to be watched, where they aren't yet. */
export async function addKeysZones(db: Db, names: readonly string[], now: Date): Promise<void> {
  if (names.length === 0) return;
  const rows = [...new Set(names)].sort().map((name) => ({ name, nextAt: now }));
  await db.insert(keysZones).values(rows).onConflictDoNothing();
}

/** Claims a zone that is due for a check; null where none is. */
export async function claimKeysZone(db: Db, now: Date, lease: Lease): Promise<StoredKeysZone | null> {
  const due = db.$with('due').as(
    db
      .select({ name: keysZones.name })
      .from(keysZones)
      .where(and(lte(keysZones.nextAt, now), isUnclaimed(keysZones, now)))
      .orderBy(asc(keysZones.nextAt))
      .limit(1)
      .for('update', { skipLocked: true }),
  );
  const [row] = await db
    .with(due)
    .update(keysZones)
    .set(claimedBy(lease))
    .from(due)
    .where(eq(keysZones.name, due.name))
    .returning(getTableColumns(keysZones));
  return row ?? null;
}

const isHeldBy = ({ name, leaseOwner }: StoredKeysZone) =>
  and(
    eq(keysZones.name, name),
    leaseOwner === null ? isNull(keysZones.leaseOwner) : eq(keysZones.leaseOwner, leaseOwner),
  );

/** Stores how a zone stands, and gives the claim back. */
export async function storeKeysZone(
  db: Db,
  claimed: StoredKeysZone,
  outcome: Pick<StoredKeysZone, 'nextAt' | 'checkedAt' | 'isRight' | 'since' | 'problems'>,
): Promise<void> {
  await db
    .update(keysZones)
    .set({ ...outcome, ...UNCLAIMED })
    .where(isHeldBy(claimed));
}

/** Forgets a zone that is no longer used. */
export async function deleteKeysZone(db: Db, claimed: StoredKeysZone): Promise<void> {
  await db.delete(keysZones).where(isHeldBy(claimed));
}

/** Gives back what a stopping worker holds. */
export async function releaseKeysZones(db: Db, owner: string): Promise<void> {
  await db.update(keysZones).set(UNCLAIMED).where(eq(keysZones.leaseOwner, owner));
}

/** Lists all of them. */
export async function listKeysZones(db: Db): Promise<StoredKeysZone[]> {
  return db.select().from(keysZones).orderBy(asc(keysZones.name));
}
