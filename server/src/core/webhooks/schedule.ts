const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** How long after each failed try the next one is made. The first is made at once; after the tenth there is no other. */
export const RETRY_MS: readonly number[] = [
  5 * SECOND_MS,
  5 * MINUTE_MS,
  30 * MINUTE_MS,
  2 * HOUR_MS,
  5 * HOUR_MS,
  10 * HOUR_MS,
  14 * HOUR_MS,
  20 * HOUR_MS,
  24 * HOUR_MS,
];

/** So much a wait is longer or shorter, so that what failed together does not come back together. */
const JITTER = 0.1;
/** For so long a receiver may ask to be left alone. */
const MAX_RETRY_AFTER_MS = 24 * HOUR_MS;

/** A webhook without one success for so long is disabled. */
export const DISABLE_AFTER_MS = 5 * 24 * HOUR_MS;

/** So many deliveries at most are under way to one webhook. */
export const MAX_AT_ONCE = 4;

/** For so long after a change the secret of before signs too. */
export const PREVIOUS_SECRET_MS = 24 * HOUR_MS;

/** For so long deliveries and the feed of events are kept. */
export const KEPT_MS = 30 * 24 * HOUR_MS;

/**
 * Says when the next try is due; null where the last one was made.
 * @param attempts how many were made, at least one
 * @param random at least 0 and less than 1
 * @param retryAfterSeconds what the receiver asked for; never sooner than the schedule has it
 */
export function nextTryAt(
  attempts: number,
  now: Date,
  random: number,
  retryAfterSeconds: number | null = null,
): Date | null {
  const waitMs = RETRY_MS[attempts - 1];
  if (waitMs === undefined) return null;
  const scheduledMs = waitMs * (1 - JITTER + 2 * JITTER * random);
  const askedMs = Math.min((retryAfterSeconds ?? 0) * SECOND_MS, MAX_RETRY_AFTER_MS);
  return new Date(now.getTime() + Math.max(scheduledMs, askedMs));
}

/** Whether a webhook has failed for long enough to be disabled. */
export function hasFailedForGood(failingSince: Date | null, now: Date): boolean {
  return failingSince !== null && now.getTime() - failingSince.getTime() >= DISABLE_AFTER_MS;
}
