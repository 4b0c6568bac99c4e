import type { DomainId, DomainName, ProjectId } from '../core/ids.ts';
import type { DomainState, VerificationStatus } from '../core/status.ts';
import type { Db } from './client.ts';
import { and, desc, eq, inArray, isNull, lt, lte, or, sql } from './drizzle.ts';
import { dkimKeys, domains } from './schema.ts';
import { formatState, parseState } from './stored-state.ts';

type DomainRow = typeof domains.$inferSelect;

/** A domain with the key that should be in DNS now. */
export type StoredDomain = Omit<DomainRow, 'state'> & {
  readonly state: DomainState;
  readonly selector: string;
  readonly publicKey: string;
};

type NewDomain = Pick<
  DomainRow,
  'id' | 'projectId' | 'name' | 'regionKey' | 'recordSettings' | 'ownershipToken' | 'createdAt'
> & { readonly state: DomainState };

/** Inserts a domain; false when the project has that name already. */
export async function insertDomain(db: Db, domain: NewDomain): Promise<boolean> {
  const { state, ...row } = domain;
  const inserted = await db
    .insert(domains)
    // Due at once: what is there already, before anything is published, is worth knowing.
    .values({
      ...row,
      status: state.status,
      state: formatState(state),
      lastCheckedAt: row.createdAt,
      nextCheckAt: row.createdAt,
    })
    .onConflictDoNothing({ target: [domains.projectId, domains.name] })
    .returning({ id: domains.id });
  return inserted.length === 1;
}

/** Inserts a key; false when its selector is taken for that domain name. */
export async function insertDkimKey(db: Db, key: typeof dkimKeys.$inferInsert): Promise<boolean> {
  const inserted = await db
    .insert(dkimKeys)
    .values(key)
    .onConflictDoNothing({ target: [dkimKeys.domainName, dkimKeys.selector] })
    .returning({ id: dkimKeys.id });
  return inserted.length === 1;
}

function selectDomains(db: Db) {
  return db
    .select({ domain: domains, selector: dkimKeys.selector, publicKey: dkimKeys.publicKey })
    .from(domains)
    .innerJoin(dkimKeys, and(eq(dkimKeys.domainId, domains.id), eq(dkimKeys.stage, 'active')));
}

function toStoredDomain(row: { domain: DomainRow; selector: string; publicKey: string }): StoredDomain {
  return { ...row.domain, state: parseState(row.domain), selector: row.selector, publicKey: row.publicKey };
}

/** Finds a domain of a project; null for an id that never existed and for another project's alike. */
export async function findDomain(db: Db, projectId: ProjectId, id: string): Promise<StoredDomain | null> {
  const [row] = await selectDomains(db).where(and(eq(domains.id, id as DomainId), eq(domains.projectId, projectId)));
  return row ? toStoredDomain(row) : null;
}

/** Finds the id of a project's domain by its name; null when it has none of that name. */
export async function findDomainId(db: Db, projectId: ProjectId, name: DomainName): Promise<DomainId | null> {
  const rows = await db
    .select({ id: domains.id })
    .from(domains)
    .where(and(eq(domains.projectId, projectId), eq(domains.name, name)));
  return rows[0]?.id ?? null;
}

/** Locks a domain's row until the end of the transaction; null when it is gone. */
export async function lockDomain(tx: Db, projectId: ProjectId, id: string): Promise<StoredDomain | null> {
  const [row] = await selectDomains(tx)
    .where(and(eq(domains.id, id as DomainId), eq(domains.projectId, projectId)))
    .for('update', { of: domains });
  return row ? toStoredDomain(row) : null;
}

/** What a page of the list is chosen by. */
export interface DomainFilter {
  readonly limit: number;
  /** The last domain of the page before. */
  readonly after?: { readonly createdAt: Date; readonly id: string };
  readonly status?: VerificationStatus;
  readonly regionKey?: string;
  /** A part of the name, taken literally. */
  readonly search?: string;
}

/** Lists a project's domains, newest first. Pages by position in the index, so that a deep page costs what the first one does. */
export async function listDomains(db: Db, projectId: ProjectId, filter: DomainFilter): Promise<StoredDomain[]> {
  const { after, status, regionKey, search, limit } = filter;
  const rows = await selectDomains(db)
    .where(
      and(
        eq(domains.projectId, projectId),
        after &&
          sql`(${domains.createdAt}, ${domains.id}) < (${after.createdAt.toISOString()}::timestamptz, ${after.id})`,
        status && eq(domains.status, status),
        regionKey === undefined ? undefined : eq(domains.regionKey, regionKey),
        search === undefined ? undefined : sql`position(${search} in ${domains.name}) > 0`,
      ),
    )
    .orderBy(desc(domains.createdAt), desc(domains.id))
    .limit(limit);
  return rows.map(toStoredDomain);
}

/** Deletes a domain with its keys and evidence; its history stays. Returns its name, null when there is none. */
export async function deleteDomain(db: Db, projectId: ProjectId, id: string): Promise<string | null> {
  const [row] = await db
    .delete(domains)
    .where(and(eq(domains.id, id as DomainId), eq(domains.projectId, projectId)))
    .returning({ name: domains.name });
  return row?.name ?? null;
}

/** A claim on a domain: whoever holds it may look, until it runs out. */
export interface Lease {
  readonly owner: string;
  readonly until: Date;
}

/** Writes a domain's state, its place in the schedule and its lease. */
export async function updateDomain(
  db: Db,
  id: DomainId,
  change: {
    state: DomainState;
    attempts: number;
    nextCheckAt: Date | null;
    lease: Lease | null;
    lastCheckedAt?: Date;
  },
): Promise<void> {
  const { state, attempts, nextCheckAt, lease, lastCheckedAt } = change;
  await db
    .update(domains)
    .set({
      status: state.status,
      ownershipVerified: state.flags.ownership.value,
      dkimEnabled: state.flags.dkim.value,
      mailFromEnabled: state.flags.mailFrom.value,
      dmarcEnabled: state.flags.dmarc.value,
      verifiedAt: state.verifiedAt,
      state: formatState(state),
      attempts,
      nextCheckAt,
      leaseOwner: lease?.owner ?? null,
      leaseUntil: lease?.until ?? null,
      ...(lastCheckedAt && { lastCheckedAt }),
    })
    .where(eq(domains.id, id));
}

/** Claims up to `limit` due domains that nobody holds. Rows that another worker is claiming now are passed over. */
export async function claimDueDomains(db: Db, now: Date, lease: Lease, limit: number): Promise<StoredDomain[]> {
  const due = db
    .select({ id: domains.id })
    .from(domains)
    .where(and(lte(domains.nextCheckAt, now), or(isNull(domains.leaseUntil), lt(domains.leaseUntil, now))))
    .orderBy(domains.nextCheckAt)
    .limit(limit)
    .for('update', { skipLocked: true });
  const claimed = await db
    .update(domains)
    .set({ leaseOwner: lease.owner, leaseUntil: lease.until })
    .where(inArray(domains.id, due))
    .returning({ id: domains.id });
  if (claimed.length === 0) return [];
  const ids = claimed.map(({ id }) => id);
  // Between the two statements a claim may have run out and gone to another worker.
  const rows = await selectDomains(db).where(and(inArray(domains.id, ids), eq(domains.leaseOwner, lease.owner)));
  return rows.map(toStoredDomain);
}

/** Gives back what a stopping worker holds, so that another one need not wait for the lease to run out. */
export async function releaseLeases(db: Db, owner: string): Promise<void> {
  await db.update(domains).set({ leaseOwner: null, leaseUntil: null }).where(eq(domains.leaseOwner, owner));
}
