/** The connections that writes may take at once. */
export interface WritePlaces {
  /** Takes a place as soon as one is free; false where none is in time. */
  take(): Promise<boolean>;
  giveBack(): void;
  /** How many are waiting for one. */
  waiting(): number;
}

/** A fifth of the connections, and one at least, is for reads alone. */
export function countForWrites(connections: number): number {
  return Math.max(1, connections - Math.ceil(connections / 5));
}

const WRITES = /\b(?:insert|update|delete|merge|share)\b/i;
const READS = /^\s*(?:select|with|show)\b/i;

/** Whether a statement may write; one that only says so in a literal counts as well. */
export function mayWrite(text: string): boolean {
  return !READS.test(text) || WRITES.test(text);
}

/** @param patienceMs how long a write waits for a place */
export function createWritePlaces(count: number, patienceMs: number): WritePlaces {
  const queue = new Set<() => void>();
  let free = count;
  return {
    async take() {
      if (free > 0) {
        free -= 1;
        return true;
      }
      const { promise, resolve } = Promise.withResolvers<boolean>();
      const take = () => resolve(true);
      queue.add(take);
      const timer = setTimeout(() => {
        queue.delete(take);
        resolve(false);
      }, patienceMs);
      return await promise.finally(() => clearTimeout(timer));
    },
    giveBack() {
      const [next] = queue;
      if (next === undefined) {
        free += 1;
        return;
      }
      queue.delete(next);
      next();
    },
    waiting: () => queue.size,
  };
}
