import { createBoundedMap } from '../../../core/bounded-map.ts';
import type { Clock } from '../../../core/clock.ts';

/** Holds requests back so that an account isn't throttled. */
export interface Pace {
  /** Resolves when the next request may be sent, or at once when the signal is aborted. */
  wait(clock: Clock, signal: AbortSignal): Promise<void>;
}

/** Route 53 takes 5 requests a second from an account, whoever in it sends them. Since 2026 it is 10, with a burst of 50. */
const PER_SECOND = 5;
const BURST = 10;
const MOST_ACCOUNTS = 1_000;

/** One for each access key, for as long as this process runs: connections are opened anew for each piece of work. */
const paces = createBoundedMap<string, Pace>(MOST_ACCOUNTS);

/** Finds the pace of an access key. */
export function findPace(accessKeyId: string): Pace {
  const pace = paces.get(accessKeyId) ?? createPace();
  paces.set(accessKeyId, pace);
  return pace;
}

/** Creates a pace: a burst, then so many a second, in the order in which they were asked for. */
export function createPace(): Pace {
  // When the next request would be due, were there no burst.
  let dueAt = Number.NEGATIVE_INFINITY;
  const stepMs = 1_000 / PER_SECOND;
  return {
    async wait(clock, signal) {
      const now = clock.monotonicMs();
      const burstMs = (BURST - 1) * stepMs;
      dueAt = Math.max(dueAt, now - burstMs) + stepMs;
      const waitMs = dueAt - stepMs - now;
      if (waitMs > 0) await clock.sleep(waitMs, signal);
    },
  };
}
