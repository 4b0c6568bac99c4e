import { AppError } from '../core/errors.ts';

/** SQLSTATE classes that mean "the server is away or going away", not "the query is wrong" (PostgreSQL, appendix A). */
const AWAY_STATES = /^(08|57P|53|25006)/;
const AWAY_ERRNOS = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOENT',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
]);
const AWAY_TEXT =
  /Connection terminated|^timeout expired$|timeout exceeded when trying to connect|Client has encountered a connection error|connection is closed|the database system is|Query read timeout/i;
const FOREIGN_KEY_VIOLATION = '23503';
/** How Drizzle names a foreign key: by what it refers to. Only what tenants and people are told about is here. */
const REFERENCE_TO_SOMETHING_DELETED = /_(?:projects|domains|users)_id_fk$/;

/** PgBouncer says everything with the state of a broken protocol: these are settings that are wrong, and waiting mends none of them. */
const POOLER_REFUSAL = '08P01';
const WRONG_FOR_POOLER =
  /unsupported startup parameter|authentication failed|does not exist|no such (?:database|user)|statement pooling mode/i;
/** `statement_timeout`, `lock_timeout`, `idle_in_transaction_session_timeout` and `transaction_timeout`. */
const TOO_SLOW_STATES = ['57014', '55P03', '25P03', '25P04'] as const;

/** Not the statement failed, but the way to the database or the server itself. Thrown where the driver is called, and nowhere else. */
export class DatabaseUnavailable extends Error {
  constructor(cause: unknown) {
    super("The database isn't responding.", { cause });
    this.name = 'DatabaseUnavailable';
  }
}

/**
 * Calls the driver. Only here can an errno be known to be the database's: a file, a mail server or Amazon may fail with the same.
 * @throws DatabaseUnavailable, or what the driver threw
 */
export async function callDriver<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw isDriverAway(error) ? new DatabaseUnavailable(error) : error;
  }
}

/** Whether what the driver threw says that the server is away, and not that the statement is wrong. */
export function isDriverAway(error: unknown): boolean {
  for (const e of listCauses(error)) {
    const code = readCode(e);
    if (code === POOLER_REFUSAL && WRONG_FOR_POOLER.test(e.message)) return false;
    if (AWAY_STATES.test(code) || AWAY_ERRNOS.has(code) || AWAY_TEXT.test(e.message)) return true;
  }
  return false;
}

/** Follows `cause` to the error of the driver; Drizzle wraps it. The failures of several addresses of a host, or of several hosts, come as one. */
export function* listCauses(error: unknown): Generator<Error & { code?: unknown; constraint?: unknown }> {
  for (let e = error; e instanceof Error; e = e.cause) {
    yield e;
    if (e instanceof AggregateError) for (const each of e.errors) yield* listCauses(each);
  }
}

function readCode(error: { code?: unknown }): string {
  return typeof error.code === 'string' ? error.code : '';
}

function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return listCauses(error).some((e) => codes.includes(readCode(e)));
}

/** Turns what a caller can do something about into an error that says so: the database is away or too slow, or what something was added to was deleted meanwhile. Anything else is returned as it was. */
export function translateDatabaseError(error: unknown): unknown {
  if (error instanceof AppError) return error;
  if (isParentGone(error)) return new AppError('NOT_FOUND', 'This has just been deleted.', { cause: error });
  if (isDatabaseAway(error))
    return new AppError('SERVICE_UNAVAILABLE', 'The database is unavailable. Try again shortly.', {
      cause: error,
      retryAfterSeconds: 2,
    });
  if (isTooSlow(error))
    return new AppError('SERVICE_UNAVAILABLE', 'The database took too long. Try again shortly.', {
      cause: error,
      retryAfterSeconds: 2,
    });
  if (isConflict(error))
    return new AppError('SERVICE_UNAVAILABLE', 'Someone else changed this at the same time. Try again.', {
      cause: error,
      retryAfterSeconds: 1,
    });
  return error;
}

/** Whether a row was added to a project, a domain or an account that is gone. Another foreign key that is broken is a fault of ours. */
function isParentGone(error: unknown): boolean {
  for (const e of listCauses(error))
    if (e.code === FOREIGN_KEY_VIOLATION) return REFERENCE_TO_SOMETHING_DELETED.test(String(e.constraint));
  return false;
}

/** Whether it was not the statement that failed, but the way to the server or the server itself. */
export function isDatabaseAway(error: unknown): boolean {
  return listCauses(error).some((e) => e instanceof DatabaseUnavailable);
}

/** Says what ails the database where the same work would succeed later; null where the work itself is wrong. */
export function describeOutage(error: unknown): string | null {
  if (isDatabaseAway(error)) return "the database isn't responding";
  if (isTooSlow(error)) return 'the database took too long';
  return isConflict(error) ? 'other transactions kept getting in the way' : null;
}

/** Whether a limit of time ended the statement, the wait for its lock or its transaction. */
export function isTooSlow(error: unknown): boolean {
  return hasCode(error, ...TOO_SLOW_STATES);
}

/** Whether a transaction gave way to another one, and would go through when it is made again (SQLSTATE 40P01, 40001). */
export function isConflict(error: unknown): boolean {
  return hasCode(error, '40P01', '40001');
}

/** Whether a unique constraint refused a write (SQLSTATE 23505). */
export function isUniqueViolation(error: unknown): boolean {
  return hasCode(error, '23505');
}

/** Whether a statement was ended because it ran for longer than `statement_timeout` (SQLSTATE 57014). */
export function isStatementTimeout(error: unknown): boolean {
  return hasCode(error, '57014');
}

/** Whether the server has no room left on its disk to write to (SQLSTATE 53100). */
export function isDiskFull(error: unknown): boolean {
  return hasCode(error, '53100');
}

/** Whether a lock was not to be had within `lock_timeout` (SQLSTATE 55P03). */
export function isLockTimeout(error: unknown): boolean {
  return hasCode(error, '55P03');
}

/** Whether a pooler refused a connection because of a startup parameter that it does not know. */
export function isRefusedParameter(error: unknown): boolean {
  return listCauses(error).some(
    (e) => readCode(e) === POOLER_REFUSAL && /unsupported startup parameter/i.test(e.message),
  );
}

/** Whether a statement that was prepared is not known where it was to run, or another has its name (SQLSTATE 26000, 42P05): it did not run then. */
export function isStatementUnknown(error: unknown): boolean {
  return hasCode(error, '26000', '42P05');
}
