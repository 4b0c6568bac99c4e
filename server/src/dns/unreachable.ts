import { createBoundedMap } from '../core/bounded-map.ts';

/** What could not be reached by any way a moment ago, so that the next check need not wait for all of it again. */
export interface Unreachable {
  has(key: string): boolean;
  add(key: string): void;
}

const KEPT_MS = 15_000;
const MAX_ENTRIES = 10_000;

/**
 * Builds the memory: each entry is kept for 15 seconds, the oldest leaves first.
 * @param now milliseconds of a clock that never goes back
 */
export function createUnreachable(now: () => number, maxEntries = MAX_ENTRIES): Unreachable {
  const until = createBoundedMap<string, number>(maxEntries);
  return {
    has: (key) => (until.get(key) ?? 0) > now(),
    add: (key) => {
      until.set(key, now() + KEPT_MS);
      until.deleteOldest((ends) => ends <= now());
    },
  };
}
