/*
 * Checking a domain. A caller (`verifyDomain`) or a worker (`runCheck`) holds the domain's claim;
 * `check-domain.ts` asks DNS and judges; the outcome goes through `core/lifecycle/status.ts` and is stored in
 * batches by `check-store.ts`, if the row hasn't changed. `diagnostics.ts` shows the last check or makes one that
 * isn't stored. The rules are in `core/`.
 */

import { summarizeOutcome } from '../../core/check/check.ts';
import { isInMotion } from '../../core/dkim/key-stages.ts';
import { buildEvidence } from '../../core/findings/evidence.ts';
import { withoutConflicts } from '../../core/findings/explain.ts';
import { isId, type ProjectId } from '../../core/ids.ts';
import { isSomebodyWaiting, nextCheckAt, nextKeyCheckAt } from '../../core/lifecycle/schedule.ts';
import { applyCheck, applyVerifyRequest } from '../../core/lifecycle/status.ts';
import type { Lease } from '../../db/lease.ts';
import type { ConcludedCheck } from '../../db/queries/checks.ts';
import { findKeyOwner } from '../../db/queries/dkim-keys.ts';
import type { StoredDomain } from '../../db/queries/domains.ts';
import * as table from '../../db/queries/domains.ts';
import type { Context } from '../context.ts';
import { domainNotFound, getDomain } from '../domains/domains.ts';
import { type DomainKey, describeKeyChanges, keepObservation, listDomainKeys } from '../keys/domain-keys.ts';
import { rotateKeyWhenDue } from '../keys/new-keys.ts';
import { type ClaimedDomain, hasRunOut, startClaim } from '../node/claims.ts';
import { type DomainCheck, type KeyChecks, needsPrevious, performCheck } from './check-domain.ts';

/** `verify` answers within 3 s; this leaves time to read and write the row. */
const VERIFY_WAIT_MS = 2_500;
const POLL_MS = 100;

/** Checks a claimed domain and stores the outcome, unless the claim was lost meanwhile. */
export async function runCheck(ctx: Context, claimed: ClaimedDomain): Promise<void> {
  const { domain, claim } = claimed;
  // A process that was paused may wake after its claim ran out: another worker is checking by then.
  if (hasRunOut(ctx, claim)) return;
  // Before verify was called, a check is for conflicts, and decides nothing of keys either.
  const isWatched = domain.hasKeysInMotion && domain.state.verifyRequestedAt !== null;
  const check = await performCheck(ctx, domain, {
    keys: isWatched ? await listDomainKeys(ctx.db, domain) : [],
    movesKeys: true,
    keyRetiringMs: ctx.timing.keyRetiringMs,
    mayProbe: isSomebodyWaiting(domain, ctx.clock.now(), ctx.timing.schedule),
    // The check that `verify` itself makes.
    force: domain.attempts === 0 && domain.state.verifyRequestedAt !== null,
    endsAtMs: claim.endsAtMs,
    findKeyOwner: (publicKey) => findKeyOwner(ctx.db, domain.projectId, publicKey),
  });
  // Cut short, it saw nothing: the domain stays due, for another node or the next start. By its row: many end at once.
  if (ctx.stopping.aborted) return table.giveBackClaim(ctx.db, domain.id, claim);
  // What was not asked in time says nothing of the domain. It stays due, for whoever claims it next.
  if (hasRunOut(ctx, claim)) return;
  await storeCheck(ctx, claimed, check);
}

/**
 * Stores a check and gives the claim back, in one statement. That stores nothing when the row has changed since it was read:
 * then `verify` was called meanwhile, which the next state has to take in, or the claim is gone.
 */
async function storeCheck(ctx: Context, { domain: seen, claim }: ClaimedDomain, check: DomainCheck): Promise<void> {
  let domain: StoredDomain | null = seen;
  // The same owner may hold a newer claim, after a pause longer than the first one lasted: this check is not its outcome.
  while (domain?.leaseOwner === claim.owner && domain.leaseUntil?.getTime() === claim.until.getTime()) {
    const now = ctx.clock.now();
    const previous = needsPrevious(domain, check, now) ? await ctx.checks.findEvidence(domain.id) : null;
    // Verify was called in the middle of the check that follows adding.
    const isOvertaken = seen.state.verifyRequestedAt === null && domain.state.verifyRequestedAt !== null;
    const findings = isOvertaken ? withoutConflicts(check.findings) : check.findings;
    const evidence = buildEvidence({
      ...check,
      findings,
      domain: domain.name,
      previous,
      now,
    });
    const outcome = concludeCheck(ctx, domain, check, now);
    if (await ctx.checks.store(domain, { ...outcome, evidence })) {
      const isAnswered = Object.values(check.judgement).some(({ status }) => status !== 'unknown');
      ctx.meters.check(outcome.state.status, isAnswered);
      await rotateKeyWhenDue(ctx, { ...domain, status: outcome.state.status });
      return;
    }
    domain = await table.findDomain(ctx.db, seen.projectId, seen.id);
    // It checked keys that are not as they were: what it saw is of no use, and whoever changed them made the domain due.
    if (domain && !(await hasSameKeys(ctx, seen, domain, check.keys)))
      return table.giveBackClaim(ctx.db, domain.id, claim);
  }
}

