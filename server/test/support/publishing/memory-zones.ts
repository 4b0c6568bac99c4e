import type {
  DnsProvider,
  DnsProviderAnswer,
  DnsProviderProblem,
  ProviderZone,
} from '../../../src/core/publishing/dns-provider.ts';
import { hasSameRecords, type RrSet, type RrSetChange } from '../../../src/core/publishing/rr-set.ts';

/** A provider whose zones are in memory, for what doesn't depend on any real one. */
export interface MemoryZones extends DnsProvider {
  /** What stands in the zone now. */
  listAll(): RrSet[];
  /** Puts a record set there as somebody else would; with no records it goes. */
  put(rrSet: RrSet): void;
  /** Lets the next write fail: after it was carried out where `mayBeWritten` is true. */
  failNextWrite(problem: DnsProviderProblem): void;
}

/** Creates a provider with one zone. */
export function createMemoryZones(zoneName: string, rrSets: readonly RrSet[] = []): MemoryZones {
  const stored = new Map<string, RrSet>();
  const keyOf = ({ name, type }: Pick<RrSet, 'name' | 'type'>) => `${name} ${type}`;
  const put = (rrSet: RrSet): void => {
    if (rrSet.rdata.length === 0) stored.delete(keyOf(rrSet));
    else stored.set(keyOf(rrSet), rrSet);
  };
  for (const rrSet of rrSets) put(rrSet);
  const zone: ProviderZone = { id: `zone of ${zoneName}`, name: zoneName };
  const failures: DnsProviderProblem[] = [];

  const write = (changes: readonly RrSetChange[]): DnsProviderAnswer<null> => {
    const failure = failures.shift();
    if (failure && failure.mayBeWritten !== true) return failure;
    for (const { before, after } of changes) {
      const about = before ?? after;
      if (about && !hasSameRecords(stored.get(keyOf(about)) ?? null, before))
        return { outcome: 'changed', detail: 'The record set is another one.', about };
    }
    for (const { before, after } of changes) {
      if (before) stored.delete(keyOf(before));
      if (after) put(after);
    }
    return failure ?? { outcome: 'done', value: null };
  };

  return {
    limits: { minTtlSeconds: 60, atomic: 'zone' },
    listZones: async () => ({ outcome: 'done', value: [zone] }),
    findZone: async (name) => ({ outcome: 'done', value: name === zoneName ? zone : null }),
    read: async (_zone, names) => ({
      outcome: 'done',
      value: [...stored.values()].filter(({ name }) => names.includes(name)),
    }),
    write: async (_zone, changes) => write(changes),
    listAll: () => [...stored.values()],
    put,
    failNextWrite: (problem) => failures.push(problem),
  };
}
