import { randomInt } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { isConflict } from './failures.ts';

const TRIES = 6;
const FIRST_WAIT_MS = 10;

/**
 * Does something again that PostgreSQL ended in favor of another transaction: a single statement, or a transaction as a whole,
 * never a part of one. Bounded, with growing waits of which no two are alike, so that those who met do not meet again.
 * @throws what the last try threw
 */
export async function retryConflicts<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      if (!isConflict(error) || tries === TRIES) throw error;
      await delay(randomInt(FIRST_WAIT_MS * 2 ** tries));
    }
  }
}
