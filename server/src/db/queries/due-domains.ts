import type { Placeholder, SQL } from 'drizzle-orm';
import type { DomainId, ProjectId } from '../../core/ids.ts';
import type { Database } from '../client.ts';
import type { Db } from '../db.ts';
import { and, eq, getTableColumns, inArray, isNull, lte, sql } from '../drizzle.ts';
import { isUnclaimed, type Lease, UNCLAIMED } from '../lease.ts';
import { buildStatement, prepareOnce } from '../prepared.ts';
import { dkimKeys, domains, projects } from '../schema.ts';
import { parseState } from '../stored-state.ts';
import { isPrimaryKey } from './dkim-keys.ts';
import { type DomainRow, readDomainRow } from './domain-columns.ts';
import { keyColumns, type StoredDomain } from './domains.ts';

/**
 * Claims up to `limit` due domains that nobody holds, the longest due first, in one statement. Rows that another worker is
 * claiming now are passed over. It reads the index of due times from its beginning, so rows that are not due cost nothing,
 * however many there are (docs/performance.md).
 */
export async function claimDueDomains(db: Database, now: Date, lease: Lease, limit: number): Promise<StoredDomain[]> {
  const rows = await db.run<ClaimedRow>(claimDueStatement(db), { now, limit, ...lease });
  return rows.map(readClaimed);
}

/** Built once, and without a name: a plan that a connection keeps from an empty table reads whole tables later (docs/performance.md). */
const claimDueStatement = prepareOnce((db) => {
  const now = sql.placeholder('now');
  const isDue = and(lte(domains.nextCheckAt, now), isUnclaimed(domains, now));
  const lease = { owner: sql.placeholder('owner'), until: sql.placeholder('until') };
  return buildStatement(null, buildClaim(db, lease, sql.placeholder('limit'), isDue));
});

/** Claims, in the same way, due domains of test projects whose clock is ahead of real time: the index of due times says nothing of those. */
export function claimDueTestDomains(db: Db, realNow: Date, lease: Lease, limit: number): Promise<StoredDomain[]> {
  const at = sql`${realNow.toISOString()}::timestamptz`;
  const isDue = sql`${domains.id} in (
    select due.id from ${projects} as project cross join lateral (
      select test.id from ${domains} as test
      where test.project_id = project.id and test.is_test and (test.lease_until is null or test.lease_until < ${at})
        and test.next_check_at <= ${at} + project.clock_offset_ms * interval '1 millisecond'
      order by test.next_check_at limit ${limit}) as due
    where project.clock_offset_ms > 0 limit ${limit})`;
  return claimDomains(db, lease, limit, and(isDue, isUnclaimed(domains, realNow)));
}

/** Claims, in the same way, domains of one test project that are due when its clock shows `now`. */
export function claimDueOfProject(
  db: Db,
  projectId: ProjectId,
  { now, realNow }: { readonly now: Date; readonly realNow: Date },
  lease: Lease,
  limit: number,
): Promise<StoredDomain[]> {
  const isOfProject = and(eq(domains.projectId, projectId), domains.isTest);
  return claimDomains(db, lease, limit, and(isOfProject, lte(domains.nextCheckAt, now), isUnclaimed(domains, realNow)));
}

/** Domains that somebody watches. */
export interface WatchedDomains {
  readonly ids: readonly DomainId[];
  /** Those that were checked later are left alone. */
  readonly checkedBefore: Date;
  readonly now: Date;
}

/** Claims, in the same way, those watched domains that are not all right; they need not be due. */
export function claimWatchedDomains(
  db: Db,
  { ids, checkedBefore, now }: WatchedDomains,
  lease: Lease,
  limit: number,
): Promise<StoredDomain[]> {
  const areUp = and(domains.ownershipVerified, domains.dkimEnabled, domains.mailFromEnabled, domains.dmarcEnabled);
  const isMissed = sql`jsonb_path_exists(${domains.state}, '$.flags.*.misses ? (@ > 0)')`;
  const hasPendingKey = sql`exists (select 1 from ${dkimKeys} where ${dkimKeys.domainId} = ${domains.id} and ${dkimKeys.stage} = 'pending')`;
  const isAllRight = sql`${domains.status} = 'VERIFIED' and ${areUp} and not ${isMissed} and not ${hasPendingKey}`;
  // What a test project's domain was checked at is a time of its project's clock.
  const offset = sql`(select clock_offset_ms * interval '1 millisecond' from ${projects} where ${projects.id} = ${domains.projectId})`;
  const before = sql`${checkedBefore.toISOString()}::timestamptz`;
  const isTime = sql`(${domains.lastCheckedAt} <= ${before} or (${domains.isTest} and ${domains.lastCheckedAt} - ${offset} <= ${before}))`;
  const isWanted = and(inArray(domains.id, [...ids]), isTime, isUnclaimed(domains, now), sql`not (${isAllRight})`);
  return claimDomains(db, lease, limit, isWanted);
}

