import { summarizeOutcome } from '../core/check.ts';
import { buildEvidence } from '../core/evidence.ts';
import { isId, type ProjectId } from '../core/ids.ts';
import { isSomebodyWaiting, nextCheckAt } from '../core/schedule.ts';
import { applyCheck, applyVerifyRequest } from '../core/status.ts';
import { findKeyOwner } from '../db/dkim-keys.ts';
import * as table from '../db/domains.ts';
import { findEvidence, insertEvents, saveEvidence } from '../db/history.ts';
import type { Context } from './context.ts';
import { domainNotFound, getDomain, type StoredDomain } from './domains.ts';
import { type Look, lookAtDomain, needsPrevious } from './look.ts';

/** Longer than any check may take, shorter than anyone should wait for a dead worker's domain. */
const LEASE_MS = 30_000;
/** `verify` answers within 3 s; this leaves time to read and write the row. */
const VERIFY_WAIT_MS = 2_500;
const POLL_MS = 100;
/** Takes a claim on due domains for this worker. */
export function claimDueDomains(ctx: Context, owner: string, limit: number): Promise<StoredDomain[]> {
  const now = ctx.clock.now();
  return table.claimDueDomains(ctx.db, now, { owner, until: new Date(now.getTime() + LEASE_MS) }, limit);
}

/** Looks at a claimed domain and stores the outcome, unless the claim was lost meanwhile. */
export async function runCheck(ctx: Context, domain: StoredDomain, owner: string): Promise<void> {
  // A process that was paused may wake after its claim ran out: another worker is looking by then.
  if (domain.leaseUntil === null || domain.leaseUntil <= ctx.clock.now()) return;
  const look = await lookAtDomain(ctx, domain, {
    mayProbe: isSomebodyWaiting(domain, ctx.clock.now()),
    findKeyOwner: (publicKey) => findKeyOwner(ctx.db, domain.projectId, publicKey),
  });
  // Cut short, it saw nothing: the domain stays due, for another node or the next start.
  if (ctx.stopping.aborted) return table.releaseLeases(ctx.db, owner);
  await storeCheck(ctx, domain, owner, look);
}

/**
 * Stores a look in one transaction: state, schedule, evidence, history; the claim is given back. The state is read again
 * under the row's lock, because `verify` may have been called since. For a domain that nobody asked to verify, only what is
 * there already is kept: the look is for conflicts, and decides nothing.
 */
async function storeCheck(ctx: Context, claimed: StoredDomain, owner: string, look: Look): Promise<void> {
  await ctx.db.transaction(async (tx) => {
    const domain = await table.lockDomain(tx, claimed.projectId, claimed.id);
    // The same owner may hold a newer claim, after a pause longer than the first one lasted: this look is not its outcome.
    if (domain?.leaseOwner !== owner || domain.leaseUntil?.getTime() !== claimed.leaseUntil?.getTime()) return;
    const now = ctx.clock.now();
    const isSurvey = domain.state.verifyRequestedAt === null;
    const { state, changes } = isSurvey
      ? { state: domain.state, changes: [] }
      : applyCheck(domain.state, summarizeOutcome(look.judgement), now);
    const statuses = Object.values(look.judgement).map(({ status }) => status);
    const attempts = isSurvey ? 0 : domain.attempts + 1;
    await table.updateDomain(tx, domain.id, {
      state,
      attempts,
      nextCheckAt: nextCheckAt({
        state,
        allFound: statuses.every((status) => status === 'verified'),
        noneAnswered: statuses.every((status) => status === 'unknown'),
        attempt: attempts,
        now,
        random: ctx.random(),
      }),
      lease: null,
      ...(!isSurvey && { lastCheckedAt: now }),
    });
    const previous = needsPrevious(domain, look, now) ? await findEvidence(tx, domain.id) : null;
    await saveEvidence(
      tx,
      domain.id,
      now,
      buildEvidence({ ...look, domain: domain.name, previous: previous?.evidence ?? null, now }),
    );
    await insertEvents(tx, domain, now, changes);
  });
}

/**
 * Starts verification: looks at once and answers within 3 s with what is known by then. A slower look goes on in the
 * background. Where another worker is looking already, waits for its outcome: nothing is checked twice at once.
 * @throws AppError NOT_FOUND
 */
export async function verifyDomain(
  ctx: Context,
  projectId: ProjectId,
  id: string,
): Promise<{ domain: StoredDomain; isLooking: boolean }> {
  if (!isId(id)) throw domainNotFound();
  const owner = `verify-${ctx.randomBytes(8).toString('hex')}`;
  const claimed = await claimForVerify(ctx, projectId, id, owner);
  const look = claimed && runCheck(ctx, claimed, owner);
  if (look) ctx.background.run(look);
  const giveUp = new AbortController();
  const waiting = ctx.clock.sleep(VERIFY_WAIT_MS, giveUp.signal);
  await Promise.race([look ?? waitForOtherWorker(ctx, projectId, id, giveUp.signal), waiting]).finally(() =>
    giveUp.abort(),
  );
  const domain = await getDomain(ctx, projectId, id);
  return { domain, isLooking: domain.leaseUntil !== null && domain.leaseUntil > ctx.clock.now() };
}

/** Notes the request and takes the claim; null when another worker has it. */
async function claimForVerify(
  ctx: Context,
  projectId: ProjectId,
  id: string,
  owner: string,
): Promise<StoredDomain | null> {
  return ctx.db.transaction(async (tx) => {
    const domain = await table.lockDomain(tx, projectId, id);
    if (!domain) throw domainNotFound();
    const now = ctx.clock.now();
    const isHeld = domain.leaseOwner !== null && domain.leaseUntil !== null && domain.leaseUntil > now;
    const lease =
      isHeld && domain.leaseOwner && domain.leaseUntil
        ? { owner: domain.leaseOwner, until: domain.leaseUntil }
        : { owner, until: new Date(now.getTime() + LEASE_MS) };
    const state = applyVerifyRequest(domain.state, now);
    // Due now: if this process dies before the look ends, any worker takes it when the claim runs out.
    await table.updateDomain(tx, domain.id, { state, attempts: 0, nextCheckAt: now, lease });
    return isHeld ? null : { ...domain, state, leaseOwner: lease.owner, leaseUntil: lease.until };
  });
}

async function waitForOtherWorker(ctx: Context, projectId: ProjectId, id: string, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const domain = await getDomain(ctx, projectId, id);
    if (domain.leaseUntil === null || domain.leaseUntil <= ctx.clock.now()) return;
    await ctx.clock.sleep(POLL_MS, signal);
  }
}
