import type { TargetKey } from '../../../core/dkim/key-target.ts';
import type { DomainId } from '../../../core/ids.ts';
import type { Db } from '../../db.ts';
import { and, asc, eq, getTableColumns, isNotNull, isNull, lte, sql } from '../../drizzle.ts';
import { claimedBy, isUnclaimed, type Lease, UNCLAIMED } from '../../lease.ts';
import { dkimKeys, domains } from '../../schema.ts';
import { keyTargets } from '../../schema-keys-zone.ts';

/** What is to be compared in the keys zone, for one domain. */
export type StoredKeyTarget = typeof keyTargets.$inferSelect;

/** The zone that the targets of a domain are in: as `findKeysZone` finds it. */
const ZONE = sql<string>`substring(${keyTargets.keysBelow} from position('.' in ${keyTargets.keysBelow}) + 1)`;

/** Finds the row of a domain; null for one whose keys stand in its own zone. */
export async function findKeyTarget(db: Db, domainId: DomainId): Promise<StoredKeyTarget | null> {
  const [row] = await db.select().from(keyTargets).where(eq(keyTargets.domainId, domainId));
  return row ?? null;
}

/** Claims what is longest due. Rows that another worker is claiming are passed over. */
export async function claimKeyTargets(db: Db, now: Date, lease: Lease, limit: number): Promise<StoredKeyTarget[]> {
  const due = db.$with('due').as(
    db
      .select({ domainId: keyTargets.domainId })
      .from(keyTargets)
      .where(and(lte(keyTargets.nextAt, now), isUnclaimed(keyTargets, now)))
      .orderBy(asc(keyTargets.nextAt))
      .limit(limit)
      .for('update', { skipLocked: true }),
  );
  return db
    .with(due)
    .update(keyTargets)
    .set(claimedBy(lease))
    .from(due)
    .where(eq(keyTargets.domainId, due.domainId))
    .returning(getTableColumns(keyTargets));
}

const isHeldBy = ({ domainId, leaseOwner, leaseUntil }: StoredKeyTarget) =>
  and(
    eq(keyTargets.domainId, domainId),
    leaseOwner === null ? isNull(keyTargets.leaseOwner) : eq(keyTargets.leaseOwner, leaseOwner),
    leaseUntil === null ? isNull(keyTargets.leaseUntil) : eq(keyTargets.leaseUntil, leaseUntil),
  );

/** Notes what is about to be written, before it is; false where the claim was lost, or something changed meanwhile. */
export async function noteTargets(
  db: Db,
  claimed: StoredKeyTarget,
  targets: StoredKeyTarget['targets'],
): Promise<boolean> {
  const noted = await db
    .update(keyTargets)
    .set({ targets, settledAt: null })
    .where(and(isHeldBy(claimed), eq(keyTargets.revision, claimed.revision)))
    .returning({ domainId: keyTargets.domainId });
  return noted.length === 1;
}

/** What a comparison leaves behind. */
export type TargetOutcome = Pick<StoredKeyTarget, 'nextAt' | 'attempts' | 'settledAt' | 'problem' | 'removeAt'>;

/** Stores a comparison and gives the claim back. Where something changed meanwhile, it is due as that says, and nothing is settled. */
export async function storeKeyTarget(
  db: Db,
  claimed: StoredKeyTarget,
  { nextAt, attempts, settledAt, problem, removeAt }: TargetOutcome,
): Promise<void> {
  const isCurrent = sql`${keyTargets.revision} = ${claimed.revision}`;
  await db
    .update(keyTargets)
    .set({
      ...UNCLAIMED,
      problem,
      removeAt,
      nextAt: sql`case when ${isCurrent} then ${nextAt.toISOString()}::timestamptz else ${keyTargets.nextAt} end`,
      attempts: sql`case when ${isCurrent} then ${attempts}::int else 0 end`,
      settledAt: sql`case when ${isCurrent} then ${settledAt?.toISOString() ?? null}::timestamptz end`,
    })
    .where(isHeldBy(claimed));
}

