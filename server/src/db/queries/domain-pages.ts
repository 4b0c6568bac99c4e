import type { SQL } from 'drizzle-orm';
import type { DomainName, ProjectId } from '../../core/ids.ts';
import type { VerificationStatus } from '../../core/lifecycle/status.ts';
import type { Database } from '../client.ts';
import { newestFirst } from '../columns.ts';
import type { Db } from '../db.ts';
import { and, eq, inArray, sql } from '../drizzle.ts';
import { domainSearch, domains } from '../schema.ts';
import { readWithinLimit, SEARCH_TOOK_TOO_LONG } from '../time-limit.ts';
import { type SelectedDomain, type StoredDomain, selectDomains, toStoredDomain } from './domains.ts';

/** What a page of the list is chosen by. */
export interface DomainFilter {
  readonly limit: number;
  /** The last domain of the page before. */
  readonly after?: { readonly createdAt: Date; readonly id: string };
  /** Only those. */
  readonly names?: readonly DomainName[];
  readonly status?: VerificationStatus;
  readonly regionKey?: string;
  readonly externalId?: string;
  /** A part of the name, taken literally. */
  readonly search?: string;
}

/**
 * Lists a project's domains, newest first. Pages by position in the index, so that a deep page costs what the first one does.
 * What has to look for its rows gets two seconds.
 * @throws AppError SERVICE_UNAVAILABLE where that was not enough
 */
export async function listDomains(db: Database, projectId: ProjectId, filter: DomainFilter): Promise<StoredDomain[]> {
  const { search, status, regionKey, externalId } = filter;
  if (search === undefined && status === undefined && regionKey === undefined && externalId === undefined)
    return (await selectPage(db, projectId, filter)).map(toStoredDomain);
  const rows = await readWithinLimit(db, SEARCH_TOOK_TOO_LONG, (tx) => selectPage(tx, projectId, filter));
  return rows.map(toStoredDomain);
}

function selectPage(db: Db, projectId: ProjectId, filter: DomainFilter): Promise<SelectedDomain[]> {
  const { after, names, status, regionKey, externalId, search, limit } = filter;
  const isNameAlone = status === undefined && regionKey === undefined && externalId === undefined;
  return selectDomains(db)
    .where(
      and(
        eq(domains.projectId, projectId),
        after &&
          sql`(${domains.createdAt}, ${domains.id}) < (${after.createdAt.toISOString()}::timestamptz, ${after.id})`,
        names && inArray(domains.name, [...names]),
        status && eq(domains.status, status),
        regionKey === undefined ? undefined : eq(domains.regionKey, regionKey),
        externalId === undefined ? undefined : eq(domains.externalId, externalId),
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
