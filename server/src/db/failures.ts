import { AppError } from '../core/errors.ts';

/** SQLSTATE classes that mean "the server is away or going away", not "the query is wrong" (PostgreSQL, appendix A). */
const AWAY_STATES = /^(08|57P|53|25006|XX000)/;
/** Something was added to a row that is gone: a project or domain that was deleted meanwhile. */
const FOREIGN_KEY_VIOLATION = '23503';
const AWAY_ERRNOS = new Set(['ECONNREFUSED', 'ECONNRESET', 'ENOENT', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN']);
const AWAY_TEXT =
  /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|connection is closed|the database system is/i;

/** Follows `cause` to the error of the driver; Drizzle wraps it. */
function* chain(error: unknown): Generator<Error & { code?: unknown }> {
  for (let e = error; e instanceof Error; e = e.cause) yield e;
}

/** Turns "the database is away", and "deleted while something was being added to it", into what the caller can do something with; anything else is returned as it was. */
export function translateDatabaseError(error: unknown): unknown {
  if (error instanceof AppError) return error;
  for (const e of chain(error))
    if (e.code === FOREIGN_KEY_VIOLATION)
      return new AppError('NOT_FOUND', 'What this belongs to was deleted a moment ago.', { cause: error });
  if (!isDatabaseAway(error)) return error;
  return new AppError('SERVICE_UNAVAILABLE', 'The database is not available at the moment. Please try again shortly.', {
    cause: error,
    retryAfterSeconds: 2,
  });
}

/** Whether it was not the statement that failed, but the way to the server or the server itself. */
export function isDatabaseAway(error: unknown): boolean {
  for (const e of chain(error)) {
    const code = typeof e.code === 'string' ? e.code : '';
    if (AWAY_STATES.test(code) || AWAY_ERRNOS.has(code) || AWAY_TEXT.test(e.message)) return true;
  }
  return false;
}

/** Whether a unique constraint refused a write (SQLSTATE 23505). */
export function isUniqueViolation(error: unknown): boolean {
  for (const e of chain(error)) if (e.code === '23505') return true;
  return false;
}

/** Whether a lock was not to be had within `lock_timeout` (SQLSTATE 55P03). */
export function isLockTimeout(error: unknown): boolean {
  for (const e of chain(error)) if (e.code === '55P03') return true;
  return false;
}
