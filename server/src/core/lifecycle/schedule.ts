import type { KeyState } from '../dkim/key-stages.ts';
import { FLAG_NAMES } from '../records/record.ts';
import type { DomainState } from './status.ts';

/** When a domain is checked again; all times in milliseconds, before jitter. */
export interface Schedule {
  /** The waits after the first, second, … check since verify was called. */
  readonly afterVerifyMs: readonly number[];
  /** The wait once those are used up. */
  readonly steadyMs: number;
  /** For how long after verify somebody is taken to be still publishing records. */
  readonly afterVerifyWindowMs: number;
  /** The wait of a domain that is in order. */
  readonly verifiedMs: number;
  /** The wait while a record of a verified domain is missed, or DNS does not answer for it. */
  readonly missedMs: number;
  /** The wait of a domain that was given up on by the clock, but not by us. */
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
  verifiedMs: 6 * HOUR_MS,
  missedMs: 15 * MINUTE_MS,
  failedMs: 24 * HOUR_MS,
  jitter: 0.1,
};

/** How long after a domain was added its first check comes. */
export const FIRST_CHECK_MS = SECOND_MS;

/**
 * When a domain that is added now is first checked: what is there already is worth knowing before anything is published,
 * and who adds many domains is answered before they are checked.
 */
export function firstCheckAt(now: Date): Date {
  return new Date(now.getTime() + FIRST_CHECK_MS);
}

/** What the next check depends on. */
export interface NextCheckInput {
  /** The state after the check that was just made. */
  readonly state: DomainState;
  /** Whether that check found all records right. */
  readonly allFound: boolean;
  /** Whether that check got no usable answer for any record. */
  readonly noneAnswered?: boolean;
  /** The checks made since verify was last called, the one just made included; 0 when none was made yet. */
  readonly attempt: number;
  readonly now: Date;
  /** At least 0 and less than 1. */
  readonly random: number;
}

/**
 * Whether a person waits for this check, or the domain is still being set up: then it is worth the questions to find out why
 * something is missing. Not before `verify` was called: nothing has been published that could be in a wrong place.
 */
export function isSomebodyWaiting(
  domain: { readonly state: DomainState; readonly attempts: number },
  now: Date,
  schedule: Schedule = DEFAULT_SCHEDULE,
): boolean {
  const { verifyRequestedAt, status } = domain.state;
  if (verifyRequestedAt === null) return false;
  const isRecent = now.getTime() - verifyRequestedAt.getTime() < schedule.afterVerifyWindowMs;
  return isRecent && (status === 'PENDING_CONFIGURATION' || domain.attempts < schedule.afterVerifyMs.length);
}

/** Decides when a domain is checked again; null for a domain that nobody ever asked to verify. */
export function nextCheckAt(input: NextCheckInput, schedule: Schedule = DEFAULT_SCHEDULE): Date | null {
  if (input.state.verifyRequestedAt === null) return null;
  const factor = 1 + schedule.jitter * (2 * input.random - 1);
  return new Date(
    input.now.getTime() + Math.round(findWaitMs(input, input.state.verifyRequestedAt, schedule) * factor),
  );
}

function findWaitMs(input: NextCheckInput, verifyRequestedAt: Date, schedule: Schedule): number {
  const { state, attempt } = input;
  const isRecent = input.now.getTime() - verifyRequestedAt.getTime() < schedule.afterVerifyWindowMs;
  // Whoever has just pressed verify is waiting, whatever the state.
  const quickMs = (isRecent ? schedule.afterVerifyMs[Math.max(0, attempt - 1)] : undefined) ?? Number.POSITIVE_INFINITY;
  const publishingMs = Math.min(quickMs, schedule.steadyMs);

  switch (state.status) {
    case 'FAILED':
      return schedule.failedMs;
    case 'PENDING_CONFIGURATION':
      // Past its 72 h only while DNS never answers, and then it is one of those that may stay silent for years.
      return isRecent ? publishingMs : schedule.failedMs;
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
