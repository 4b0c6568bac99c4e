import type { ErrorCode } from '../core/errors.ts';
import { AppError } from '../core/errors.ts';
import { translateDatabaseError } from '../db/failures.ts';

/** The status of every error. A new code does not compile until it stands here. */
export const STATUS_OF: Record<ErrorCode, number> = {
  VALIDATION_FAILED: 400,
  WEBHOOK_NOT_SUBSCRIBED: 400,
  UNAUTHORIZED: 401,
  FORBIDDEN: 403,
  QUOTA_EXCEEDED: 403,
  REAUTHENTICATION_REQUIRED: 403,
  SECOND_FACTOR_REQUIRED: 403,
  NOT_A_TEST_PROJECT: 403,
  NOT_FOUND: 404,
  WEBHOOK_NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  REQUEST_TIMEOUT: 408,
  DNS_CONNECTION_MISSING: 409,
  DNS_PLAN_CHANGED: 409,
  DNS_ZONE_NOT_FOUND: 409,
  DOMAIN_ALREADY_EXISTS: 409,
  PROJECT_ALREADY_EXISTS: 409,
  DOMAIN_NOT_VERIFIED: 409,
  FROM_NOT_ALLOWED: 409,
  KEY_ALREADY_PENDING: 409,
  KEY_IN_USE: 409,
  KEY_NOT_PUBLISHED: 409,
  KEY_REVOKED: 409,
  SELECTOR_IN_USE: 409,
  IDEMPOTENCY_KEY_IN_USE: 409,
  PAYLOAD_TOO_LARGE: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
  MISDIRECTED_REQUEST: 421,
  IDEMPOTENCY_KEY_MISMATCH: 422,
  DNS_CONNECTION_FAILED: 422,
  RATE_LIMIT_EXCEEDED: 429,
  HEADERS_TOO_LARGE: 431,
  INTERNAL_SERVER_ERROR: 500,
  SERVICE_UNAVAILABLE: 503,
};

/** The body of a failure (`api.md`, Envelope). */
export function formatError(error: AppError) {
  return {
    success: false as const,
    error: {
      message: error.message,
      code: error.code,
      ...(error.details && { details: error.details }),
      ...(error.code === 'RATE_LIMIT_EXCEEDED' && { retryAfter: error.retryAfterSeconds }),
    },
  };
}

/** The header that leads to what the documentation says about an error (RFC 8288). The body has no place for it: it is a contract. */
export function formatHelpLink(code: ErrorCode): string {
  return `</docs/errors#${code.toLowerCase()}>; rel="help"`;
}

/** What Fastify and its parts throw by themselves, in our terms. */
const FRAMEWORK_ERRORS: Readonly<Record<string, { code: ErrorCode; message: string }>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: { code: 'PAYLOAD_TOO_LARGE', message: 'The body is larger than 64 KiB.' },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: {
    code: 'UNSUPPORTED_MEDIA_TYPE',
    message: 'Send the body as JSON, with the header Content-Type: application/json.',
  },
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: {
    code: 'VALIDATION_FAILED',
    message: "The length of the body doesn't match its Content-Length header.",
  },
  FST_ERR_BAD_URL: {
    code: 'VALIDATION_FAILED',
    message: 'The path contains an invalid percent-encoding.',
  },
  FST_ERR_MAX_PARAM_LENGTH: { code: 'NOT_FOUND', message: 'There is nothing at this path.' },
};

/** Turns whatever was thrown into the error that the caller sees; the cause of a 500 stays with us. */
export function toAppError(thrown: unknown): AppError {
  const error = translateDatabaseError(thrown);
  if (error instanceof AppError) return error;
  const { code, statusCode } = (typeof error === 'object' && error !== null ? error : {}) as {
    code?: unknown;
    statusCode?: unknown;
  };
  const known = typeof code === 'string' ? FRAMEWORK_ERRORS[code] : undefined;
  if (known) return new AppError(known.code, known.message, { cause: error });
  if (typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500)
    return new AppError('VALIDATION_FAILED', "The request couldn't be understood.", { cause: error });
  return new AppError(
    'INTERNAL_SERVER_ERROR',
    'Something went wrong on our side. Quote the request id (X-Request-Id) when you report it.',
    {
      cause: error,
    },
  );
}
