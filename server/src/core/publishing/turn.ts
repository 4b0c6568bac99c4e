import { findDrift } from './drift.ts';
import { selectChanges } from './plan.ts';
import type { PlannedChange } from './planned-change.ts';
import type { Publication } from './publication.ts';
import type { PublishProblem, ToldDrift } from './publish-state.ts';
import { findCompareWait, planNextTry } from './retry.ts';
import type { RrSet, RrSetChange } from './rr-set.ts';
import { saysTheSame } from './set-content.ts';
import { planWithdrawal } from './withdrawal.ts';

/*
 * A turn: what one look at the zone of a domain that is published automatically leads to. `choosePublishing` says what is
 * written without anybody's say, `concludeTurn` what people are told and when the next turn is.
 */

/** What is done in a zone without asking anybody. */
export interface Choice {
  readonly changes: readonly RrSetChange[];
  /** What others changed of what we wrote: it is told and left alone. */
  readonly drift: readonly ToldDrift[];
  /** What is in the way. */
  readonly conflicts: readonly PlannedChange[];
  /** What was written and isn't wanted any more: nothing has to be known of it afterwards. */
  readonly stale: readonly Publication[];
}

/**
 * Chooses what is written: what the plan creates or adds, and the withdrawal of what isn't wanted any more. What drifted isn't
 * put back, and what needs a consent isn't done.
 */
export function choosePublishing(
  plan: readonly PlannedChange[],
  written: readonly Publication[],
  standing: readonly RrSet[],
): Choice {
  const wanted = new Set(plan.map(({ name }) => name));
  const stale = written.filter(({ name }) => !wanted.has(name));
  const drift = findDrift(
    written.filter(({ name }) => wanted.has(name)),
    standing,
  );
  const hasDrifted = ({ name, type }: Pick<RrSet, 'name' | 'type'>) =>
    drift.some(({ before }) => before.name === name && before.type === type);
  const open = plan.filter((change) => !hasDrifted(change));
  return {
    changes: [...planWithdrawal(stale, standing), ...selectChanges(open, [])],
    // What stands there may serve as well as ours did: then there is nothing to put back.
    drift: drift.map((each) => {
      const planned = plan.find(({ name, type }) => name === each.before.name && type === each.before.type);
      return { ...each, isRight: planned?.action === 'keep' };
    }),
    conflicts: open.filter(({ action }) => action === 'conflict'),
    stale,
  };
}

/** How publishing a domain stood before a turn. */
export interface TurnStart {
  readonly attempts: number;
  readonly problem: PublishProblem | null;
  readonly drift: readonly ToldDrift[];
}

/** What came of a turn. */
export interface TurnResult {
  /** Null where everything was done that could be. */
  readonly problem: PublishProblem | null;
  /** Left out where the zone wasn't read. */
  readonly drift?: readonly ToldDrift[] | undefined;
  /** What the provider asked for. */
  readonly retryAfterSeconds?: number | undefined;
}

/** What follows from a turn. */
export interface TurnEnd extends TurnStart {
  /** Null where nothing is done until something changes. */
  readonly nextAt: Date | null;
  /** What others changed since the last turn. */
  readonly newDrift: readonly ToldDrift[];
  /** Whether the problem is told now. */
  readonly isProblemTold: boolean;
}

/**
 * Says what people are told of a turn and when the next one is. A problem is told once while it lasts and once more when it is
 * given up; drift once for each change that somebody makes.
 * @param random at least 0 and less than 1
 */
export function concludeTurn(
  before: TurnStart,
  { problem, drift = before.drift, retryAfterSeconds }: TurnResult,
  now: Date,
  random: number,
): TurnEnd {
  const newDrift = drift.filter((each) => !before.drift.some((told) => isSameDrift(told, each)));
  const all = { problem, drift, newDrift };
  if (problem === null || problem.reason === 'needs_consent') {
    const isProblemTold = problem !== null && !isSameConflict(before.problem, problem);
    return { ...all, attempts: 0, nextAt: new Date(now.getTime() + findCompareWait(random)), isProblemTold };
  }
  const attempts = before.attempts + 1;
  const { waitMs, isTold } = planNextTry(problem.reason, attempts, random, retryAfterSeconds ?? null);
  const nextAt = waitMs === null ? null : new Date(now.getTime() + waitMs);
  return { ...all, attempts, nextAt, isProblemTold: isTold };
}

function isSameDrift(one: ToldDrift, other: ToldDrift): boolean {
  return saysTheSame(one.before, other.before) && saysTheSame(one.after, other.after);
}

function isSameConflict(before: PublishProblem | null, { reason, conflicts }: PublishProblem): boolean {
  const list = (all: PublishProblem['conflicts']) => JSON.stringify(all.map(({ name, type }) => [name, type]));
  return before?.reason === reason && list(before.conflicts) === list(conflicts);
}
