import type { z } from 'zod';
import type { failureSchema } from '../../../server/src/wire/envelope.ts';

type Failure = z.infer<typeof failureSchema>['error'];

/** A failure of the server, or of the way to it. `message` is a sentence for the person. */
export class RequestError extends Error {
  /** The server's code; `NETWORK` where it could not be reached, `UNREADABLE` where something else answered. */
  readonly code: string;
  readonly details: NonNullable<Failure['details']>;
  /** After how many seconds it may be tried again; null where that is not said. */
  readonly retryAfter: number | null;

  constructor(
    code: string,
    message: string,
    details: NonNullable<Failure['details']> = [],
    retryAfter: number | null = null,
  ) {
    super(message);
    this.name = 'RequestError';
    this.code = code;
    this.details = details;
    this.retryAfter = retryAfter;
  }
}

/** Reads the `data` of an answer. @throws RequestError for a failure */
export async function readAnswer(response: Response): Promise<unknown> {
  const answer = await response.json().catch(() => null);
  if (response.ok && answer?.success) return answer.data;
  const failure: Failure | undefined = answer?.error;
  throw failure
    ? new RequestError(failure.code, failure.message, failure.details, failure.retryAfter ?? null)
    : new RequestError('UNREADABLE', `We couldn’t reach the server (${response.status}). Try again in a moment.`);
}

/** The message of a failure that belongs to one field of a form. */
export function findFieldError(error: Error | null, field: string): string | undefined {
  if (!(error instanceof RequestError)) return undefined;
  return error.details.find((detail) => detail.field === field)?.message;
}

/** Whether a failure says that nobody is signed in (any more). */
export function isSignedOut(error: unknown): boolean {
  return error instanceof RequestError && error.code === 'UNAUTHORIZED';
}

/** Whether a failure says that there is no such thing (for whoever asks). */
export function isNotFound(error: unknown): boolean {
  return error instanceof RequestError && error.code === 'NOT_FOUND';
}