async function claimDomains(db: Db, lease: Lease, limit: number, which: SQL | undefined): Promise<StoredDomain[]> {
  const { rows } = await db.execute<ClaimedRow>(buildClaim(db, lease, limit, which));
  return rows.map(readClaimed);
}

/** Builds the statement of a claim. Values that aren't known yet are placeholders. */
function buildClaim(
  db: Db,
  { owner, until }: Lease | { readonly owner: Placeholder; readonly until: Placeholder },
  limit: number | Placeholder,
  which: SQL | undefined,
): SQL {
  // As a CTE with FOR UPDATE it is run once; as a plain subquery the planner may run it again for each row, past its limit.
  const due = db
    .$with('due')
    .as(
      db
        .select({ id: domains.id })
        .from(domains)
        .where(which)
        .orderBy(domains.nextCheckAt)
        .limit(limit)
        .for('update', { skipLocked: true }),
    );
  return db
    .with(due)
    .update(domains)
    .set({ leaseOwner: owner, leaseUntil: until } as { leaseOwner: string; leaseUntil: Date })
    .from(due)
    .innerJoin(dkimKeys, and(eq(dkimKeys.domainId, due.id), isPrimaryKey))
    .where(eq(domains.id, due.id))
    .returning({
      ...getTableColumns(domains),
      ...keyColumns,
      keyActiveSince: keyColumns.keyActiveSince.as('key_active_since'),
    })
    .getSQL();
}

/** A row of a claim, by the names of its columns. */
type ClaimedRow = Readonly<Record<string, unknown>> & {
  selector: string;
  public_key: string;
  key_active_since: unknown;
};

/** The query builder's own reading of a row takes longer than checking the domain against what was seen before. */
function readClaimed(row: ClaimedRow): StoredDomain {
  const domain: DomainRow = readDomainRow(row);
  return {
    ...domain,
    state: parseState(domain),
    selector: row.selector,
    publicKey: row.public_key,
    keyActiveSince: dkimKeys.createdAt.mapFromDriverValue(row.key_active_since as string) as Date,
  };
}

/** Gives back a claim, where it is still held, on a domain that is checked later: a step of its schedule further. */
export async function postponeCheck(db: Db, id: DomainId, lease: Lease, nextCheckAt: Date): Promise<void> {
  await db
    .update(domains)
    .set({ ...UNCLAIMED, nextCheckAt, attempts: sql`${domains.attempts} + 1` })
    .where(and(eq(domains.id, id), isHeldBy(lease)));
}

/** Makes domains that are in no schedule due, at random times up to `before`: an older version of this program leaves those that nobody asked to verify out of it. */
export async function scheduleForgotten(db: Db, now: Date, before: Date): Promise<void> {
  const span = (before.getTime() - now.getTime()) / 1000;
  await db
    .update(domains)
    .set({ nextCheckAt: sql`${now.toISOString()}::timestamptz + random() * ${span}::float8 * interval '1 second'` })
    .where(isNull(domains.nextCheckAt));
}

/** Gives back what a stopping worker holds, so that another one need not wait for the lease to run out. */
export async function releaseLeases(db: Db, owner: string): Promise<void> {
  await db.update(domains).set(UNCLAIMED).where(eq(domains.leaseOwner, owner));
}

/** Gives back one claim, where it is still held: the domain is due, and whoever takes it next checks anew. */
export async function giveBackClaim(db: Db, id: DomainId, lease: Lease): Promise<void> {
  await db
    .update(domains)
    .set(UNCLAIMED)
    .where(and(eq(domains.id, id), isHeldBy(lease)));
}

/** Gives a claim back on a domain that is to be judged, whatever its fingerprint says. */
export async function giveBackToJudge(db: Db, id: DomainId, lease: Lease): Promise<void> {
  await db
    .update(domains)
    .set({ ...UNCLAIMED, fingerprint: null })
    .where(and(eq(domains.id, id), isHeldBy(lease)));
}

function isHeldBy(lease: Lease): SQL | undefined {
  return and(eq(domains.leaseOwner, lease.owner), eq(domains.leaseUntil, lease.until));
}

/** How much work waits: the time at which the most overdue domain was due, and how many are due, counted up to `limit`. Both read the index of due times only. */
export async function readQueue(
  db: Db,
  now: Date,
  limit: number,
): Promise<{ readonly oldestDueAt: Date | null; readonly due: number }> {
  const waiting = db
    .select({ dueAt: domains.nextCheckAt })
    .from(domains)
    .where(and(lte(domains.nextCheckAt, now), isUnclaimed(domains, now)))
    .orderBy(domains.nextCheckAt)
    .limit(limit);
  const rows = await waiting;
  return { oldestDueAt: rows[0]?.dueAt ?? null, due: rows.length };
}