async function hasSameKeys(
  ctx: Context,
  seen: StoredDomain,
  now: StoredDomain,
  { before }: KeyChecks,
): Promise<boolean> {
  if (seen.selector !== now.selector || seen.hasKeysInMotion !== now.hasKeysInMotion) return false;
  if (before.length === 0) return true;
  const keys = await listDomainKeys(ctx.db, now);
  return (
    keys.length === before.length &&
    keys.every(({ id, stage }, at) => before[at]?.id === id && before[at].stage === stage)
  );
}

/**
 * Works out what a check makes of a domain. For one that nobody asked to verify, only what is there already is kept: the check
 * is for conflicts, and decides nothing.
 */
function concludeCheck(
  ctx: Context,
  domain: StoredDomain,
  { judgement, keys }: DomainCheck,
  now: Date,
): Omit<ConcludedCheck, 'evidence'> {
  if (domain.state.verifyRequestedAt === null) {
    const { state, lastCheckedAt } = domain;
    return { state, attempts: 0, nextCheckAt: null, lease: null, lastCheckedAt, checkedAt: now, changes: [] };
  }
  const { state, changes } = applyCheck(domain.state, summarizeOutcome(judgement), now, ctx.timing.rules);
  const statuses = Object.values(judgement).map(({ status }) => status);
  const attempts = domain.attempts + 1;
  const next = nextCheckAt(
    {
      state,
      allFound: statuses.every((status) => status === 'verified'),
      noneAnswered: statuses.every((status) => status === 'unknown'),
      attempt: attempts,
      now,
      random: ctx.random(),
    },
    ctx.timing.schedule,
  );
  const all = { state, attempts, lease: null, lastCheckedAt: now, checkedAt: now };
  if (keys.before.length === 0) return { ...all, nextCheckAt: next, changes };
  const { step } = keys;
  return {
    ...all,
    nextCheckAt: earlier(next, nextKeyCheckAt(step.keys, now, ctx.timing.schedule)),
    changes: [...describeKeyChanges(step.keys, step.changes), ...changes],
    keys: {
      updates: listKeyUpdates(keys, judgement.dkim.status === 'verified'),
      hasKeysInMotion: step.keys.some(isInMotion),
    },
  };
}

/** The keys that are to be written: those that changed, and those that stand otherwise in DNS than when last seen. */
function listKeyUpdates({ before, step, verdicts }: KeyChecks, isPrimaryFound: boolean): DomainKey[] {
  const changed = new Set(step.changes.map(({ id }) => id));
  return keepObservation(before, step.keys, isPrimaryFound).flatMap((key) => {
    const seen = verdicts.get(key.id)?.observation ?? 'unknown';
    const observation = seen === 'unknown' ? key.observation : seen;
    const hasMoved = changed.has(key.id) || before.find(({ id }) => id === key.id)?.stage !== key.stage;
    return hasMoved || observation !== key.observation ? [{ ...key, observation }] : [];
  });
}

function earlier(a: Date | null, b: Date | null): Date | null {
  if (a === null || b === null) return a ?? b;
  return a < b ? a : b;
}

/**
 * Starts verification: checks once and answers within 3 s with what is known by then. A slower check goes on in the
 * background. Where another worker is checking already, waits for its outcome: nothing is checked twice at once.
 * @throws AppError NOT_FOUND
 */
export async function verifyDomain(
  ctx: Context,
  projectId: ProjectId,
  id: string,
): Promise<{ domain: StoredDomain; isChecking: boolean }> {
  if (!isId(id)) throw domainNotFound();
  const owner = `verify-${ctx.randomBytes(8).toString('hex')}`;
  const claimed = await claimForVerify(ctx, projectId, id, owner);
  const check = claimed && runCheck(ctx, claimed);
  if (check) ctx.background.run(check);
  const tooLate = new AbortController();
  const waiting = ctx.clock.sleep(VERIFY_WAIT_MS, tooLate.signal);
  await Promise.race([check ?? waitForOtherWorker(ctx, projectId, id, tooLate.signal), waiting]).finally(() =>
    tooLate.abort(),
  );
  const domain = await getDomain(ctx, projectId, id);
  return { domain, isChecking: domain.leaseUntil !== null && domain.leaseUntil > ctx.clock.now() };
}

/** Notes the request and takes the claim; null when another worker has it. */
async function claimForVerify(
  ctx: Context,
  projectId: ProjectId,
  id: string,
  owner: string,
): Promise<ClaimedDomain | null> {
  return ctx.db.transaction(async (tx) => {
    const domain = await table.lockDomain(tx, projectId, id);
    if (!domain) throw domainNotFound();
    const claim = startClaim(ctx, owner);
    const now = ctx.clock.now();
    const isHeld = domain.leaseOwner !== null && domain.leaseUntil !== null && domain.leaseUntil > now;
    const lease: Lease =
      isHeld && domain.leaseOwner && domain.leaseUntil ? { owner: domain.leaseOwner, until: domain.leaseUntil } : claim;
    const state = applyVerifyRequest(domain.state, now);
    // Due now: if this process dies before the check ends, any worker takes it when the claim runs out.
    const updated = await table.updateDomain(tx, domain, { state, attempts: 0, nextCheckAt: now, lease });
    return isHeld ? null : { domain: updated, claim };
  });
}

async function waitForOtherWorker(ctx: Context, projectId: ProjectId, id: string, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const domain = await getDomain(ctx, projectId, id);
    if (domain.leaseUntil === null || domain.leaseUntil <= ctx.clock.now()) return;
    await ctx.clock.sleep(POLL_MS, signal);
  }
}
