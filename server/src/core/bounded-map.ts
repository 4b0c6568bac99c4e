/** A map that forgets: beyond its limit, the entry that was set or used longest ago leaves. */
export interface BoundedMap<K, V> {
  readonly size: number;
  /** The keys, the oldest first. */
  keys(): Iterable<K>;
  /** Reads an entry and leaves it as old as it is. */
  get(key: K): V | undefined;
  /** Reads an entry and makes it the newest. */
  use(key: K): V | undefined;
  /** Sets an entry and makes it the newest. */
  set(key: K, value: V): void;
  delete(key: K): void;
  /** Takes out the oldest entries for which `isOver` says so, up to the first for which it does not. */
  deleteOldest(isOver: (value: V) => boolean): void;
}

/**
 * Creates an empty one. Each step costs the same however many entries there are: a `Map` keeps the order in which its keys
 * were set, so the first key is the oldest one. Times are the caller's, who has a clock.
 * @param limit how many entries it holds at most
 */
export function createBoundedMap<K, V>(limit: number): BoundedMap<K, V> {
  const entries = new Map<K, V>();
  return {
    get size() {
      return entries.size;
    },
    keys: () => entries.keys(),
    get: (key) => entries.get(key),
    use(key) {
      const value = entries.get(key);
      if (value === undefined) return undefined;
      entries.delete(key);
      entries.set(key, value);
      return value;
    },
    set(key, value) {
      entries.delete(key);
      entries.set(key, value);
      for (const oldest of entries.keys()) {
        if (entries.size <= limit) break;
        entries.delete(oldest);
      }
    },
    delete: (key) => void entries.delete(key),
    deleteOldest(isOver) {
      for (const [key, value] of entries) {
        if (!isOver(value)) break;
        entries.delete(key);
      }
    },
  };
}
