import { LIST_SORTS, LIST_STATES, type ListSort, type ListState } from '../../core/domain-list.ts';
import type { ProjectId } from '../../core/ids.ts';
import { readSearchWords } from '../../core/names/search-words.ts';
import { findUnicodeName } from '../../core/names/unicode-name.ts';
import * as table from '../../db/queries/domain-list.ts';
import type { StoredDomain } from '../../db/queries/domains.ts';
import type { Context } from '../context.ts';

export { isPlaceInList } from '../../db/queries/domain-list.ts';

const MAX_FOUND = 8;

/** What a person narrows the list down to. */
interface ListWish {
  readonly search?: string | undefined;
  readonly regionKey?: string | undefined;
}

/** One page of the dashboard's list, of one project or several; `next` is the place of its last domain in the order, null at the end. */
export async function listDomainsSorted(
  ctx: Pick<Context, 'db'>,
  projectIds: readonly ProjectId[],
  {
    sort = LIST_SORTS[0],
    limit,
    state,
    status,
    after,
    ...wish
  }: ListWish &
    Pick<table.ListPage, 'limit'> & { [K in 'sort' | 'state' | 'status' | 'after']?: table.ListPage[K] | undefined },
): Promise<{ domains: StoredDomain[]; next: readonly string[] | null; sort: ListSort }> {
  if (projectIds.length === 0) return { domains: [], next: null, sort };
  const found = await table.listSortedDomains(ctx.db, projectIds, {
    ...toFilter(wish),
    sort,
    limit: limit + 1,
    ...(state && { state }),
    ...(status && { status }),
    ...(after && { after }),
  });
  const shown = found.slice(0, limit);
  const next = found.length > limit ? (shown.at(-1)?.place ?? null) : null;
  return { domains: shown.map(({ domain }) => domain), next, sort };
}

/** Counts the domains of some projects by state, and names the regions that they are in; the regions do not depend on the one chosen. */
export async function countDomains(
  ctx: Pick<Context, 'db'>,
  projectIds: readonly ProjectId[],
  { regionKey, ...wish }: ListWish,
): Promise<Record<ListState, number> & { regionKeys: string[] }> {
  const rows = projectIds.length === 0 ? [] : await table.countListed(ctx.db, projectIds, toFilter(wish));
  const count = (wanted: ListState) =>
    rows
      .filter((row) => row.state === wanted && (regionKey === undefined || row.regionKey === regionKey))
      .reduce((sum, row) => sum + row.count, 0);
  const counts = Object.fromEntries(LIST_STATES.map((state) => [state, count(state)])) as Record<ListState, number>;
  return { ...counts, regionKeys: [...new Set(rows.map((row) => row.regionKey))].sort() };
}

/** Finds domains by a part of their name in all of somebody's projects. */
export async function searchDomains(
  ctx: Pick<Context, 'db'>,
  projectIds: readonly ProjectId[],
  search: string,
): Promise<{ id: string; projectId: string; domainName: string; unicodeName: string | null }[]> {
  const words = readSearchWords(search);
  if (projectIds.length === 0 || words.length === 0) return [];
  const found = await table.findListed(ctx.db, projectIds, words, MAX_FOUND);
  return found.map(({ id, projectId, name }) => ({
    id,
    projectId,
    domainName: name,
    unicodeName: findUnicodeName(name),
  }));
}

function toFilter({ search, regionKey }: ListWish): table.ListFilter {
  return {
    ...(search !== undefined && { words: readSearchWords(search) }),
    ...(regionKey !== undefined && { regionKey }),
  };
}
