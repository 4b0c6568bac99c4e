import type { Logger } from 'pino';
import type { Clock } from '../../core/clock.ts';
import { AppError } from '../../core/errors.ts';
import { translateDatabaseError } from '../../db/failures.ts';
import { explainRefusal } from '../../db/refusals.ts';

/** How long a database that is still starting is waited for, whether it refuses or says nothing. */
const WAIT_MS = 30_000;
const RETRY_MS = 2_000;

/** Does what a start begins with as soon as the database is there: several nodes, or a database in a container beside us, start in any order. */
export async function waitForDatabase<T>(
  work: () => Promise<T>,
  clock: Pick<Clock, 'monotonicMs' | 'sleep'>,
  log: Pick<Logger, 'warn'>,
): Promise<T> {
  const endsAt = clock.monotonicMs() + WAIT_MS;
  for (;;) {
    try {
      return await work();
    } catch (thrown) {
      const error = translateDatabaseError(thrown);
      const isAway = error instanceof AppError && error.code === 'SERVICE_UNAVAILABLE';
      if (!isAway || clock.monotonicMs() + RETRY_MS >= endsAt) throw error;
      log.warn({ err: thrown }, explainRefusal(thrown) ?? 'waiting for the database');
      await clock.sleep(RETRY_MS);
    }
  }
}

/** Why the service cannot start, in words for whoever started it; null where it is a fault that needs its stack. */
export function explainStart(error: unknown): string | null {
  return explainRefusal(error) ?? (error instanceof AppError ? error.message : null);
}
