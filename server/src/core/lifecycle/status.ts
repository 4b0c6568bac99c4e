/*
 * The life of a domain. `status.ts` is the only place where a status or a flag changes: it takes the state and
 * what a check found, and returns the next state and its events (`events.ts`). `status-edges.ts` lists the moves
 * that are allowed, `schedule.ts` says when to check next, `timing.ts` holds the periods that an operator may set,
 * and `sending-statuses.ts` says which statuses may send. No DNS and no storage.
 */

import { type FlagName, mapFlags, REQUIRED_FLAGS } from '../records/record.ts';
import type { DomainChange } from './events.ts';

/**
 * The life of a domain (`verification.md` §3), as pure steps from one state to the next:
 *
 *     PENDING_CONFIGURATION ── both found ──────────────► VERIFIED ◄───────────────┐
 *        ▲       │ 72 h since verify was called              │ a required flag     │ both found
 *        │verify ▼                                           ▼ fell                │
 *      FAILED ◄──────── 72 h since first missed ───── TEMPORARY_FAILURE ───────────┘
 *        └───────────── both found ──────────► VERIFIED
 *
 * What DNS did not answer (`unknown`) moves nothing: no flag, no count of misses, and no clock ends a state on a check in
 * which nothing was seen to be wrong.
 */

/** The states that clients see. */
export const VERIFICATION_STATUSES = ['PENDING_CONFIGURATION', 'VERIFIED', 'TEMPORARY_FAILURE', 'FAILED'] as const;
export type VerificationStatus = (typeof VERIFICATION_STATUSES)[number];

/** One flag: its value, and the misses in a row that have not yet made it fall. A flag that is down counts nothing. */
export interface Flag {
  readonly value: boolean;
  readonly misses: number;
  readonly firstMissedAt: Date | null;
}

/** All that the life cycle remembers of a domain. */
export interface DomainState {
  readonly status: VerificationStatus;
  readonly flags: Readonly<Record<FlagName, Flag>>;
  /** When verify was last called; null if never. Starts the clock of PENDING_CONFIGURATION: without it nothing ends that state. */
  readonly verifyRequestedAt: Date | null;
  /** When a record was last found that was not there before: somebody is publishing. */
  readonly progressAt: Date | null;
  /** When the domain was first VERIFIED; never changes afterwards. */
  readonly verifiedAt: Date | null;
  /** In TEMPORARY_FAILURE, when a required record was first missed; else null. */
  readonly firstMissedAt: Date | null;
}

/** What one check saw of a flag; `unknown` where no server answered or the servers disagree. */
export type FlagOutcome = 'right' | 'wrong' | 'unknown';
export type CheckOutcome = Readonly<Record<FlagName, FlagOutcome>>;

/** The figures of the life cycle. */
export interface LifeCycleRules {
  /** How many misses in a row make a flag fall. */
  readonly missesToFall: number;
  /** Over what time those misses must be spread, at least. */
  readonly missSpreadMs: number;
  /** How long after verify a domain may stay PENDING_CONFIGURATION. */
  readonly pendingLimitMs: number;
  /** How long after the first miss a domain may stay TEMPORARY_FAILURE. */
  readonly atRiskLimitMs: number;
}

const HOUR_MS = 3_600_000;

/** The figures of `verification.md` §3. */
export const DEFAULT_RULES: LifeCycleRules = {
  missesToFall: 3,
  missSpreadMs: HOUR_MS,
  pendingLimitMs: 72 * HOUR_MS,
  atRiskLimitMs: 72 * HOUR_MS,
};

/** A flag whose records were not found, or not asked for yet. */
export const DOWN: Flag = { value: false, misses: 0, firstMissedAt: null };
const UP: Flag = { value: true, misses: 0, firstMissedAt: null };

/** The state of a domain that was just added. */
export const INITIAL_STATE: DomainState = {
  status: 'PENDING_CONFIGURATION',
  flags: mapFlags(() => DOWN),
  verifyRequestedAt: null,
  progressAt: null,
  verifiedAt: null,
  firstMissedAt: null,
};

/**
 * Notes that verify was called. It never lowers anything: VERIFIED and TEMPORARY_FAILURE stay what they are (and the
 * deadline of the latter stays where it is), FAILED gets another 72 hours.
 */
export function applyVerifyRequest(state: DomainState, now: Date): DomainState {
  const status = state.status === 'FAILED' ? 'PENDING_CONFIGURATION' : state.status;
  return { ...state, status, verifyRequestedAt: now };
}

/** Applies what one check saw. At most one change of status comes of one check, so that none is ever skipped. */
export function applyCheck(
  state: DomainState,
  outcome: CheckOutcome,
  now: Date,
  rules: LifeCycleRules = DEFAULT_RULES,
): { state: DomainState; changes: DomainChange[] } {
  const changes: DomainChange[] = [];
  const step = (name: FlagName): Flag => {
    const before = state.flags[name];
    const after = nextFlag(before, outcome[name], now, rules);
    if (after.value && !before.value) changes.push({ type: 'record.verified', data: { record: name } });
    if (!after.value && before.value) {
      const firstMissedAt = earlier(before.firstMissedAt, now).toISOString();
      changes.push({ type: 'record.missing', data: { record: name, firstMissedAt } });
    }
    return after;
  };
  const flags = mapFlags(step);
  const progressAt = changes.some(({ type }) => type === 'record.verified') ? now : state.progressAt;
  return { state: nextStatus({ ...state, flags, progressAt }, state, outcome, now, rules, changes), changes };
}

