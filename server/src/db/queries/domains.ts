/*
 * The statements, a file for each table or for one statement over several (`new-domain.ts`, `checks.ts`,
 * `key-changes.ts`). A service calls a function here with a `Db`, which may be a transaction. Whatever belongs to
 * a project is read with its id; a statement that writes several tables locks them in the order of `db/schema.ts`.
 * A function stores or finds: it decides nothing.
 */

import type { SQL } from 'drizzle-orm';
import { AppError } from '../../core/errors.ts';
import type { DomainId, DomainName, ProjectId } from '../../core/ids.ts';
import type { DomainState, VerificationStatus } from '../../core/lifecycle/status.ts';
import type { Database } from '../client.ts';
import { newestFirst } from '../columns.ts';
import type { Db } from '../db.ts';
import { and, eq, getTableColumns, inArray, isNull, lte, ne, sql } from '../drizzle.ts';
import { isStatementTimeout } from '../failures.ts';
import { claimedBy, isUnclaimed, type Lease, UNCLAIMED } from '../lease.ts';
import { prepareOnce } from '../prepared.ts';
import { dkimKeys, domainSearch, domains } from '../schema.ts';
import { formatState, parseState } from '../stored-state.ts';
import { isPrimaryKey } from './dkim-keys.ts';
import type { DomainRow } from './domain-columns.ts';
import { buildKeyChanges, formatKeyUpdates, type KeyUpdate } from './key-changes.ts';

/** A domain with the key that should be in DNS now. */
export type StoredDomain = Omit<DomainRow, 'state'> & {
  readonly state: DomainState;
  readonly selector: string;
  readonly publicKey: string;
  /** Since when mail is signed with that key. */
  readonly keyActiveSince: Date;
};

const keyColumns = {
  selector: dkimKeys.selector,
  publicKey: dkimKeys.publicKey,
  keyActiveSince: sql<Date>`coalesce(${dkimKeys.activatedAt}, ${dkimKeys.createdAt})`.mapWith(dkimKeys.createdAt),
};

/** Begins a statement that reads domains with their keys, and what else is asked for. */
export function selectDomains<T extends Record<string, SQL> = Record<never, never>>(db: Db, further: T = {} as T) {
  return db
    .select({ domain: domains, ...keyColumns, ...further })
    .from(domains)
    .innerJoin(dkimKeys, and(eq(dkimKeys.domainId, domains.id), isPrimaryKey));
}

type SelectedDomain = { domain: DomainRow } & Pick<StoredDomain, keyof typeof keyColumns>;

/** Reads a row of `selectDomains`. */
export function toStoredDomain({ domain, ...rest }: SelectedDomain): StoredDomain {
  return { ...domain, ...rest, state: parseState(domain) };
}

/** Finds a domain of a project; null for an id that never existed and for another project's alike. */
export async function findDomain(db: Db, projectId: ProjectId, id: string): Promise<StoredDomain | null> {
  const [row] = await findDomainStatement(db).execute({ id, projectId });
  return row ? toStoredDomain(row) : null;
}

const findDomainStatement = prepareOnce((db) =>
  selectDomains(db)
    .where(and(eq(domains.id, sql.placeholder('id')), eq(domains.projectId, sql.placeholder('projectId'))))
    .prepare('find_domain'),
);

/** What a domain is found by. */
export interface DomainKey {
  readonly projectId: ProjectId;
  readonly id: string;
}

/** Finds domains, each in the project that is named with it, in one statement. */
export async function findDomains(db: Db, keys: readonly DomainKey[]): Promise<StoredDomain[]> {
  const rows = await findDomainsStatement(db).execute({
    ids: keys.map(({ id }) => id),
    projectIds: keys.map(({ projectId }) => projectId),
  });
  return rows.map(toStoredDomain);
}

const findDomainsStatement = prepareOnce((db) =>
  selectDomains(db)
    .where(
      sql`(${domains.id}, ${domains.projectId}) in (select * from unnest(${sql.placeholder('ids')}::text[], ${sql.placeholder('projectIds')}::text[]))`,
    )
    .prepare('find_domains'),
);

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

const FILTER_MS = 2_000;

/** What a page of the list is chosen by. */
export interface DomainFilter {
  readonly limit: number;
  /** The last domain of the page before. */
  readonly after?: { readonly createdAt: Date; readonly id: string };
  /** Only those. */
  readonly names?: readonly DomainName[];
  readonly status?: VerificationStatus;
  readonly regionKey?: string;
  /** A part of the name, taken literally. */
  readonly search?: string;
}

