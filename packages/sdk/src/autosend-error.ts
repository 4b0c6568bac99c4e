/** What one field of a request has wrong. */
export interface ErrorDetail {
  readonly field: string;
  readonly message: string;
}

/** What came with a failure, as far as it is known. */
export interface ErrorFacts {
  readonly status?: number;
  readonly details?: readonly ErrorDetail[];
  readonly requestId?: string | undefined;
  readonly retryAfterSeconds?: number | undefined;
  readonly cause?: unknown;
}

/**
 * Every failure of this package. `code` is the service's own (`DOMAIN_ALREADY_EXISTS`, …) or one of ours: `NETWORK_ERROR`,
 * `TIMEOUT`, `INVALID_RESPONSE` (something else than the service answered) and `INVALID_SIGNATURE` (of a webhook).
 */
export class AutosendError extends Error {
  override readonly name = 'AutosendError';
  readonly code: string;
  /** The HTTP status; 0 where there was no answer. */
  readonly status: number;
  /** What is wrong with each field, for `VALIDATION_FAILED`. */
  readonly details: readonly ErrorDetail[];
  /** The service's id of the request; its log has the same. */
  readonly requestId: string | undefined;
  /** When to try again, where the service says so. */
  readonly retryAfterSeconds: number | undefined;

  constructor(code: string, message: string, facts: ErrorFacts = {}) {
    super(message, facts.cause === undefined ? undefined : { cause: facts.cause });
    this.code = code;
    this.status = facts.status ?? 0;
    this.details = facts.details ?? [];
    this.requestId = facts.requestId;
    this.retryAfterSeconds = facts.retryAfterSeconds;
  }
}
