import type { DataTag, QueryClient, QueryKey } from '@tanstack/react-query';

/** Shows data that has just come, in place of what the query says and of what a request under way may still say. */
export function showNewest<Data>(
  client: QueryClient,
  { queryKey }: { readonly queryKey: DataTag<QueryKey, Data, Error> },
  newest: NoInfer<Data>,
): void {
  client.setQueryData<Data>(queryKey, newest);
  askAnew(client, queryKey);
}

/** Begins the requests under way once more: what they read may be from before the change that was just shown. */
export function askAnew(client: QueryClient, queryKey: QueryKey): void {
  void client.invalidateQueries({
    queryKey,
    predicate: ({ state }) => state.fetchStatus === 'fetching',
    refetchType: 'all',
  });
}
