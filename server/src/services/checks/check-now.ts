import { AppError } from '../../core/errors.ts';
import { isId, type ProjectId } from '../../core/ids.ts';
import { applyVerifyRequest, isAllRight } from '../../core/lifecycle/status.ts';
import type { Lease } from '../../db/lease.ts';
import type { StoredDomain } from '../../db/queries/domains.ts';
import * as table from '../../db/queries/domains.ts';
import { findEvidence } from '../../db/queries/history.ts';
import type { Context } from '../context.ts';
import { domainNotFound, getDomain } from '../domains/domains.ts';
import { type ClaimedDomain, claimWatchedDomains, startClaim } from '../node/claims.ts';
import type { CheckAdmission } from '../ports.ts';
import { inTestMode } from '../test-mode/test-mode.ts';
import { runCheck } from './verification.ts';

/** An answer comes within 3 s; this leaves time to read and write the row. */
const WAIT_MS = 2_500;
const POLL_MS = 100;

/** A domain after a check that somebody asked for. */
export interface AskedCheck {
  readonly domain: StoredDomain;
  /** Whether a check is still under way. */
  readonly isChecking: boolean;
  /** Where too many were asked for, so that this is the outcome of the last one: when there may be another. */
  readonly retryAfterSeconds: number | null;
}

/** Who asks for a check of which domain, and whether that is `verify`, which starts the clock of PENDING_CONFIGURATION. */
interface Request {
  readonly projectId: ProjectId;
  readonly id: string;
  readonly isVerify: boolean;
  readonly admission?: CheckAdmission;
}

/**
 * Starts verification: checks once and answers within 3 s with what is known by then. A slower check goes on in the
 * background.
 * @throws AppError NOT_FOUND
 */
export function verifyDomain(ctx: Context, projectId: ProjectId, id: string): Promise<AskedCheck> {
  return answer(ctx, { projectId, id, isVerify: true });
}

/**
 * Checks a domain now, without asking for verification: nothing but what DNS shows changes.
 * @throws AppError NOT_FOUND
 */
export function checkNow(ctx: Context, projectId: ProjectId, id: string): Promise<AskedCheck> {
  return answer(ctx, { projectId, id, isVerify: false });
}

/** How often a command that waits sees whether the domain is VERIFIED: checks themselves are made every ten seconds. */
const WATCH_POLL_MS = 500;

/**
 * Waits until a domain is VERIFIED, as somebody who watches it: while it is not, it is checked every ten seconds, by this
 * process or another one.
 * @returns the domain as it is then, or when the signal ends the wait
 * @throws AppError NOT_FOUND
 */
export async function waitUntilVerified(
  ctx: Context,
  projectId: ProjectId,
  id: string,
  signal: AbortSignal,
): Promise<StoredDomain> {
  const owner = `waiting-${ctx.randomBytes(8).toString('hex')}`;
  for (;;) {
    const domain = await getDomain(ctx, projectId, id);
    if (domain.status === 'VERIFIED' || signal.aborted) return domain;
    const [claimed] = await claimWatchedDomains(ctx, [domain.id], owner, 1);
    if (claimed) await runCheck(ctx, claimed);
    else await ctx.clock.sleep(WATCH_POLL_MS, signal);
  }
}

async function answer(given: Context, request: Request): Promise<AskedCheck> {
  const { projectId, id } = request;
  if (!isId(id)) throw domainNotFound();
  const before = await getDomain(given, projectId, id);
  const ctx = await inTestMode(given, before);
  const admission = await ctx.checkLimits.admit(before, 'asked');
  const { retryAfterSeconds } = admission;
  if (retryAfterSeconds !== null) {
    const domain = request.isVerify ? await noteVerify(ctx, before, retryAfterSeconds) : before;
    return { domain, isChecking: findLease(domain, ctx.realClock.now()) !== null, retryAfterSeconds };
  }
  const tooLate = new AbortController();
  const asked = { ...request, admission };
  const checking = finish(ctx, asked, await claimOrJoin(ctx, asked), tooLate.signal);
  ctx.background.run(checking);
  await Promise.race([checking, ctx.clock.sleep(WAIT_MS, tooLate.signal)]).finally(() => tooLate.abort());
  const domain = await getDomain(ctx, projectId, id);
  return { domain, isChecking: findLease(domain, ctx.realClock.now()) !== null, retryAfterSeconds };
}

