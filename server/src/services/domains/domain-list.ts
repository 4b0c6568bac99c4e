import { LIST_SORTS, LIST_STATES, type ListSort, type ListState } from '../../core/domain-list.ts';
import type { ProjectId } from '../../core/ids.ts';
import { readSearchWords } from '../../core/names/search-words.ts';
import { findUnicodeName } from '../../core/names/unicode-name.ts';
import * as table from '../../db/queries/domain-list.ts';
import type { StoredDomain } from '../../db/queries/domains.ts';
import type { Context } from '../context.ts';

export { isPlaceInList } from '../../db/queries/domain-list.ts';

const MAX_FOUND = 8;

type ListContext = Pick<Context, 'db' | 'slowStatements'>;

/** What a person narrows the list down to. */
interface ListWish {
  readonly search?: string | undefined;
  readonly regionKey?: string | undefined;
}

/** One page of the dashboard's list, of one project or several; `next` is the place of its last domain in the order, null at the end. */
export async function listDomainsSorted(
  ctx: ListContext,
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
  const page = {
    ...toFilter(wish),
    sort,
    limit: limit + 1,
    ...(state && { state }),
    ...(status && { status }),
    ...(after && { after }),
  };
  const found = await inTurn(ctx, projectIds, () => table.listSortedDomains(ctx.db, projectIds, page));
  const shown = found.slice(0, limit);
  const next = found.length > limit ? (shown.at(-1)?.place ?? null) : null;
  return { domains: shown.map(({ domain }) => domain), next, sort };
}

/** Counts the domains of some projects by state, and names the regions that they are in; the regions do not depend on the one chosen. */
export async function countDomains(
  ctx: ListContext,
  projectIds: readonly ProjectId[],
  { regionKey, ...wish }: ListWish,
): Promise<Record<ListState, number> & { regionKeys: string[] }> {
  const rows = await inTurn(ctx, projectIds, () => table.countListed(ctx.db, projectIds, toFilter(wish)));
  const count = (wanted: ListState) =>
    rows
      .filter((row) => row.state === wanted && (regionKey === undefined || row.regionKey === regionKey))
      .reduce((sum, row) => sum + row.count, 0);
  const counts = Object.fromEntries(LIST_STATES.map((state) => [state, count(state)])) as Record<ListState, number>;
  return { ...counts, regionKeys: [...new Set(rows.map((row) => row.regionKey))].sort() };
}

/** Finds domains by a part of their name in all of somebody's projects. */
export async function searchDomains(
  ctx: ListContext,
  projectIds: readonly ProjectId[],
  search: string,
): Promise<{ id: string; projectId: string; domainName: string; unicodeName: string | null }[]> {
  const words = readSearchWords(search);
  if (words.length === 0) return [];
  const found = await inTurn(ctx, projectIds, () => table.findListed(ctx.db, projectIds, words, MAX_FOUND));
  return found.map(({ id, projectId, name }) => ({
    id,
    projectId,
    domainName: name,
    unicodeName: findUnicodeName(name),
  }));
}

/**
 * Each of these reads all domains of a project, to sort, count or search them, so few run at once. Whoever asks for several
 * projects takes a turn of the oldest: another account in it brings no turns of its own.
 */
async function inTurn<T>(
  { slowStatements }: ListContext,
  projectIds: readonly ProjectId[],
  list: () => Promise<T[]>,
): Promise<T[]> {
  const [oldest] = projectIds.toSorted();
  return oldest === undefined ? [] : slowStatements.take(oldest, list);
}

function toFilter({ search, regionKey }: ListWish): table.ListFilter {
  return {
    ...(search !== undefined && { words: readSearchWords(search) }),
    ...(regionKey !== undefined && { regionKey }),
  };
}