/** Forgets what is gone from the keys zone, unless something changed meanwhile. */
export async function deleteKeyTarget(db: Db, claimed: StoredKeyTarget): Promise<void> {
  await db.delete(keyTargets).where(and(isHeldBy(claimed), eq(keyTargets.revision, claimed.revision)));
}

/** Gives back what a stopping worker holds. */
export async function releaseKeyTargets(db: Db, owner: string): Promise<void> {
  await db.update(keyTargets).set(UNCLAIMED).where(eq(keyTargets.leaseOwner, owner));
}

/** Lists the RSA keys of a domain, of all stages; none where the domain is gone. */
export async function listTargetKeys(db: Db, domainId: DomainId): Promise<TargetKey[]> {
  return db
    .select({
      selector: dkimKeys.selector,
      publicKey: dkimKeys.publicKey,
      stage: dkimKeys.stage,
      revokedAt: dkimKeys.revokedAt,
    })
    .from(dkimKeys)
    .where(and(eq(dkimKeys.domainId, domainId), sql`${dkimKeys.algorithm} <> 'ed25519'`));
}

/** Makes a domain due for a check, where it isn't already: a key of it may be ready to sign. */
export async function makeCheckDue(db: Db, domainId: DomainId, now: Date): Promise<void> {
  await db
    .update(domains)
    .set({ nextCheckAt: now })
    .where(
      and(
        eq(domains.id, domainId),
        sql`(${domains.nextCheckAt} is null or ${domains.nextCheckAt} > ${now.toISOString()}::timestamptz)`,
        sql`exists (select 1 from ${dkimKeys} where ${dkimKeys.domainId} = ${domains.id} and ${dkimKeys.stage} = 'pending')`,
      ),
    );
}

/** Counts the domains whose keys are everywhere, are being written, and couldn't be for some time; for the metrics. */
export async function countKeyTargets(db: Db): Promise<{ state: string; count: number }[]> {
  const state = sql<string>`case when settled_at is not null or is_gone then 'settled' when attempts < 8 then 'waiting' else 'failing' end`;
  return db.select({ state, count: sql<number>`count(*)::int` }).from(keyTargets).groupBy(sql`1`);
}

/** Lists some domains whose keys should be everywhere in a zone, others each time. */
export async function sampleSettledTargets(db: Db, zone: string, limit: number): Promise<StoredKeyTarget[]> {
  return db
    .select()
    .from(keyTargets)
    .where(and(isNotNull(keyTargets.settledAt), eq(ZONE, zone)))
    .orderBy(sql`random()`)
    .limit(limit);
}

/** Finds what keeps keys of a zone from being everywhere for some time: how many domains it concerns, and why for one of them. */
export async function findFailingTargets(db: Db, zone: string): Promise<{ count: number; problem: string | null }> {
  const [row] = await db
    .select({ count: sql<number>`count(*)::int`, problem: sql<string | null>`min(problem)` })
    .from(keyTargets)
    .where(and(eq(ZONE, zone), isNull(keyTargets.settledAt), sql`${keyTargets.attempts} >= 8`));
  return row ?? { count: 0, problem: null };
}

/** Lists the zones that keys of domains stand in. */
export async function listZonesInUse(db: Db): Promise<string[]> {
  const rows = await db.select({ zone: ZONE }).from(keyTargets).groupBy(sql`1`);
  return rows.map((row) => row.zone);
}

/** Makes all domains with keys in a zone due, where they aren't yet: some of their keys were seen not to be everywhere. */
export async function makeZoneDue(db: Db, zone: string, now: Date): Promise<void> {
  await db
    .update(keyTargets)
    .set({ nextAt: now, revision: sql`${keyTargets.revision} + 1` })
    .where(
      and(
        eq(ZONE, zone),
        isNotNull(keyTargets.settledAt),
        sql`${keyTargets.nextAt} > ${now.toISOString()}::timestamptz`,
      ),
    );
}
