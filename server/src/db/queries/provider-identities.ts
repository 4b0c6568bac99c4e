import type { DomainId, DomainName } from '../../core/ids.ts';
import { SENDING_STATUSES } from '../../core/lifecycle/sending-statuses.ts';
import type { Db } from '../db.ts';
import { and, eq, getTableColumns, inArray, isNull, lte, not, sql } from '../drizzle.ts';
import { claimedBy, isUnclaimed, type Lease, UNCLAIMED } from '../lease.ts';
import { dkimKeys, domains } from '../schema.ts';
import { providerIdentities as identities, installation } from '../schema-service.ts';
import { firstInLine, isPrimaryKey } from './dkim-keys.ts';

/** An identity's row. */
export type StoredIdentity = typeof identities.$inferSelect;

/** Says in the transaction of a change that identities have to be compared with what is wanted now. */
export async function insertIntents(
  tx: Db,
  places: readonly Pick<StoredIdentity, 'regionKey' | 'name'>[],
  now: Date,
): Promise<void> {
  if (places.length === 0) return;
  // In one order everywhere, so that two transactions never wait for each other.
  const rows = [...new Map(places.map((place) => [`${place.regionKey} ${place.name}`, place])).entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, { regionKey, name }]) => ({ regionKey, name, nextAt: now }));
  await tx
    .insert(identities)
    .values(rows)
    .onConflictDoUpdate({
      target: [identities.regionKey, identities.name],
      set: { nextAt: now, attempts: 0, revision: sql`${identities.revision} + 1` },
    });
}

/** Claims the identity of a region that is longest due; null where none is. Rows that another worker is claiming are passed over. */
export async function claimDueIdentity(
  db: Db,
  regionKey: string,
  now: Date,
  lease: Lease,
): Promise<StoredIdentity | null> {
  const due = db.$with('due').as(
    db
      .select({ regionKey: identities.regionKey, name: identities.name })
      .from(identities)
      .where(and(eq(identities.regionKey, regionKey), lte(identities.nextAt, now), isUnclaimed(identities, now)))
      .orderBy(identities.nextAt)
      .limit(1)
      .for('update', { skipLocked: true }),
  );
  const rows = await db
    .with(due)
    .update(identities)
    .set(claimedBy(lease))
    .from(due)
    .where(and(eq(identities.regionKey, due.regionKey), eq(identities.name, due.name)))
    .returning(getTableColumns(identities));
  const [row] = rows;
  return row ?? null;
}

/** What a comparison leaves behind. */
export type IdentityOutcome = Pick<
  StoredIdentity,
  'nextAt' | 'attempts' | 'state' | 'givenKeyId' | 'seen' | 'seenAt' | 'problem'
>;

const isHeldBy = ({ regionKey, name, leaseOwner, leaseUntil }: StoredIdentity) =>
  and(
    eq(identities.regionKey, regionKey),
    eq(identities.name, name),
    leaseOwner === null ? isNull(identities.leaseOwner) : eq(identities.leaseOwner, leaseOwner),
    leaseUntil === null ? isNull(identities.leaseUntil) : eq(identities.leaseUntil, leaseUntil),
  );

/** Stores a comparison and gives the claim back. Where a newer intent came meanwhile, it is due as that says. */
export async function storeIdentity(db: Db, claimed: StoredIdentity, outcome: IdentityOutcome): Promise<void> {
  const isCurrent = sql`${identities.revision} = ${claimed.revision}`;
  const { nextAt, attempts, ...seen } = outcome;
  await db
    .update(identities)
    .set({
      ...seen,
      ...UNCLAIMED,
      nextAt: sql`case when ${isCurrent} then ${nextAt.toISOString()}::timestamptz else ${identities.nextAt} end`,
      attempts: sql`case when ${isCurrent} then ${attempts}::int else 0 end`,
    })
    .where(isHeldBy(claimed));
}

/** Forgets an identity that is neither wanted nor there. One that is wanted again meanwhile stays, and is due. */
export async function deleteIdentity(db: Db, claimed: StoredIdentity): Promise<void> {
  const deleted = await db
    .delete(identities)
    .where(and(isHeldBy(claimed), eq(identities.revision, claimed.revision)))
    .returning({ name: identities.name });
  if (deleted.length === 0)
    await db
      .update(identities)
      .set({ ...UNCLAIMED, givenKeyId: null, seen: null })
      .where(isHeldBy(claimed));
}

/** Gives back what a stopping worker holds. */
export async function releaseIdentities(db: Db, owner: string): Promise<void> {
  await db.update(identities).set(UNCLAIMED).where(eq(identities.leaseOwner, owner));
}