/**
 * Lists a project's domains, newest first. Pages by position in the index, so that a deep page costs what the first one does.
 * What has to look for its rows gets two seconds.
 * @throws AppError SERVICE_UNAVAILABLE where that was not enough
 */
export async function listDomains(db: Database, projectId: ProjectId, filter: DomainFilter): Promise<StoredDomain[]> {
  const { search, status, regionKey } = filter;
  if (search === undefined && status === undefined && regionKey === undefined)
    return (await selectPage(db, projectId, filter)).map(toStoredDomain);
  try {
    const rows = await db.transaction(async (tx) => {
      await tx.execute(sql`set local statement_timeout = ${sql.raw(String(FILTER_MS))}`);
      return selectPage(tx, projectId, filter);
    });
    return rows.map(toStoredDomain);
  } catch (cause) {
    if (!isStatementTimeout(cause)) throw cause;
    throw new AppError('SERVICE_UNAVAILABLE', 'The search took too long. Search for a longer part of the name.', {
      cause,
      retryAfterSeconds: 2,
    });
  }
}

function selectPage(db: Db, projectId: ProjectId, filter: DomainFilter): Promise<SelectedDomain[]> {
  const { after, names, status, regionKey, search, limit } = filter;
  const isNameAlone = status === undefined && regionKey === undefined;
  return selectDomains(db)
    .where(
      and(
        eq(domains.projectId, projectId),
        after &&
          sql`(${domains.createdAt}, ${domains.id}) < (${after.createdAt.toISOString()}::timestamptz, ${after.id})`,
        names && inArray(domains.name, [...names]),
        status && eq(domains.status, status),
        regionKey === undefined ? undefined : eq(domains.regionKey, regionKey),
        search === undefined
          ? undefined
          : sql`${domains.id} in ${selectFound(projectId, search, isNameAlone ? filter : null)}`,
      ),
    )
    .orderBy(newestFirst(domains.createdAt), newestFirst(domains.id))
    .limit(limit);
}

/**
 * The domains whose name holds `search`, by the index of their pieces of three characters; for less than three, by reading the
 * project's names, which are short rows. Where nothing else is asked of them, no more than the page needs.
 */
function selectFound(projectId: ProjectId, search: string, page: Pick<DomainFilter, 'after' | 'limit'> | null): SQL {
  const { projectId: project, name, grams, createdAt, domainId } = domainSearch;
  const found = and(
    eq(project, projectId),
    [...search].length < 3 ? undefined : sql`${grams} @> search_grams(${projectId}, ${search})`,
    sql`position(${search} in ${name}) > 0`,
    page?.after &&
      sql`(${createdAt}, ${domainId}) < (${page.after.createdAt.toISOString()}::timestamptz, ${page.after.id})`,
  );
  const rest =
    page === null
      ? sql.empty()
      : sql` order by ${newestFirst(createdAt)}, ${newestFirst(domainId)} limit ${page.limit}`;
  return sql`(select ${domainId} from ${domainSearch} where ${found}${rest})`;
}

/** Deletes a domain with its keys and evidence; its history stays. Returns what it was, null when there is none. */
export async function deleteDomain(
  db: Db,
  projectId: ProjectId,
  id: string,
): Promise<Pick<DomainRow, 'name' | 'regionKey'> | null> {
  const [row] = await db
    .delete(domains)
    .where(and(eq(domains.id, id as DomainId), eq(domains.projectId, projectId)))
    .returning({ name: domains.name, regionKey: domains.regionKey });
  return row ?? null;
}

/** A domain's state, its place in the schedule and its lease, all of which are written together. */
export interface DomainUpdate {
  readonly state: DomainState;
  readonly attempts: number;
  readonly nextCheckAt: Date | null;
  readonly lease: Lease | null;
}

/** The columns that all who write a state write. */
export const STATE_COLUMNS = [
  'status',
  'ownershipVerified',
  'dkimEnabled',
  'mailFromEnabled',
  'dmarcEnabled',
  'verifiedAt',
  'state',
  'attempts',
  'nextCheckAt',
  'leaseOwner',
  'leaseUntil',
] as const;

/** What an update makes of these columns. */
export function toColumns({
  state,
  attempts,
  nextCheckAt,
  lease,
}: DomainUpdate): Pick<DomainRow, (typeof STATE_COLUMNS)[number]> {
  return {
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
  };
}

