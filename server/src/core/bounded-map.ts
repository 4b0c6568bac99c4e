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

interface Entry<K, V> {
  readonly key: K;
  value: V;
  older: Entry<K, V> | null;
  newer: Entry<K, V> | null;
}

/**
 * Creates an empty one. Each step costs the same however many entries there are, since every entry knows its neighbors in age. The
 * order that a `Map` keeps doesn't do: to find its first key, V8 passes all those deleted before it, thousands in a cache that is full.
 * @param limit how many entries it holds at most
 */
export function createBoundedMap<K, V>(limit: number): BoundedMap<K, V> {
  const entries = new Map<K, Entry<K, V>>();
  let oldest: Entry<K, V> | null = null;
  let newest: Entry<K, V> | null = null;

  function append(entry: Entry<K, V>): void {
    entry.older = newest;
    if (newest) newest.newer = entry;
    else oldest = entry;
    newest = entry;
  }

  /** What has left points at nobody: to the garbage collector, an old entry would keep all that came after it. */
  function unlink(entry: Entry<K, V>): void {
    const { older, newer } = entry;
    if (older) older.newer = newer;
    else oldest = newer;
    if (newer) newer.older = older;
    else newest = older;
    entry.older = null;
    entry.newer = null;
  }

  function renew(entry: Entry<K, V>): void {
    if (entry === newest) return;
    unlink(entry);
    append(entry);
  }

  function remove(entry: Entry<K, V>): void {
    entries.delete(entry.key);
    unlink(entry);
  }

  function* listKeys(): Iterable<K> {
    for (let entry = oldest; entry; entry = entry.newer) yield entry.key;
  }

  return {
    get size() {
      return entries.size;
    },
    keys: listKeys,
    get: (key) => entries.get(key)?.value,
    use(key) {
      const entry = entries.get(key);
      if (entry) renew(entry);
      return entry?.value;
    },
    set(key, value) {
      const known = entries.get(key);
      if (known) {
        known.value = value;
        renew(known);
        return;
      }
      const entry: Entry<K, V> = { key, value, older: null, newer: null };
      entries.set(key, entry);
      append(entry);
      while (entries.size > limit && oldest) remove(oldest);
    },
    delete(key) {
      const entry = entries.get(key);
      if (entry) remove(entry);
    },
    deleteOldest(isOver) {
      while (oldest && isOver(oldest.value)) remove(oldest);
    },
  };
}