/** Finds an identity; null where there is none. */
export async function findIdentity(
  db: Db,
  regionKey: string,
  name: DomainName,
): Promise<(StoredIdentity & { readonly keyOf: DomainId | null }) | null> {
  const [row] = await db
    .select({ ...getTableColumns(identities), keyOf: dkimKeys.domainId })
    .from(identities)
    .leftJoin(dkimKeys, eq(dkimKeys.id, identities.givenKeyId))
    .where(and(eq(identities.regionKey, regionKey), eq(identities.name, name)));
  return row ?? null;
}

/**
 * Finds the domain that an identity stands for, with its active RSA key; null where no project has the name in that region.
 * Of several, one that may send and whose key DNS has, the first that was verified: as for a mail server (`listSigningKeys`). Otherwise one whose ownership was, otherwise the oldest.
 */
export async function findIdentityDomain(db: Db, regionKey: string, name: DomainName) {
  const [row] = await db
    .select({
      recordSettings: domains.recordSettings,
      ownershipVerified: domains.ownershipVerified,
      dkimEnabled: domains.dkimEnabled,
      mailFromEnabled: domains.mailFromEnabled,
      key: dkimKeys,
    })
    .from(domains)
    .innerJoin(dkimKeys, and(eq(dkimKeys.domainId, domains.id), isPrimaryKey))
    .where(and(eq(domains.name, name), eq(domains.regionKey, regionKey), not(domains.isTest)))
    .orderBy(
      sql`(${inArray(domains.status, [...SENDING_STATUSES])}) desc`,
      sql`${domains.ownershipVerified} desc`,
      ...firstInLine.slice(0, 2),
      domains.createdAt,
      domains.id,
    )
    .limit(1);
  return row ?? null;
}

/**
 * Makes intents of what has none: domains of a region that were there before it had a provider, and identities whose
 * domains are gone.
 */
export async function insertMissingIntents(db: Db, regionKey: string, now: Date): Promise<void> {
  const at = sql`${now.toISOString()}::timestamptz`;
  await db.execute(sql`
    insert into ${identities} (region_key, name, next_at)
    select region_key, name, ${at} from (select distinct region_key, name from ${domains} where region_key = ${regionKey} and not is_test) as place
    order by name collate "C"
    on conflict do nothing`);
  await db.execute(sql`
    with orphan as (
      select region_key, name from ${identities}
      where region_key = ${regionKey} and next_at > ${at} and not exists (
        select 1 from ${domains} domain
        where domain.name = ${identities}.name and domain.region_key = ${identities}.region_key and not domain.is_test)
      order by name collate "C" for update of ${identities})
    update ${identities} set next_at = ${at}, revision = revision + 1, attempts = 0 from orphan
    where ${identities}.region_key = orphan.region_key and ${identities}.name = orphan.name`);
}

/** Lists the identities of a region, by name, and whether each was last seen to be there. */
export async function listIdentities(
  db: Db,
  regionKey: string,
): Promise<{ readonly name: DomainName; readonly wasSeen: boolean }[]> {
  return db
    .select({ name: identities.name, wasSeen: sql<boolean>`${identities.seen} is not null` })
    .from(identities)
    .where(eq(identities.regionKey, regionKey));
}

/** Makes these identities of a region due, where they are still there. */
export async function makeDue(db: Db, regionKey: string, names: readonly DomainName[], now: Date): Promise<void> {
  if (names.length === 0) return;
  const some = db.$with('some').as(
    db
      .select({ name: identities.name })
      .from(identities)
      .where(and(eq(identities.regionKey, regionKey), inArray(identities.name, [...names])))
      .orderBy(sql`${identities.name} collate "C"`)
      .for('update'),
  );
  await db
    .with(some)
    .update(identities)
    .set({ nextAt: now, attempts: 0, revision: sql`${identities.revision} + 1` })
    .from(some)
    .where(and(eq(identities.regionKey, regionKey), eq(identities.name, some.name)));
}

/** How many identities are due, and how many of all are in which state; for the metrics. */
export async function countIdentities(db: Db): Promise<{ regionKey: string; state: string; count: number }[]> {
  const rows = await db
    .select({ regionKey: identities.regionKey, state: identities.state, count: sql<number>`count(*)::int` })
    .from(identities)
    .groupBy(identities.regionKey, identities.state);
  return rows;
}

/** Reads this installation's id; the first call of all makes it of `candidate`. */
export async function readInstallationId(db: Db, candidate: string): Promise<string> {
  const read = async () => (await db.select({ id: installation.id }).from(installation))[0]?.id;
  const known = await read();
  if (known !== undefined) return known;
  // Of two nodes that start together, one does.
  await db.insert(installation).values({ id: candidate }).onConflictDoNothing();
  return (await read()) ?? candidate;
}
