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
  const until = new Map<string, number>();
  return {
    has: (key) => (until.get(key) ?? 0) > now(),
    add: (key) => {
      until.delete(key);
      until.set(key, now() + KEPT_MS);
      for (const [oldest, ends] of until) {
        if (until.size <= maxEntries && ends > now()) break;
        until.delete(oldest);
      }
    },
  };
}
