import type { KeyState } from '../dkim/key-stages.ts';
import { FLAG_NAMES } from '../records/record.ts';
import type { DomainState } from './status.ts';

/** When a domain is checked again; all times in milliseconds, before jitter. */
export interface Schedule {
  /** The waits after the first, second, … check since verify was called. */
  readonly afterVerifyMs: readonly number[];
  /** The wait once those are used up. */
  readonly steadyMs: number;
  /** For how long after verify, or after a record was found, somebody is taken to be still publishing records. */
  readonly afterVerifyWindowMs: number;
  /** The waits after the first, second, … check of a domain that was added and that nobody asked to verify. */
  readonly afterAddedMs: readonly number[];
  /** The wait of such a domain once nobody seems to be publishing records any more. */
  readonly unaskedMs: number;
  /** For how long it is checked that often, before it is checked as rarely as one that failed. */
  readonly unaskedWindowMs: number;
  /** The wait while somebody watches a domain that is not all right. */
  readonly watchedMs: number;
  /** The wait of a domain that is in order. */
  readonly verifiedMs: number;
  /** The wait while a record of a verified domain is missed, or DNS does not answer for it. */
  readonly missedMs: number;
  /** The wait of a domain that was given up on by the clock, but not by us, or that seems to be forgotten. */
  readonly failedMs: number;
  /** The share by which every wait may be shorter or longer, so that a million domains do not come due together. */
  readonly jitter: number;
}

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** The times of `verification.md` §4. */
export const DEFAULT_SCHEDULE: Schedule = {
  afterVerifyMs: [
    5 * SECOND_MS,
    10 * SECOND_MS,
    20 * SECOND_MS,
    40 * SECOND_MS,
    MINUTE_MS,
    2 * MINUTE_MS,
    5 * MINUTE_MS,
    10 * MINUTE_MS,
  ],
  steadyMs: 10 * MINUTE_MS,
  afterVerifyWindowMs: 72 * HOUR_MS,
  afterAddedMs: [10, 20, 40, 80, 160, 320, 600].map((seconds) => seconds * SECOND_MS),
  unaskedMs: HOUR_MS,
  unaskedWindowMs: 14 * 24 * HOUR_MS,
  watchedMs: 10 * SECOND_MS,
  verifiedMs: 6 * HOUR_MS,
  missedMs: 15 * MINUTE_MS,
  failedMs: 24 * HOUR_MS,
  jitter: 0.1,
};

/** Five records over thirteen servers, the most that is asked, are 30 KB as we show them. What is more than four times that costs everybody. */
const LARGE_OCTETS = 128 * 1024;
const AFTER_LARGE_MS = MINUTE_MS;

/** How long a domain rests at least after a check, in milliseconds, whoever waits. @param octets of answers that the check was given */
export function findRestMs(octets: number): number {
  return octets > LARGE_OCTETS ? AFTER_LARGE_MS : 0;
}

/** How long after a domain was added its first check comes. */
export const FIRST_CHECK_MS = SECOND_MS;

/**
 * When a domain that is added now is first checked. What is there already is worth knowing before anything is published, and
 * who adds many domains is answered before they are checked.
 */
export function firstCheckAt(now: Date): Date {
  return new Date(now.getTime() + FIRST_CHECK_MS);
}

/** What the next check depends on. */
export interface NextCheckInput {
  /** The state after the check that was just made. */
  readonly state: DomainState;
  /** When the domain was added. */
  readonly createdAt: Date;
  /** Whether that check found all records right. */
  readonly allFound: boolean;
  /** Whether that check got no usable answer for any record. */
  readonly noneAnswered?: boolean;
  /** The checks made since verify was last called or the domain was added, the one just made included; 0 when none was made yet. */
  readonly attempt: number;
  readonly now: Date;
  /** At least 0 and less than 1. */
  readonly random: number;
}

/**
 * Whether a person waits for this check, or the domain is still being set up: then it is worth the questions to find out why
 * something is missing.
 */
