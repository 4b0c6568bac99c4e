import type { DomainId } from '../../core/ids.ts';
import type { Lease } from '../../db/lease.ts';
import type { StoredDomain } from '../../db/queries/domains.ts';
import * as table from '../../db/queries/due-domains.ts';
import type { Context } from '../context.ts';
import type { CheckAdmission } from '../ports.ts';

/** The right to check a domain alone, for a while. The row says so to other nodes; `endsAtMs` says so to ourselves. It keeps real time, whatever the clock of a test project shows. */
export interface Claim extends Lease {
  /**
   * When the last question may be asked under it, on the scale of `Clock.monotonicMs`: before anyone may take the domain
   * over, whatever happens to this process or to the time of day meanwhile.
   */
  readonly endsAtMs: number;
}

/** Why a check is made: it is due, somebody watches the domain, or somebody asked for this very check. */
export type CheckReason = 'due' | 'watched' | 'asked';

/** A domain and the claim it was taken under. */
export interface ClaimedDomain {
  readonly domain: StoredDomain;
  readonly claim: Claim;
  readonly reason: CheckReason;
  /** Where the check was admitted before it was claimed. */
  readonly admission?: CheckAdmission;
}

/** Others judge a claim by their own clocks; those may be ahead of ours by so much. A lease is longer than a check by more. */
const CLOCK_SKEW_MS = 2_000;

/** Says who claims and until when. Call it right before the claim is written: its time starts here. */
export function startClaim(ctx: Pick<Context, 'realClock' | 'timing'>, owner: string): Claim {
  const { leaseMs } = ctx.timing;
  // First: a process that is paused between the two readings must take its claim for shorter than the row says, not longer.
  const endsAtMs = ctx.realClock.monotonicMs() + leaseMs - CLOCK_SKEW_MS;
  return { owner, until: new Date(ctx.realClock.now().getTime() + leaseMs), endsAtMs };
}

/** Whether a claim has run out, by either clock. */
export function hasRunOut({ realClock }: Pick<Context, 'realClock'>, claim: Claim): boolean {
  return realClock.monotonicMs() >= claim.endsAtMs || realClock.now() >= claim.until;
}

/** Claims up to `limit` due domains for this worker, the longest due first. */
export async function claimDueDomains(ctx: Context, owner: string, limit: number): Promise<ClaimedDomain[]> {
  const claim = startClaim(ctx, owner);
  const claimed = await table.claimDueDomains(ctx.db, ctx.clock.now(), claim, limit);
  return claimed.map((domain) => ({ domain, claim, reason: 'due' }));
}

/** Claims, in the same way, domains of test projects whose clocks are ahead. */
export async function claimDueTestDomains(ctx: Context, owner: string, limit: number): Promise<ClaimedDomain[]> {
  const claim = startClaim(ctx, owner);
  const claimed = await table.claimDueTestDomains(ctx.db, ctx.realClock.now(), claim, limit);
  return claimed.map((domain) => ({ domain, claim, reason: 'due' }));
}

/** A watched domain may be claimed so much before its time: whoever asks for claims does so only now and then. */
const EARLY_MS = 500;

/** Claims those of these domains that are not all right and were not checked for as long as watched ones may wait. */
export async function claimWatchedDomains(
  ctx: Context,
  ids: readonly DomainId[],
  owner: string,
  limit: number,
): Promise<ClaimedDomain[]> {
  if (ids.length === 0) return [];
  const claim = startClaim(ctx, owner);
  const now = ctx.clock.now();
  const checkedBefore = new Date(now.getTime() - ctx.timing.schedule.watchedMs + EARLY_MS);
  const claimed = await table.claimWatchedDomains(ctx.db, { ids, checkedBefore, now }, claim, limit);
  return claimed.map((domain) => ({ domain, claim, reason: 'watched' }));
}
