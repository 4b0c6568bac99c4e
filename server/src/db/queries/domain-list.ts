import type { SQL } from 'drizzle-orm';
import type { ListSort, ListState } from '../../core/domain-list.ts';
import { LIST_STATES } from '../../core/domain-list.ts';
import type { ProjectId } from '../../core/ids.ts';
import type { VerificationStatus } from '../../core/lifecycle/status.ts';
import type { SearchWord } from '../../core/names/search-words.ts';
import type { Database } from '../client.ts';
import type { Db } from '../db.ts';
import { and, eq, inArray, sql } from '../drizzle.ts';
import { domains } from '../schema.ts';
import { readWithinLimit, SEARCH_TOOK_TOO_LONG } from '../time-limit.ts';
import { type StoredDomain, selectDomains, toStoredDomain } from './domains.ts';

/** What the dashboard's list is narrowed down to. */
export interface ListFilter {
  /** All of them are in the name, in Unicode or as in DNS, in the external id, or in the metadata. */
  readonly words?: readonly SearchWord[];
  readonly regionKey?: string;
}

/** One page of the dashboard's list. */
export interface ListPage extends ListFilter {
  readonly state?: ListState;
  readonly status?: VerificationStatus;
  readonly sort: ListSort;
  readonly limit: number;
  /** What the last domain of the page before was sorted by, as `listSortedDomains` gave it. */
  readonly after?: readonly string[];
}

/** The place of a domain's state in `LIST_STATES`, by the rule of `findListState`. */
const PLACE = sql`(case when ${domains.status} = 'FAILED' then 1
  when ${domains.status} = 'TEMPORARY_FAILURE' or ${domains.needsFix} then 0
  when ${domains.status} = 'VERIFIED' then 3 else 2 end)`;
const NAME = sql`${domains.name} collate "C"`;
const toMilliseconds = (column: typeof domains.createdAt | typeof domains.lastCheckedAt) =>
  sql`(extract(epoch from ${column}) * 1000)::bigint`;

/** What each order goes by before the id, and which way; all of it numbers, and the name where `hasName`. */
const ORDERS: Readonly<
  Record<ListSort, { readonly by: readonly SQL[]; readonly way: 'asc' | 'desc'; readonly hasName?: true }>
> = {
  attention: { by: [sql`-${PLACE}`, toMilliseconds(domains.createdAt)], way: 'desc' },
  name: { by: [NAME], way: 'asc', hasName: true },
  state: { by: [PLACE, NAME], way: 'asc', hasName: true },
  checked: { by: [toMilliseconds(domains.lastCheckedAt)], way: 'desc' },
  added: { by: [toMilliseconds(domains.createdAt)], way: 'desc' },
};

/** Whether these texts are a place in an order: they come from outside, and PostgreSQL refuses what it cannot read. */
export function isPlaceInList(sort: ListSort, texts: readonly string[]): boolean {
  const { by, hasName } = ORDERS[sort];
  const [id, ...keys] = texts.toReversed();
  const isText = (text: string | undefined) => text !== undefined && text.length <= 300 && !text.includes('\0');
  return (
    texts.length === by.length + 1 &&
    isText(id) &&
    keys.every((key, at) => (hasName && at === 0 ? isText(key) : /^-?\d{1,15}$/.test(key)))
  );
}

