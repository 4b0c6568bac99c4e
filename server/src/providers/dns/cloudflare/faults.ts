import type { DnsProviderFault, DnsProviderProblem } from '../../../core/publishing/dns-provider.ts';
import { parseRetryAfter } from '../../../core/retry-after.ts';

/** What Cloudflare says went wrong. */
export interface CloudflareError {
  readonly code: number;
  readonly message: string;
  /** What is behind an error that only says "DNS Validation Error". */
  readonly error_chain?: readonly CloudflareError[] | null | undefined;
}

/** What codes mean. */
export type CloudflareCodes = Readonly<Record<number, DnsProviderFault>>;

/**
 * The codes that mean something of their own. Cloudflare publishes no list: these are in its documentation, its clients and
 * reports of their users.
 */
const OUTCOMES: CloudflareCodes = {
  // "Invalid API Token", "Invalid request headers" with 61xx behind it, "Unknown X-Auth-Key", "Unable to authenticate request".
  1000: 'unauthorized',
  6003: 'unauthorized',
  9103: 'unauthorized',
  10001: 'unauthorized',
  // "Authentication error": so it answers for what a valid token may not do.
  10000: 'forbidden',
  // "Unauthorized to access requested resource", and of another address than the token is for.
  9109: 'forbidden',
  // Some top-level domains can't be changed by the API on the free plan.
  1038: 'forbidden',
  // "Invalid zone identifier", "No route for that URI", "Could not route to …, perhaps your object identifier is invalid?".
  1001: 'no_such_zone',
  7000: 'no_such_zone',
  7003: 'no_such_zone',
  // The record that was to go isn't there, or one stands where none was to be.
  81044: 'changed',
  81053: 'changed',
  81054: 'changed',
  81055: 'changed',
  81056: 'changed',
  81057: 'changed',
  81058: 'changed',
  // "Record quota exceeded."
  81045: 'quota',
  // "Please wait and consider throttling your request speed".
  971: 'throttled',
};

const BY_STATUS: Readonly<Record<number, DnsProviderFault>> = {
  // All that Cloudflare finds wrong with a record is a 400, with one of many codes.
  400: 'refused_record',
  401: 'unauthorized',
  403: 'forbidden',
  404: 'no_such_zone',
  409: 'changed',
  429: 'throttled',
};

const MOST_CHARACTERS = 300;

/**
 * Turns an answer that isn't a success into a problem.
 * @param headers names in lower case
 * @param errors what the body says; empty where it says nothing
 * @param codes those that mean something else in answer to this question
 */
export function readCloudflareFault(
  { status, headers }: { readonly status: number; readonly headers: Readonly<Record<string, string>> },
  errors: readonly CloudflareError[],
  now: Date,
  codes: CloudflareCodes = {},
): DnsProviderProblem {
  const all = errors.flatMap((error) => [error, ...(error.error_chain ?? [])]);
  const retryAfterSeconds = status === 429 || status >= 500 ? parseRetryAfter(headers['retry-after'], now) : null;
  return {
    outcome: findOutcome(status, all, { ...OUTCOMES, ...codes }),
    detail: (all.length > 0 ? formatErrors(all) : `HTTP ${status}`).slice(0, MOST_CHARACTERS),
    ...(retryAfterSeconds !== null && { retryAfterSeconds }),
  };
}

function findOutcome(status: number, errors: readonly CloudflareError[], codes: CloudflareCodes): DnsProviderFault {
  if (status === 429) return 'throttled';
  if (status >= 500) return 'unavailable';
  // The one code has two meanings.
  if (errors.some(({ code, message }) => code === 9109 && /invalid access token/i.test(message))) return 'unauthorized';
  const known = errors.map(({ code }) => codes[code]).find((outcome) => outcome !== undefined);
  return known ?? BY_STATUS[status] ?? 'bad_answer';
}

function formatErrors(errors: readonly CloudflareError[]): string {
  return errors.map(({ code, message }) => `${message.replaceAll(/\s+/g, ' ')} (${code})`).join('; ');
}