/** When the present state ends unless its records are found; null where no clock runs. */
export function findDeadline(state: DomainState, rules: LifeCycleRules = DEFAULT_RULES): Date | null {
  if (state.status === 'PENDING_CONFIGURATION' && state.verifyRequestedAt)
    return addMs(state.verifyRequestedAt, rules.pendingLimitMs);
  if (state.status === 'TEMPORARY_FAILURE' && state.firstMissedAt)
    return addMs(state.firstMissedAt, rules.atRiskLimitMs);
  return null;
}

/**
 * Until when a VERIFIED domain counts as that at least, though a required record is missed: by then it is missed for long
 * enough, and the next check that misses it again ends the state. Null where nothing is missed.
 */
export function findAtRisk(state: DomainState, rules: LifeCycleRules = DEFAULT_RULES): Date | null {
  if (state.status !== 'VERIFIED') return null;
  const times = REQUIRED_FLAGS.flatMap((name) => {
    const { misses, firstMissedAt } = state.flags[name];
    return misses > 0 && firstMissedAt ? [firstMissedAt.getTime() + rules.missSpreadMs] : [];
  });
  return times.length === 0 ? null : new Date(Math.min(...times));
}

/**
 * Whether checks go on in the background for somebody who pressed verify (the wire's `verificationInProgress`). Derived, and
 * bounded by the clock of PENDING_CONFIGURATION: where DNS never answers nothing else would end it.
 */
export function isVerificationInProgress(
  state: Pick<DomainState, 'status' | 'verifyRequestedAt'>,
  now: Date,
  rules: LifeCycleRules = DEFAULT_RULES,
): boolean {
  if (state.status !== 'PENDING_CONFIGURATION' || !state.verifyRequestedAt) return false;
  return now < addMs(state.verifyRequestedAt, rules.pendingLimitMs);
}

/** Whether every record stood right when it was last seen: nobody waits for anything. */
export function isAllRight({ status, flags }: Pick<DomainState, 'status' | 'flags'>): boolean {
  return status === 'VERIFIED' && Object.values(flags).every(({ value, misses }) => value && misses === 0);
}

/** A flag rises at once and falls late: a zone that is being edited, or one bad server, must not stop anyone's mail. */
function nextFlag(flag: Flag, outcome: FlagOutcome, now: Date, rules: LifeCycleRules): Flag {
  if (outcome === 'unknown') return flag;
  if (outcome === 'right') return flag.value && flag.misses === 0 ? flag : UP;
  if (!flag.value) return flag;
  // The earlier of the two, so that a clock that ran ahead and was set back cannot keep a flag up for ever.
  const firstMissedAt = earlier(flag.firstMissedAt, now);
  const misses = flag.misses + 1;
  const spreadMs = now.getTime() - firstMissedAt.getTime();
  return misses >= rules.missesToFall && spreadMs >= rules.missSpreadMs ? DOWN : { value: true, misses, firstMissedAt };
}

function nextStatus(
  state: DomainState,
  before: DomainState,
  outcome: CheckOutcome,
  now: Date,
  rules: LifeCycleRules,
  changes: DomainChange[],
): DomainState {
  const missing = REQUIRED_FLAGS.filter((name) => !state.flags[name].value);
  if (state.status === 'VERIFIED') {
    if (missing.length === 0) return state;
    const firstMissedAt = missing
      .map((name) => before.flags[name].firstMissedAt)
      .reduce<Date>((first, at) => earlier(at, first), now);
    const deadlineAt = addMs(firstMissedAt, rules.atRiskLimitMs).toISOString();
    changes.push({ type: 'domain.at_risk', data: { missing, deadlineAt } });
    return { ...state, status: 'TEMPORARY_FAILURE', firstMissedAt };
  }

  // A flag that is up but was just missed proves nothing: the status rises only on what stands now, or stood when last seen.
  if (REQUIRED_FLAGS.every((name) => state.flags[name].value && state.flags[name].misses === 0)) {
    changes.push({ type: state.status === 'TEMPORARY_FAILURE' ? 'domain.restored' : 'domain.verified', data: {} });
    return { ...state, status: 'VERIFIED', verifiedAt: state.verifiedAt ?? now, firstMissedAt: null };
  }

  const deadline = findDeadline(state, rules);
  // The check must have seen a required record that is wrong. Then no answer that failed could have changed the verdict.
  const sawWrong = missing.some((name) => outcome[name] === 'wrong');
  if (deadline === null || now < deadline || !sawWrong) return state;
  changes.push({ type: 'domain.failed', data: { missing, deadlineAt: deadline.toISOString() } });
  return { ...state, status: 'FAILED', firstMissedAt: null };
}

function earlier(at: Date | null, now: Date): Date {
  return at !== null && at < now ? at : now;
}

function addMs(at: Date, ms: number): Date {
  return new Date(at.getTime() + ms);
}