export function isSomebodyWaiting(
  domain: { readonly state: DomainState; readonly attempts: number; readonly createdAt: Date },
  now: Date,
  schedule: Schedule = DEFAULT_SCHEDULE,
): boolean {
  if (!isStillPublishing(domain, now, schedule)) return false;
  const { verifyRequestedAt, status } = domain.state;
  const ladder = verifyRequestedAt === null ? schedule.afterAddedMs : schedule.afterVerifyMs;
  return status === 'PENDING_CONFIGURATION' || domain.attempts < ladder.length;
}

/** Decides when a domain is checked again. */
export function nextCheckAt(input: NextCheckInput, schedule: Schedule = DEFAULT_SCHEDULE): Date {
  const factor = 1 + schedule.jitter * (2 * input.random - 1);
  return new Date(input.now.getTime() + Math.round(findWaitMs(input, schedule) * factor));
}

/** How long ago somebody last did anything about a domain, as far as we know: asked to verify it, published a record, or added it. */
function findAgeMs({ state, createdAt }: Pick<NextCheckInput, 'state' | 'createdAt'>, now: Date): number {
  const since = state.verifyRequestedAt ?? state.progressAt ?? createdAt;
  return now.getTime() - since.getTime();
}

function isStillPublishing(
  domain: Pick<NextCheckInput, 'state' | 'createdAt'>,
  now: Date,
  schedule: Schedule,
): boolean {
  return findAgeMs(domain, now) < schedule.afterVerifyWindowMs;
}

function findWaitMs(input: NextCheckInput, schedule: Schedule): number {
  const { state, attempt } = input;
  const isUnasked = state.verifyRequestedAt === null;
  const isRecent = isStillPublishing(input, input.now, schedule);
  const ladder = isUnasked ? schedule.afterAddedMs : schedule.afterVerifyMs;
  // Whoever has just pressed verify is waiting, whatever the state.
  const quickMs = (isRecent ? ladder[Math.max(0, attempt - 1)] : undefined) ?? Number.POSITIVE_INFINITY;
  const publishingMs = Math.min(quickMs, schedule.steadyMs);

  switch (state.status) {
    case 'FAILED':
      return schedule.failedMs;
    case 'PENDING_CONFIGURATION': {
      if (isRecent) return publishingMs;
      const isForgotten = !isUnasked || findAgeMs(input, input.now) >= schedule.unaskedWindowMs;
      // Verify was called: past its 72 h only while DNS never answers, and then it is one of those that may stay silent for years.
      return isForgotten ? schedule.failedMs : schedule.unaskedMs;
    }
    case 'TEMPORARY_FAILURE':
      return Math.min(quickMs, schedule.missedMs);
    case 'VERIFIED': {
      if (input.allFound) return schedule.verifiedMs;
      if (FLAG_NAMES.some((name) => state.flags[name].misses > 0)) return Math.min(quickMs, schedule.missedMs);
      // Ownership and DKIM are there, MAIL FROM or DMARC not yet: the person is still at it, and watches these two turn
      // green as well. Three days later nobody does.
      if (isRecent) return publishingMs;
      return input.noneAnswered ? Math.min(schedule.missedMs, schedule.verifiedMs) : schedule.verifiedMs;
    }
  }
}

/**
 * When keys want a check before the domain itself does; null where none does. A pending key is looked for by the ladder that
 * follows `verify`, from when it was made; nobody waits for one that has not appeared when that ends.
 */
export function nextKeyCheckAt(
  keys: readonly Pick<KeyState, 'stage' | 'createdAt' | 'retireAt'>[],
  now: Date,
  schedule: Schedule = DEFAULT_SCHEDULE,
): Date | null {
  const times = keys.flatMap(({ stage, createdAt, retireAt }) => {
    if (stage === 'retiring' && retireAt !== null) return [Math.max(retireAt.getTime(), now.getTime())];
    const waitMs = stage === 'pending' ? findPendingWaitMs(now.getTime() - createdAt.getTime(), schedule) : null;
    return waitMs === null ? [] : [now.getTime() + waitMs];
  });
  return times.length === 0 ? null : new Date(Math.min(...times));
}

function findPendingWaitMs(ageMs: number, schedule: Schedule): number | null {
  let endMs = 0;
  for (const rungMs of schedule.afterVerifyMs) {
    endMs += rungMs;
    if (ageMs < endMs) return rungMs;
  }
  return ageMs < schedule.afterVerifyWindowMs ? schedule.steadyMs : null;
}
