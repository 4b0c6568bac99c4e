/*
 * Webhooks, as far as they need no I/O: what a delivery is and what a try brought (`delivery.ts`), when it is tried
 * again (`schedule.ts`), and which addresses may be given (`address.ts`). Signatures are in `crypto/`, the request
 * itself in `delivery/`.
 */

/** What was sent, as it was. */
export interface SentRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Why a try failed where no answer did it. */
export type TryProblem =
  | 'name_not_found'
  | 'lookup_failed'
  | 'address_refused'
  | 'connection_failed'
  | 'tls_failed'
  | 'timeout'
  | 'bad_answer'
  | 'insecure';

/** What one try brought. */
export interface TryOutcome {
  readonly at: string;
  /** Null where no answer came. */
  readonly status: number | null;
  readonly durationMs: number;
  /** The first KiB of the answer's body. */
  readonly answer: string;
  readonly problem: TryProblem | null;
  /** In seconds, where the answer asked for a later try. */
  readonly retryAfterSeconds: number | null;
}

/** Whether a try got what it wanted: any 2xx. */
export function hasSucceeded({ status }: Pick<TryOutcome, 'status'>): boolean {
  return status !== null && status >= 200 && status < 300;
}

/** Says what came of a try, for people. */
export function describeOutcome({ status, problem }: Pick<TryOutcome, 'status' | 'problem'>): string {
  if (problem !== null) return PROBLEMS[problem];
  if (status === null) return "The endpoint didn't respond.";
  if (status >= 300 && status < 400) return `It answered ${status}. Redirects aren't followed.`;
  return `It answered ${status}.`;
}

const PROBLEMS: Readonly<Record<TryProblem, string>> = {
  name_not_found: "The host name doesn't resolve to an address.",
  lookup_failed: "The host's name couldn't be looked up: DNS gave no usable answer.",
  address_refused: "The host's address is private or reserved, so nothing was sent.",
  connection_failed: 'No connection could be made.',
  tls_failed: "The connection isn't secure: its certificate isn't valid for this host.",
  timeout: "The endpoint didn't respond within 15 seconds.",
  bad_answer: "The response isn't HTTP.",
  insecure: 'The URL is http. Only https is sent to.',
};
