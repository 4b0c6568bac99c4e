import type { DomainId } from '../../../core/ids.ts';
import type { Db } from '../../db.ts';
import { and, eq, isNull, sql } from '../../drizzle.ts';
import { type Lease, UNCLAIMED } from '../../lease.ts';
import { dnsIntents } from '../../schema-publishing.ts';
import { findIntent, type StoredIntent } from './intents.ts';

/** Those that failed before are taken by themselves, so that they hold up nobody else. */
export type IntentLane = 'fresh' | 'failing';

/** How many due rows are looked at to find some of different projects. */
const LOOKED_AT = 500;

/**
 * Claims up to `limit` intents that are due, the longest due first, at most one of each project, and none of a project whose
 * last one is still under way: providers count requests by account, and nobody waits behind another's thousand domains.
 */
export async function claimDueIntents(
  db: Db,
  lane: IntentLane,
  now: Date,
  { owner, until }: Lease,
  limit: number,
): Promise<StoredIntent[]> {
  const at = sql`${now.toISOString()}::timestamptz`;
  const isOfLane = lane === 'fresh' ? sql`attempts = 0` : sql`attempts > 0`;
  const isFree = sql`(lease_until is null or lease_until < ${at})`;
  const { rows } = await db.execute<{ domain_id: DomainId }>(sql`
    with due as (
      select domain_id, project_id, next_at from ${dnsIntents}
      where next_at <= ${at} and ${isOfLane} and ${isFree} and project_id not in (
        select project_id from ${dnsIntents} where lease_until >= ${at})
      order by next_at limit ${LOOKED_AT}
    ), first as (
      select distinct on (project_id) domain_id, next_at from due order by project_id, next_at
    ), claimable as (
      select domain_id from ${dnsIntents}
      where domain_id in (select domain_id from first order by next_at limit ${limit}) and ${isFree}
      for update skip locked
    )
    update ${dnsIntents} set lease_owner = ${owner}, lease_until = ${until.toISOString()}::timestamptz
    from claimable where ${dnsIntents}.domain_id = claimable.domain_id
    returning ${dnsIntents}.domain_id`);
  const claimed = await Promise.all(rows.map(({ domain_id }) => findIntent(db, domain_id)));
  return claimed.filter((intent) => intent !== null);
}

/** What came of a try. */
export type IntentOutcome = Pick<StoredIntent, 'nextAt' | 'attempts' | 'problem' | 'drift' | 'comparedAt'>;

const isHeldBy = ({ domainId, leaseOwner, leaseUntil }: StoredIntent) =>
  and(
    eq(dnsIntents.domainId, domainId),
    leaseOwner === null ? isNull(dnsIntents.leaseOwner) : eq(dnsIntents.leaseOwner, leaseOwner),
    leaseUntil === null ? isNull(dnsIntents.leaseUntil) : eq(dnsIntents.leaseUntil, leaseUntil),
  );

/**
 * Stores what came of a try and gives the claim back. Where a newer intent came meanwhile, that one stays due.
 * @returns false where the claim is somebody else's by now
 */
export async function storeIntent(tx: Db, claimed: StoredIntent, outcome: IntentOutcome): Promise<boolean> {
  const isCurrent = sql`${dnsIntents.revision} = ${claimed.revision}`;
  const { nextAt, attempts, ...seen } = outcome;
  const stored = await tx
    .update(dnsIntents)
    .set({
      ...seen,
      ...UNCLAIMED,
      nextAt: sql`case when ${isCurrent} then ${nextAt?.toISOString() ?? null}::timestamptz else ${dnsIntents.nextAt} end`,
      attempts: sql`case when ${isCurrent} then ${attempts}::int else 0 end`,
    })
    .where(isHeldBy(claimed))
    .returning({ domainId: dnsIntents.domainId });
  return stored.length > 0;
}

/** Forgets a domain for which nothing is left to be done, unless something came meanwhile: then the claim is given back. */
export async function deleteIntent(tx: Db, claimed: StoredIntent): Promise<void> {
  const deleted = await tx
    .delete(dnsIntents)
    .where(and(isHeldBy(claimed), eq(dnsIntents.revision, claimed.revision)))
    .returning({ domainId: dnsIntents.domainId });
  if (deleted.length === 0) await tx.update(dnsIntents).set(UNCLAIMED).where(isHeldBy(claimed));
}

/** Gives back what a stopping worker holds. */
export async function releaseIntents(db: Db, owner: string): Promise<void> {
  await db.update(dnsIntents).set(UNCLAIMED).where(eq(dnsIntents.leaseOwner, owner));
}
