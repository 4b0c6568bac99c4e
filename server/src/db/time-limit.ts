import { AppError } from '../core/errors.ts';
import type { Database } from './client.ts';
import type { Db } from './db.ts';
import { sql } from './drizzle.ts';
import { isStatementTimeout } from './failures.ts';

/** What has to look for its rows gets so long for each statement. */
const FILTER_MS = 2_000;

/**
 * Reads what has to look for its rows: many of these at once must not be all that the database does.
 * @param message what whoever asked is told where the time was not enough
 * @throws AppError SERVICE_UNAVAILABLE
 */
export async function readWithinLimit<T>(db: Database, message: string, read: (tx: Db) => Promise<T>): Promise<T> {
  try {
    return await db.transaction(async (tx) => {
      await tx.execute(sql`set local statement_timeout = ${sql.raw(String(FILTER_MS))}`);
      return read(tx);
    });
  } catch (cause) {
    if (!isStatementTimeout(cause)) throw cause;
    throw new AppError('SERVICE_UNAVAILABLE', message, { cause, retryAfterSeconds: 2 });
  }
}

/** The message for a search of domains. */
export const SEARCH_TOOK_TOO_LONG = 'The search took too long. Search for a longer part of the name.';
