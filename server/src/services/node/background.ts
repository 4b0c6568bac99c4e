/*
 * What one process needs for itself, and what use cases share: claims on rows (`claims.ts`), rate limits
 * (`allowances.ts`), work that outlives its request (`background.ts`), look-ups that are batched (`gathered.ts`)
 * or shared (`single-flight.ts`), idempotency keys, metrics. `feed-rule.ts` is the loop that feeds answers to a
 * rule. Nothing here is about a particular resource, and losing the process loses nothing that counts.
 */

import type { Background } from '../ports.ts';

/** Creates the tracker; `onError` is told of work that failed. */
export function createBackground(onError: (error: unknown) => void): Background {
  const running = new Set<Promise<void>>();
  return {
    run(work) {
      const tracked = work.then(() => undefined, onError).finally(() => running.delete(tracked));
      running.add(tracked);
    },
    async drain() {
      while (running.size > 0) await Promise.all(running);
    },
  };
}
