const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** For so long after an email the same person gets no other: what happens meanwhile is told in one. */
export const DIGEST_MS = 10 * MINUTE_MS;

/** What is older is no news: it is told no more. As long as an email is tried. */
export const STALE_MS = 72 * HOUR_MS;

/** For so long notices and emails are kept. */
export const MAIL_KEPT_MS = 30 * 24 * HOUR_MS;

const FIRST_WAIT_MS = 30 * SECOND_MS;
const MAX_WAIT_MS = HOUR_MS;
/** So much a wait is longer or shorter, so that what failed together does not come back together. */
const JITTER = 0.1;

/**
 * Says when an email that couldn't be sent is tried again: after 30 seconds, then twice as long each time, an hour at most; null
 * where its time is over.
 * @param attempts how many tries were made, at least one
 * @param random at least 0 and less than 1
 */
export function nextMailAt(attempts: number, createdAt: Date, now: Date, random: number): Date | null {
  const waitMs = Math.min(FIRST_WAIT_MS * 2 ** (attempts - 1), MAX_WAIT_MS);
  const at = now.getTime() + waitMs * (1 - JITTER + 2 * JITTER * random);
  return at - createdAt.getTime() > STALE_MS ? null : new Date(at);
}
