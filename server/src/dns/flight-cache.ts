import { createBoundedMap } from '../core/bounded-map.ts';
import { type Budget, waitWithin } from './budget.ts';

/** What a look-up for the cache gives back: only `ok` values are kept, and no longer than their TTL. */
export type Loaded<T, F> =
  | { readonly ok: true; readonly value: T; readonly ttlSeconds: number }
  | { readonly ok: false; readonly failure: F };

/** A bounded cache that never does the same work twice at once. */
export interface FlightCache<T, F> {
  get(key: string, budget: Budget, load: () => Promise<Loaded<T, F>>): Promise<Loaded<T, F>>;
  /** What is kept under the key, with the time that it is kept for yet; null where nothing is. */
  find(key: string): (Loaded<T, F> & { ok: true }) | null;
  keep(key: string, loaded: Loaded<T, F>): void;
  forget(key: string): void;
}

/**
 * Work under way. Emptied when it is over: the tables that V8 leaves behind of a `Map` that is always changing, once old, keep what was in
 * them, and by its budget all that a check had seen was copied twice.
 */
interface Flight<T, F> {
  work: Promise<Loaded<T, F>> | null;
  budget: Budget | null;
}

/**
 * Builds a cache of at most `maxEntries`, the least recently used leaving first. Failures are not kept; who waited for
 * somebody else's work that failed does it again with its own budget, since the other's may simply have been used up.
 */
export function createFlightCache<T, F>(
  now: () => number,
  maxEntries: number,
  maxTtlSeconds: number,
): FlightCache<T, F> {
  const kept = createBoundedMap<string, { readonly loaded: Loaded<T, F> & { ok: true }; readonly until: number }>(
    maxEntries,
  );
  const flights = new Map<string, Flight<T, F>>();

  function find(key: string): (Loaded<T, F> & { ok: true }) | null {
    const entry = kept.use(key);
    if (!entry) return null;
    // What is left of it: what is made of it, and kept in its turn, must not outlive it.
    const leftMs = entry.until - now();
    if (leftMs > 0) return { ...entry.loaded, ttlSeconds: leftMs / 1000 };
    kept.delete(key);
    return null;
  }

  function keep(key: string, loaded: Loaded<T, F>): void {
    if (!loaded.ok || loaded.ttlSeconds <= 0) return;
    kept.set(key, { loaded, until: now() + Math.min(loaded.ttlSeconds, maxTtlSeconds) * 1000 });
  }

  async function lead(key: string, flight: Flight<T, F>, load: () => Promise<Loaded<T, F>>): Promise<Loaded<T, F>> {
    try {
      const loaded = await load();
      keep(key, loaded);
      return loaded;
    } finally {
      flights.delete(key);
      flight.work = null;
      flight.budget = null;
    }
  }

  return {
    get: async (key, budget, load) => {
      const entry = find(key);
      if (entry) return entry;
      const known = flights.get(key);
      if (known?.work && known.budget) {
        // Where a question of the same check leads, it ends in time of its own accord.
        const shared = await (known.budget.endsBy(budget) ? known.work : waitWithin(budget, known.work));
        return shared?.ok ? shared : load();
      }
      const flight: Flight<T, F> = { work: null, budget };
      flights.set(key, flight);
      flight.work = lead(key, flight, load);
      return flight.work;
    },
    find,
    keep,
    forget: kept.delete,
  };
}
