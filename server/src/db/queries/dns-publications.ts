import type { DomainId, ProjectId } from '../../core/ids.ts';
import type { Publication } from '../../core/publishing/publication.ts';
import type { RrSetChange } from '../../core/publishing/rr-set.ts';
import { placeOf } from '../../core/publishing/withdrawal.ts';
import type { Db } from '../db.ts';
import { and, eq, sql } from '../drizzle.ts';
import { isUnclaimed, type Lease, UNCLAIMED } from '../lease.ts';
import { dnsPublications } from '../schema-publications.ts';

/** What we wrote to one record set. */
export type StoredPublication = typeof dnsPublications.$inferSelect;

/** For which domain, into which zone and through which connection something is written. */
export interface PublicationPlace {
  readonly domainId: DomainId;
  readonly projectId: ProjectId;
  readonly zone: string;
  readonly connectionId: string;
}

/** Lists what was written for a domain, in a stable order. */
export async function listPublications(db: Db, domainId: DomainId): Promise<StoredPublication[]> {
  return db
    .select()
    .from(dnsPublications)
    .where(eq(dnsPublications.domainId, domainId))
    .orderBy(dnsPublications.name, dnsPublications.type);
}

/** Whether anything stands in DNS that was written for a domain, or may. */
export async function hasPublications(db: Db, domainId: DomainId): Promise<boolean> {
  const rows = await db
    .select({ name: dnsPublications.name })
    .from(dnsPublications)
    .where(eq(dnsPublications.domainId, domainId))
    .limit(1);
  return rows.length > 0;
}

/** The same, locked until the transaction ends. */
export async function lockPublications(tx: Db, domainId: DomainId): Promise<StoredPublication[]> {
  return tx
    .select()
    .from(dnsPublications)
    .where(eq(dnsPublications.domainId, domainId))
    .orderBy(dnsPublications.name, dnsPublications.type)
    .for('update');
}

/**
 * Notes that these changes are about to be made, and claims their record sets.
 * @returns false where somebody else's write to one of them is under way: then nothing may be written, and `tx` has to be undone
 */
export async function intendPublications(
  tx: Db,
  place: PublicationPlace,
  changes: readonly RrSetChange[],
  now: Date,
  { owner, until }: Lease,
): Promise<boolean> {
  const claim = { zone: place.zone, connectionId: place.connectionId, leaseOwner: owner, leaseUntil: until };
  // In one order everywhere, so that two transactions never wait for each other.
  const rows = changes
    .map((intent) => ({ ...place, ...placeOf(intent), intent, intendedAt: now, leaseOwner: owner, leaseUntil: until }))
    .sort((a, b) => (`${a.name} ${a.type}` < `${b.name} ${b.type}` ? -1 : 1));
  const claimed = await tx
    .insert(dnsPublications)
    .values(rows)
    .onConflictDoUpdate({
      target: [dnsPublications.domainId, dnsPublications.name, dnsPublications.type],
      set: { ...claim, intent: sql`excluded.intent`, intendedAt: now },
      setWhere: sql`${isUnclaimed(dnsPublications, now)}`,
    })
    .returning({ name: dnsPublications.name });
  return claimed.length === rows.length;
}

/** Stores what came of a write: what we wrote there in all, or nothing where nothing of ours is left. The intent is over. */
export async function settlePublication(
  tx: Db,
  { domainId, name, type }: Pick<StoredPublication, 'domainId' | 'name' | 'type'>,
  written: Publication | null,
  writtenAt: Date | null,
): Promise<void> {
  const isIt = and(
    eq(dnsPublications.domainId, domainId),
    eq(dnsPublications.name, name),
    eq(dnsPublications.type, type),
  );
  if (!written) {
    await tx.delete(dnsPublications).where(isIt);
    return;
  }
  const { before, after } = written;
  await tx
    .update(dnsPublications)
    .set({ before, after, intent: null, intendedAt: null, ...(writtenAt && { writtenAt }), ...UNCLAIMED })
    .where(isIt);
}

/** Gives back the claims of a write of which nobody knows what came: its intents stay. */
export async function releasePublications(db: Db, domainId: DomainId, owner: string): Promise<void> {
  await db
    .update(dnsPublications)
    .set(UNCLAIMED)
    .where(and(eq(dnsPublications.domainId, domainId), eq(dnsPublications.leaseOwner, owner)));
}

/** Forgets all that was written for a domain: it stays in DNS. */
export async function deletePublications(tx: Db, domainId: DomainId): Promise<void> {
  await tx.delete(dnsPublications).where(eq(dnsPublications.domainId, domainId));
}

/** Forgets what was written at these places for a domain. */
export async function deletePublicationsAt(
  tx: Db,
  domainId: DomainId,
  places: readonly Pick<StoredPublication, 'name' | 'type'>[],
): Promise<void> {
  for (const { name, type } of places)
    await tx
      .delete(dnsPublications)
      .where(
        and(eq(dnsPublications.domainId, domainId), eq(dnsPublications.name, name), eq(dnsPublications.type, type)),
      );
}

/** Gives what was written at a place for a domain that is gone to another one, which wants it as it is. Where that one has written there itself, its own is known to it already, and nothing is kept of the other. */
export async function inheritPublication(
  tx: Db,
  domainId: DomainId,
  { name, type }: Pick<StoredPublication, 'name' | 'type'>,
  heirId: DomainId,
): Promise<void> {
  const own = await tx
    .select({ name: dnsPublications.name })
    .from(dnsPublications)
    .where(and(eq(dnsPublications.domainId, heirId), eq(dnsPublications.name, name), eq(dnsPublications.type, type)));
  if (own.length > 0) return deletePublicationsAt(tx, domainId, [{ name, type }]);
  await tx
    .update(dnsPublications)
    .set({ domainId: heirId })
    .where(and(eq(dnsPublications.domainId, domainId), eq(dnsPublications.name, name), eq(dnsPublications.type, type)));
}