/** Updates a domain whose row is locked; gives it back as it is now. */
export async function updateDomain(tx: Db, domain: StoredDomain, change: DomainUpdate): Promise<StoredDomain> {
  const rows = await tx
    .update(domains)
    .set(toColumns(change))
    .where(eq(domains.id, domain.id))
    .returning(getTableColumns(domains));
  const [row] = rows;
  if (!row) throw new Error(`The domain ${domain.id} is gone though its row is locked.`);
  return { ...domain, ...row, state: change.state };
}

/**
 * Claims up to `limit` due domains that nobody holds, the longest due first, in one statement. Rows that another worker is
 * claiming now are passed over. It reads the index of due times from its beginning, so rows that are not due cost nothing,
 * however many there are (docs/performance.md).
 */
export function claimDueDomains(db: Db, now: Date, lease: Lease, limit: number): Promise<StoredDomain[]> {
  return claimDomains(db, lease, limit, and(lte(domains.nextCheckAt, now), isUnclaimed(domains, now)));
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
  const hasPendingKey = sql`exists (select from ${dkimKeys} where ${dkimKeys.domainId} = ${domains.id} and ${dkimKeys.stage} = 'pending')`;
  const isAllRight = sql`${domains.status} = 'VERIFIED' and ${areUp} and not ${isMissed} and not ${hasPendingKey}`;
  const isTime = lte(domains.lastCheckedAt, checkedBefore);
  const isWanted = and(inArray(domains.id, [...ids]), isTime, isUnclaimed(domains, now), sql`not (${isAllRight})`);
  return claimDomains(db, lease, limit, isWanted);
}

async function claimDomains(db: Db, lease: Lease, limit: number, which: SQL | undefined): Promise<StoredDomain[]> {
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
  const rows = await db
    .with(due)
    .update(domains)
    .set(claimedBy(lease))
    .from(due)
    .innerJoin(dkimKeys, and(eq(dkimKeys.domainId, due.id), isPrimaryKey))
    .where(eq(domains.id, due.id))
    .returning({ ...getTableColumns(domains), ...keyColumns });
  return rows.map((row) => ({ ...row, state: parseState(row) }));
}

/** Whether any project has ever verified one of these names. */
export async function hasProvedName(db: Db, names: readonly string[]): Promise<boolean> {
  const rows = await db
    .select({ id: domains.id })
    .from(domains)
    .where(and(inArray(domains.name, [...names] as DomainName[]), sql`${domains.verifiedAt} is not null`))
    .limit(1);
  return rows.length > 0;
}

/** Counts the domains of a project that are not verified, up to `limit`. */
export async function countUnverified(db: Db, projectId: ProjectId, limit: number): Promise<number> {
  const rows = await db
    .select({ id: domains.id })
    .from(domains)
    .where(and(eq(domains.projectId, projectId), ne(domains.status, 'VERIFIED')))
    .limit(limit);
  return rows.length;
}

/** Gives back a claim, where it is still held, on a domain that is checked later: a step of its schedule further. */
export async function postponeCheck(db: Db, id: DomainId, lease: Lease, nextCheckAt: Date): Promise<void> {
  await db
    .update(domains)
    .set({ ...UNCLAIMED, nextCheckAt, attempts: sql`${domains.attempts} + 1` })
    .where(and(eq(domains.id, id), eq(domains.leaseOwner, lease.owner), eq(domains.leaseUntil, lease.until)));
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
    .where(and(eq(domains.id, id), eq(domains.leaseOwner, lease.owner), eq(domains.leaseUntil, lease.until)));
}

/** Changes keys of a domain whose row is locked, with the row itself: its revision must cover them. */
export async function updateKeys(
  tx: Db,
  id: DomainId,
  updates: readonly KeyUpdate[],
  change: Pick<DomainRow, 'hasKeysInMotion' | 'nextCheckAt'>,
): Promise<void> {
  const keys = sql<unknown>`${JSON.stringify(formatKeyUpdates(updates))}::jsonb`.as('keys');
  const updated = tx.update(domains).set(change).where(eq(domains.id, id)).returning({ id: domains.id, keys });
  await tx.execute(sql`with updated as ${updated}${buildKeyChanges()} select id from updated`);
}

/** Sets the age in days at which the active RSA key gets a successor; 0 for never. */
export async function updateRotationDays(tx: Db, id: DomainId, dkimRotationDays: number): Promise<void> {
  await tx.update(domains).set({ dkimRotationDays }).where(eq(domains.id, id));
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
