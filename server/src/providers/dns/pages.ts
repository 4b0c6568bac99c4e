import type { DnsProviderProblem } from '../../core/publishing/dns-provider.ts';

/** Nobody whose zones we write has so many pages. */
export const MOST_PAGES = 50;

/** What a list is told to be that has no end. */
export const ENDLESS_LIST: DnsProviderProblem = {
  outcome: 'bad_answer',
  detail: 'The list of the provider has no end: its pages repeat themselves, or there are too many.',
};

/**
 * Follows a list from page to page. A server that somebody names may promise one more page forever, and each is a request.
 * @returns whether the next page may be asked for, after one with these items: it brought something new, and isn't one too many
 */
export function followPages(): (items: readonly string[]) => boolean {
  const seen = new Set<string>();
  let pages = 0;
  return (items) => {
    const known = seen.size;
    for (const item of items) seen.add(item);
    pages += 1;
    return seen.size > known && pages < MOST_PAGES;
  };
}