/** Takes note of a `verify` that may not check yet: the domain is checked as soon as it may be. */
async function noteVerify(ctx: Context, { projectId, id }: StoredDomain, seconds: number): Promise<StoredDomain> {
  return ctx.db.transaction(async (tx) => {
    const domain = await table.lockDomain(tx, projectId, id);
    if (!domain) throw domainNotFound();
    const isNew = domain.state.verifyRequestedAt === null || domain.status === 'FAILED';
    // Whoever asks again and again starts no clock anew.
    if (!isNew) return domain;
    const now = ctx.clock.now();
    const lease = findLease(domain, ctx.realClock.now());
    const nextCheckAt = new Date(now.getTime() + seconds * 1000);
    return table.updateDomain(tx, domain, {
      state: applyVerifyRequest(domain.state, now),
      attempts: 0,
      nextCheckAt,
      lease,
    });
  });
}

/** The right to check a domain, or the check of somebody else that is under way, and when the one before that was. */
type Begun = { readonly claimed: ClaimedDomain } | { readonly other: Lease; readonly lastCheckedAt: Date };

/**
 * Makes the check, or waits for the one that is under way. That one began before the request did, and may have asked before
 * something was published: unless it was stored and found everything right, another one follows it and answers instead. Whoever
 * asked in the meantime shares that one. Nothing is checked twice at once.
 */
async function finish(ctx: Context, request: Request, begun: Begun, tooLate: AbortSignal): Promise<void> {
  if ('claimed' in begun) return runCheck(ctx, begun.claimed);
  const domain = await waitForEnd(ctx, request, begun.other, tooLate);
  if (domain === null || (await sawAllRight(ctx, domain, begun.lastCheckedAt))) return;
  const next = await claimOrJoin(ctx, request).catch((error: unknown) => {
    if (error instanceof AppError && error.code === 'NOT_FOUND') return null;
    throw error;
  });
  if (next && 'claimed' in next) return runCheck(ctx, next.claimed);
  if (next) await waitForEnd(ctx, request, next.other, tooLate);
}

/** Whether a check has been stored since then that found all records: one that was given up leaves the state as it was, and so does silence. */
async function sawAllRight(ctx: Context, { id, state, lastCheckedAt }: StoredDomain, since: Date): Promise<boolean> {
  if (lastCheckedAt <= since || !isAllRight(state)) return false;
  const seen = await findEvidence(ctx.db, id);
  return seen?.evidence.records.every(({ status }) => status === 'verified') ?? false;
}

/** Notes the request and takes the claim, unless somebody has it. @throws AppError NOT_FOUND */
async function claimOrJoin(ctx: Context, { projectId, id, isVerify, admission }: Request): Promise<Begun> {
  return ctx.db.transaction(async (tx) => {
    const domain = await table.lockDomain(tx, projectId, id);
    if (!domain) throw domainNotFound();
    const claim = startClaim(ctx, `asked-${ctx.randomBytes(8).toString('hex')}`);
    const now = ctx.clock.now();
    const other = findLease(domain, ctx.realClock.now());
    const { lastCheckedAt } = domain;
    if (other && !isVerify) return { other, lastCheckedAt };
    const state = isVerify ? applyVerifyRequest(domain.state, now) : domain.state;
    // Due now: if this process dies before the check ends, any worker takes it when the claim runs out.
    const change = { state, attempts: isVerify ? 0 : domain.attempts, nextCheckAt: now, lease: other ?? claim };
    const updated = await table.updateDomain(tx, domain, change);
    return other
      ? { other, lastCheckedAt }
      : { claimed: { domain: updated, claim, reason: 'asked', ...(admission && { admission }) } };
  });
}

function findLease({ leaseOwner, leaseUntil }: StoredDomain, now: Date): Lease | null {
  return leaseOwner !== null && leaseUntil !== null && leaseUntil > now
    ? { owner: leaseOwner, until: leaseUntil }
    : null;
}

/** Waits until a check has ended; the domain then, or null where it is gone or nobody waits any longer. */
async function waitForEnd(
  ctx: Context,
  { projectId, id }: Request,
  lease: Lease,
  tooLate: AbortSignal,
): Promise<StoredDomain | null> {
  while (!tooLate.aborted) {
    const domain = await table.findDomain(ctx.db, projectId, id);
    const now = domain && findLease(domain, ctx.realClock.now());
    if (!domain || now?.owner !== lease.owner || now.until.getTime() !== lease.until.getTime()) return domain;
    await ctx.clock.sleep(POLL_MS, tooLate);
  }
  return null;
}
