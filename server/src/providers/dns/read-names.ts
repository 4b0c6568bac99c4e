import type { DnsProviderAnswer } from '../../core/publishing/dns-provider.ts';
import type { RrSet } from '../../core/publishing/rr-set.ts';

/** Up to so many names are cheaper one by one than by the first page of the zone. */
const FEW_NAMES = 2;

/** Record sets, and whether there are no others: a page may be the first of several. */
type Page<T> = Promise<DnsProviderAnswer<{ readonly rrSets: readonly T[]; readonly isWhole: boolean }>>;

/** How an API gives out record sets. */
interface Reading<T> {
  /** Reads the first page of the zone. */
  readFirst(): Page<T>;
  /** Reads one name. */
  readName(name: string): Page<T>;
}

/**
 * Reads the record sets of some names with as few requests as possible, since requests are what providers limit: a small zone is
 * read at once, a large one name by name.
 */
export async function readNames<T extends RrSet>(
  names: readonly string[],
  { readFirst, readName }: Reading<T>,
): Promise<DnsProviderAnswer<readonly T[]>> {
  if (names.length > FEW_NAMES) {
    const first = await readFirst();
    if (first.outcome !== 'done') return first;
    if (first.value.isWhole) {
      const wanted = first.value.rrSets.filter(({ name }) => names.includes(name));
      return { outcome: 'done', value: wanted };
    }
  }
  const found: T[] = [];
  for (const name of names) {
    const answer = await readName(name);
    if (answer.outcome !== 'done') return answer;
    // What is on a page that nobody read isn't absent.
    if (!answer.value.isWhole)
      return { outcome: 'bad_answer', detail: `Not all records at ${name} came in one answer.` };
    found.push(...answer.value.rrSets.filter((each) => each.name === name));
  }
  return { outcome: 'done', value: found };
}
