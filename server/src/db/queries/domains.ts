/*
 * The statements, a file for each table or for one statement over several (`new-domain.ts`, `checks.ts`,
 * `key-changes.ts`). A service calls a function here with a `Db`, which may be a transaction. Whatever belongs to
 * a project is read with its id; a statement that writes several tables locks them in the order of `db/schema.ts`.
 * A function stores or finds: it decides nothing.
 */

import type { SQL } from 'drizzle-orm';
import type { DomainId, DomainName, ProjectId } from '../../core/ids.ts';
import type { DomainState } from '../../core/lifecycle/status.ts';
import type { Db } from '../db.ts';
import { and, eq, getTableColumns, inArray, ne, not, sql } from '../drizzle.ts';
import type { Lease } from '../lease.ts';
import { prepareOnce } from '../prepared.ts';
import { dkimKeys, domains } from '../schema.ts';
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

/** The columns of that key. */
export const keyColumns = {
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

/** A row of `selectDomains`. */
export type SelectedDomain = { domain: DomainRow } & Pick<StoredDomain, keyof typeof keyColumns>;

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

/** Whether one of these names is verified in a project. */
export async function hasProvedName(db: Db, projectId: ProjectId, names: readonly string[]): Promise<boolean> {
  const rows = await db
    .select({ id: domains.id })
    .from(domains)
    .where(
      and(
        eq(domains.projectId, projectId),
        inArray(domains.name, [...names] as DomainName[]),
        inArray(domains.status, ['VERIFIED', 'TEMPORARY_FAILURE']),
      ),
    )
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

/** Makes a domain due for a check. */
export async function makeDomainDue(tx: Db, id: DomainId, now: Date): Promise<void> {
  await tx.update(domains).set({ nextCheckAt: now }).where(eq(domains.id, id));
}

/** What people decide about a domain. */
export type DomainSettings = Pick<DomainRow, 'dkimRotationDays' | 'autoPublish'>;

/** Sets what is given of a domain's settings. */
export async function updateSettings(tx: Db, id: DomainId, settings: Partial<DomainSettings>): Promise<void> {
  await tx.update(domains).set(settings).where(eq(domains.id, id));
}

/** Finds the domains that have a name, besides one: those of the project, and those that another one has proved. None of test projects. */
export async function findDomainsNamed(
  db: Db,
  {
    name,
    projectId,
    besides,
  }: { readonly name: DomainName; readonly projectId: ProjectId; readonly besides: DomainId },
): Promise<StoredDomain[]> {
  const counts = sql`(${domains.projectId} = ${projectId} or ${domains.verifiedAt} is not null)`;
  const rows = await selectDomains(db).where(
    and(eq(domains.name, name), ne(domains.id, besides), not(domains.isTest), counts),
  );
  return rows.map(toStoredDomain);
}
