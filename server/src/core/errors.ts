/*
 * The rules, pure: no I/O, no clock, no randomness. Each idea has a room of its own; beside them is what all rooms and
 * all layers use: errors with a code and no HTTP in them, ids, the clock that is handed in, the map that forgets, and
 * times as text. A rule that needs more answers says what to ask next (`judgement/judgement.ts`).
 */

/** Every failure that a caller can be told about. `http/errors.ts` gives each one its status; a new code without one does not compile. */
export type ErrorCode =
  | 'VALIDATION_FAILED'
  | 'UNAUTHORIZED'
  | 'FORBIDDEN'
  | 'QUOTA_EXCEEDED'
  | 'REAUTHENTICATION_REQUIRED'
  | 'SECOND_FACTOR_REQUIRED'
  | 'NOT_A_TEST_PROJECT'
  | 'NOT_FOUND'
  | 'WEBHOOK_NOT_FOUND'
  | 'WEBHOOK_NOT_SUBSCRIBED'
  | 'METHOD_NOT_ALLOWED'
  | 'REQUEST_TIMEOUT'
  | 'DOMAIN_ALREADY_EXISTS'
  | 'PROJECT_ALREADY_EXISTS'
  | 'DOMAIN_NOT_VERIFIED'
  | 'FROM_NOT_ALLOWED'
  | 'KEY_ALREADY_PENDING'
  | 'KEY_IN_USE'
  | 'KEY_NOT_PUBLISHED'
  | 'KEY_REVOKED'
  | 'SELECTOR_IN_USE'
  | 'IDEMPOTENCY_KEY_IN_USE'
  | 'IDEMPOTENCY_KEY_MISMATCH'
  | 'DNS_CONNECTION_FAILED'
  | 'DNS_CONNECTION_MISSING'
  | 'DNS_PLAN_CHANGED'
  | 'DNS_ZONE_NOT_FOUND'
  | 'PAYLOAD_TOO_LARGE'
  | 'MISDIRECTED_REQUEST'
  | 'HEADERS_TOO_LARGE'
  | 'UNSUPPORTED_MEDIA_TYPE'
  | 'RATE_LIMIT_EXCEEDED'
  | 'INTERNAL_SERVER_ERROR'
  | 'SERVICE_UNAVAILABLE';

/** One field of the input and what is wrong with it. `field` is a path such as `domain` or `headers.idempotency-key`. */
export interface ErrorDetail {
  readonly field: string;
  readonly message: string;
}

/**
 * The only error class of this project. `message` is for the person who called and holds no secret, SQL or stack;
 * `cause` is for our log.
 */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly details: readonly ErrorDetail[] | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    options: { details?: readonly ErrorDetail[]; cause?: unknown; retryAfterSeconds?: number } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.details = options.details;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}

/** Builds the 400 that names the one field that is wrong, in the message and in `details`. */
export function validationError(field: string, message: string): AppError {
  return new AppError('VALIDATION_FAILED', message, { details: [{ field, message }] });
}
