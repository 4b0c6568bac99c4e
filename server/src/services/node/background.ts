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
