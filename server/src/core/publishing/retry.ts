import type { DnsProviderFault } from './dns-provider.ts';

/** Why the records of a domain couldn't be written, or not all of them. */
export type PublishReason =
  | DnsProviderFault
  /** No connection here can write the zone. */
  | 'no_connection'
  /** DNS doesn't say which zone the domain is in. */
  | 'no_zone'
  /** Something that isn't ours is in the way, and somebody has to decide. */
  | 'needs_consent';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** What passes: the provider is busy or away, or somebody changed the zone at that moment. A day at most. */
const PASSING_MS = [
  2 * SECOND_MS,
  10 * SECOND_MS,
  MINUTE_MS,
  5 * MINUTE_MS,
  15 * MINUTE_MS,
  HOUR_MS,
  3 * HOUR_MS,
  6 * HOUR_MS,
  12 * HOUR_MS,
];

/** What a person has to put right, perhaps at the provider, where we don't see it. Three days at most. */
const STANDING_MS = [MINUTE_MS, 15 * MINUTE_MS, HOUR_MS, 6 * HOUR_MS, 24 * HOUR_MS, 36 * HOUR_MS];

const LADDERS: Readonly<Record<PublishReason, readonly number[]>> = {
  throttled: PASSING_MS,
  unavailable: PASSING_MS,
  unreachable: PASSING_MS,
  bad_answer: PASSING_MS,
  changed: PASSING_MS,
  no_zone: PASSING_MS,
  tls_failed: STANDING_MS,
  unauthorized: STANDING_MS,
  forbidden: STANDING_MS,
  no_such_zone: STANDING_MS,
  quota: STANDING_MS,
  refused_record: STANDING_MS,
  clock_off: STANDING_MS,
  address_refused: STANDING_MS,
  no_connection: STANDING_MS,
  // Whoever decides writes the records with it: nothing is to be tried again.
  needs_consent: [],
};

/** Every reason. */
export const PUBLISH_REASONS = Object.keys(LADDERS) as [PublishReason, ...PublishReason[]];

/** What passes is told when it has not passed for so many tries: some minutes. */
const TOLD_AFTER_TRIES = 5;
/** So much a wait may be longer, so that what failed together does not come again together. */
const JITTER = 0.2;
/** For so long a provider may ask to be left alone. */
const MAX_RETRY_AFTER_MS = 24 * HOUR_MS;
/** How often a zone is read in which everything stands as it should, to see what was changed there. */
const COMPARE_MS = 24 * HOUR_MS;

/** What follows from a try that failed. */
export interface NextTry {
  /** Null where there is no further one. */
  readonly waitMs: number | null;
  /** Whether people are told of it: once while it lasts, and once more when it is given up. */
  readonly isTold: boolean;
}

/**
 * Says when to try again after a failure. Tries are bounded: at most ten in a day for what passes, seven in three days for what
 * a person has to put right; then only a change of the domain or of the connections starts anew.
 * @param attempt 1 for the first failure in a row
 * @param random at least 0 and less than 1
 * @param retryAfterSeconds what the provider asked for; it is never asked sooner
 */
export function planNextTry(
  reason: PublishReason,
  attempt: number,
  random: number,
  retryAfterSeconds: number | null = null,
): NextTry {
  const ladder = LADDERS[reason];
  const rungMs = ladder[attempt - 1];
  if (rungMs === undefined) return { waitMs: null, isTold: true };
  const askedMs = Math.min((retryAfterSeconds ?? 0) * SECOND_MS, MAX_RETRY_AFTER_MS);
  const waitMs = Math.round(Math.max(rungMs, askedMs) * (1 + JITTER * random));
  return { waitMs, isTold: attempt === (ladder === PASSING_MS ? TOLD_AFTER_TRIES : 1) };
}

/** How long a zone in which nothing is to be done is left alone. @param random at least 0 and less than 1 */
export function findCompareWait(random: number): number {
  return Math.round(COMPARE_MS * (1 - JITTER * random));
}
