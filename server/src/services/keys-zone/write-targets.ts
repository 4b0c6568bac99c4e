import { KEYS_ZONE_TTL_SECONDS, type KeyTarget } from '../../core/dkim/key-target.ts';
import type { DnsProvider, DnsProviderProblem, ProviderZone } from '../../core/publishing/dns-provider.ts';
import { formatTxt, readTxt } from '../../core/publishing/rdata.ts';
import type { RrSet, RrSetChange } from '../../core/publishing/rr-set.ts';

/** What is to be at names of the keys zone: these texts, or nothing at all. */
export interface WantedTargets {
  readonly targets: readonly KeyTarget[];
  readonly isRemoved: boolean;
}

/** What came of a try to write. */
export type WriteOutcome =
  | { readonly outcome: 'right' }
  | { readonly outcome: 'in_the_way'; readonly name: string }
  | { readonly outcome: 'lost' }
  | { readonly outcome: 'failed'; readonly problem: DnsProviderProblem };

/** A second try where the zone changed in between, and one more to see that all is right. */
const MAX_ROUNDS = 4;

/**
 * Brings names of the keys zone to what is wanted: reads, writes what differs with what was read as the guard, and reads again.
 * Where a write may have been carried out though it failed, the next round sees it. The names are ours alone: whatever text
 * stands there is replaced.
 * @param mayGoOn asked before each call: whether the claim still holds
 */
export async function writeTargets(
  provider: DnsProvider,
  zone: ProviderZone,
  wanted: WantedTargets,
  { signal, mayGoOn }: { readonly signal: AbortSignal; readonly mayGoOn: () => boolean },
): Promise<WriteOutcome> {
  let last: DnsProviderProblem | null = null;
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    if (!mayGoOn()) return { outcome: 'lost' };
    const names = wanted.targets.map(({ name }) => name);
    const read = await provider.read(zone, names, signal);
    if (read.outcome !== 'done') return { outcome: 'failed', problem: read };
    const other = read.value.find(({ type }) => type !== 'TXT');
    if (other && !wanted.isRemoved) return { outcome: 'in_the_way', name: other.name };
    const changes = listChanges(wanted, read.value, provider.limits.minTtlSeconds);
    if (changes.length === 0) return { outcome: 'right' };
    if (!mayGoOn()) return { outcome: 'lost' };
    const written = await provider.write(zone, changes, signal);
    last = written.outcome === 'done' ? null : written;
    const isDecided = last !== null && last.outcome !== 'changed' && last.mayBeWritten !== true;
    if (last !== null && isDecided) return { outcome: 'failed', problem: last };
  }
  const detail = "What was written didn't stay there. Something else may be writing to the zone.";
  return { outcome: 'failed', problem: last ?? { outcome: 'changed', detail } };
}

function listChanges(
  { targets, isRemoved }: WantedTargets,
  found: readonly RrSet[],
  minTtlSeconds: number,
): RrSetChange[] {
  const ttlSeconds = Math.max(KEYS_ZONE_TTL_SECONDS, minTtlSeconds);
  return targets.flatMap(({ name, text }): RrSetChange[] => {
    const before = found.find((each) => each.name === name && each.type === 'TXT') ?? null;
    if (isRemoved) return before ? [{ before, after: null }] : [];
    const [only, second] = before?.rdata ?? [];
    // Servers may split a text as they like. With a longer TTL resolvers would remember a key for longer than signing waits.
    const isRight = only !== undefined && second === undefined && readTxt(only) === text;
    if (isRight && before && before.ttlSeconds <= ttlSeconds) return [];
    return [{ before, after: { name, type: 'TXT', ttlSeconds, rdata: [formatTxt(text)] } }];
  });
}