/** Lists a page of the domains of some projects in the order that was asked for, each with its place in it. @throws AppError SERVICE_UNAVAILABLE where looking for them took too long */
export async function listSortedDomains(
  db: Database,
  projectIds: readonly ProjectId[],
  page: ListPage,
): Promise<{ readonly domain: StoredDomain; readonly place: readonly string[] }[]> {
  const { by, way, hasName } = ORDERS[page.sort];
  const keys = [...by, domains.id];
  const direction = sql.raw(way);
  const isName = (at: number) => hasName === true && at === by.length - 1;
  const given = page.after?.map((text, at) =>
    at === by.length ? sql`${text}` : isName(at) ? sql`${text} collate "C"` : sql`${text}::bigint`,
  );
  const select = (by: Db) =>
    selectDomains(by, {
      place: sql<string[]>`array[${sql.join(
        keys.map((key) => sql`(${key})::text`),
        sql`, `,
      )}]`,
    })
      .where(
        and(
          matchFilter(projectIds, page),
          page.status && eq(domains.status, page.status),
          page.state && sql`${PLACE} = ${LIST_STATES.indexOf(page.state)}`,
          given &&
            sql`(${sql.join(keys, sql`, `)}) ${sql.raw(way === 'asc' ? '>' : '<')} (${sql.join(given, sql`, `)})`,
        ),
      )
      .orderBy(...keys.map((key) => sql`${key} ${direction}`))
      .limit(page.limit);
  const rows = await readListed(db, page, select);
  return rows.map(({ place, ...row }) => ({ domain: toStoredDomain(row), place }));
}

/** How many domains stand where, region by region. */
export interface ListCount {
  readonly state: ListState;
  readonly regionKey: string;
  readonly count: number;
}

/** Counts the domains of some projects by state and region in one statement, which reads the index of the projects. @throws AppError SERVICE_UNAVAILABLE */
export async function countListed(
  db: Database,
  projectIds: readonly ProjectId[],
  filter: ListFilter,
): Promise<ListCount[]> {
  const rows = await readListed(db, filter, (by) =>
    by
      .select({ place: sql<number>`${PLACE}`, regionKey: domains.regionKey, count: sql<number>`count(*)::integer` })
      .from(domains)
      .where(matchFilter(projectIds, filter))
      .groupBy(sql`1`, domains.regionKey),
  );
  return rows.map(({ place, regionKey, count }) => ({ state: LIST_STATES[place] ?? 'waiting', regionKey, count }));
}

/** Finds domains of several projects, those whose name begins with the first word before the others. @throws AppError SERVICE_UNAVAILABLE */
export function findListed(
  db: Database,
  projectIds: readonly ProjectId[],
  words: readonly SearchWord[],
  limit: number,
): Promise<Pick<StoredDomain, 'id' | 'projectId' | 'name'>[]> {
  const first = words[0]?.ascii ?? '';
  return readListed(db, { words }, (by) =>
    by
      .select({ id: domains.id, projectId: domains.projectId, name: domains.name })
      .from(domains)
      .where(matchFilter(projectIds, { words }))
      .orderBy(sql`position(${first} in ${domains.name}) <> 1`, NAME, domains.id)
      .limit(limit),
  );
}

/** Runs a statement; one that has to look for its rows with a limit of its own. */
function readListed<T>(
  db: Database,
  { words = [], regionKey, state, status }: Partial<ListPage>,
  select: (by: Db) => PromiseLike<T>,
): Promise<T> {
  const isFiltered = words.length > 0 || [regionKey, state, status].some((each) => each !== undefined);
  return isFiltered ? readWithinLimit(db, SEARCH_TOOK_TOO_LONG, async (tx) => select(tx)) : Promise.resolve(select(db));
}

/** Metadata is read as one text first, as which JSON writes the word: what it holds is taken apart only where that has it. */
function matchFilter(projectIds: readonly ProjectId[], { words = [], regionKey }: ListFilter): SQL | undefined {
  return and(
    projectIds.length === 1 && projectIds[0]
      ? eq(domains.projectId, projectIds[0])
      : inArray(domains.projectId, [...projectIds]),
    regionKey === undefined ? undefined : eq(domains.regionKey, regionKey),
    ...words.map(
      ({ text, ascii }) => sql`(position(${ascii} in ${domains.name}) > 0
        or position(${text} in ${domains.unicodeName}) > 0
        or position(${text} in lower(${domains.externalId})) > 0
        or (position(${JSON.stringify(text).slice(1, -1)} in lower(${domains.metadata}::text)) > 0
          and exists (select 1 from jsonb_each_text(${domains.metadata}) as given where position(${text} in lower(given.value)) > 0)))`,
    ),
  );
}
