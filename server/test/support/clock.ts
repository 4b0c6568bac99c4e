import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '../../src/core/clock.ts';

/** A clock that stands still until it is told to move. */
export interface TestClock extends Clock {
  /** Moves the time on and ends every sleep whose time has come. */
  advance(ms: number): void;
  /** Resolves as soon as so many sleep for exactly `ms`. */
  untilAsleep(ms: number, count?: number): Promise<void>;
}

interface Sleeper {
  readonly ms: number;
  readonly endsAt: number;
  wake(): void;
}

const START = Date.parse('2026-01-15T12:00:00.000Z');
/** Real time after which a wait for a sleeper is a fault of the test or of the program, not of a busy machine. */
const PATIENCE_MS = 20_000;

/** Creates a clock that shows 15 January 2026, noon. */
export function createTestClock(startAt = START): TestClock {
  let now = startAt;
  const sleepers = new Set<Sleeper>();
  return {
    now: () => new Date(now),
    // Real time goes on in the sockets while this clock stands still.
    monotonicMs: () => performance.now() + now - startAt,
    sleep(ms, signal) {
      if (signal?.aborted) return Promise.resolve();
      return new Promise((resolve) => {
        const sleeper: Sleeper = {
          ms,
          endsAt: now + ms,
          wake() {
            sleepers.delete(sleeper);
            signal?.removeEventListener('abort', sleeper.wake);
            resolve();
          },
        };
        sleepers.add(sleeper);
        signal?.addEventListener('abort', sleeper.wake);
      });
    },
    advance(ms) {
      now += ms;
      for (const sleeper of [...sleepers]) if (sleeper.endsAt <= now) sleeper.wake();
    },
    untilAsleep: (ms, count = 1) =>
      waitUntil(
        async () => [...sleepers].filter((sleeper) => sleeper.ms === ms).length >= count,
        () => `for a sleep of ${ms} ms`,
      ),
  };
}

/** Waits for a condition, turn by turn of the event loop; fails where it does not come true in 20 s. */
export async function waitUntil(
  isTrue: () => Promise<boolean>,
  describe: () => string = () => 'for a condition',
): Promise<void> {
  const startedAt = performance.now();
  while (!(await isTrue())) {
    if (performance.now() - startedAt > PATIENCE_MS) throw new Error(`Waited too long ${describe()}.`);
    await nextTurn();
  }
}
