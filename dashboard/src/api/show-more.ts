/** A list that comes in pages, as `useInfiniteQuery` gives it. */
export interface PagedList {
  readonly data: { readonly pages: readonly unknown[] } | undefined;
  readonly hasNextPage: boolean;
  readonly isError: boolean;
  fetchNextPage(options: { cancelRefetch: boolean }): Promise<PagedList>;
}

/**
 * Adds one page to a list. A live update may ask for all pages anew meanwhile, which ends the request for the next one: then
 * it is asked for again, so that whoever wanted more gets it.
 */
export async function showMore(list: PagedList): Promise<void> {
  const before = countPages(list);
  let now = list;
  do now = await now.fetchNextPage({ cancelRefetch: false });
  while (countPages(now) <= before && now.hasNextPage && !now.isError);
}

function countPages({ data }: PagedList): number {
  return data?.pages.length ?? 0;
}
