import type { RecordStatus } from '../../core/judgement/judgement.ts';
import { findRestMs, nextCheckAt } from '../../core/lifecycle/schedule.ts';
import type { DomainState } from '../../core/lifecycle/status.ts';
import type { StoredDomain } from '../../db/queries/domains.ts';
import type { Context } from '../context.ts';
import type { CheckReason } from '../node/claims.ts';

/** What the next check depends on. */
interface MadeCheck {
  readonly domain: Pick<StoredDomain, 'createdAt' | 'attempts'>;
  readonly reason: CheckReason;
  /** After the check. */
  readonly state: DomainState;
  /** Of all records. */
  readonly statuses: readonly RecordStatus[];
  /** How many octets of answers came. */
  readonly octets: number;
  /** When something else than the domain's state wants the next check, if that is earlier. */
  readonly wantedAt?: Date | null;
}

/** Works out the step of the schedule that a check takes, and when the next one is due. */
export function planNextCheck(
  ctx: Pick<Context, 'timing' | 'random'>,
  { domain, reason, state, statuses, octets, wantedAt = null }: MadeCheck,
  now: Date,
): { readonly attempts: number; readonly nextCheckAt: Date } {
  // A check that the schedule did not ask for takes no step of it.
  const attempts = reason === 'due' ? domain.attempts + 1 : Math.max(1, domain.attempts);
  const next = nextCheckAt(
    {
      state,
      createdAt: domain.createdAt,
      allFound: statuses.every((status) => status === 'verified'),
      noneAnswered: statuses.every((status) => status === 'unknown'),
      attempt: attempts,
      now,
      random: ctx.random(),
    },
    ctx.timing.schedule,
  );
  const restedAt = new Date(now.getTime() + findRestMs(octets));
  const dueAt = earliest(next, wantedAt) ?? next;
  return { attempts, nextCheckAt: restedAt > dueAt ? restedAt : dueAt };
}

/** The earliest of some times; null where there are none. */
export function earliest(...times: readonly (Date | null)[]): Date | null {
  return times.reduce((first, at) => (first === null || (at !== null && at < first) ? at : first), null);
}
