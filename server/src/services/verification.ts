import { checkDomain, type DomainJudgement, summarizeOutcome } from '../core/check.ts';
import { type LookupResult, questionKey } from '../core/dns-answer.ts';
import { buildEvidence, type Evidence } from '../core/evidence.ts';
import { isId, type ProjectId } from '../core/ids.ts';
import { nextCheckAt } from '../core/schedule.ts';
import { applyCheck, applyVerifyRequest } from '../core/status.ts';
import * as table from '../db/domains.ts';
import { type ClaimedDomain, hasRunOut, startClaim } from './claims.ts';
import type { Context } from './context.ts';
import { buildRecordsOf, domainNotFound, getDomain, type StoredDomain } from './domains.ts';

/** `verify` answers within 3 s; this leaves time to read and write the row. */
const VERIFY_WAIT_MS = 2_500;
const POLL_MS = 100;
/** More rounds of questions than any sane set of records needs; the budget of the check is the real bound. */
const MAX_ROUNDS = 24;

/** What one look saw. */
export interface CheckReport {
  readonly judgement: DomainJudgement;
  readonly evidence: Evidence;
}

/**
 * Looks at a domain once and stores nothing. The only loop that feeds the rules with look-ups.
 * @param endsAtMs when a claim ends, on the scale of `Clock.monotonicMs`: nothing is asked afterwards
 */
export async function lookAtDomain(
  ctx: Pick<Context, 'dns' | 'stopping'>,
  domain: StoredDomain,
  endsAtMs = Number.POSITIVE_INFINITY,
): Promise<CheckReport> {
  const expected = { name: domain.name, publicKey: domain.publicKey, records: buildRecordsOf(domain) };
  const budget = ctx.dns.startBudget({ signal: ctx.stopping, endsAtMs });
  const lookups = new Map<string, LookupResult>();
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const step = checkDomain(expected, lookups);
    if (step.done) return { judgement: step.value, evidence: buildEvidence(expected.records, step.value, lookups) };
    const results = await Promise.all(step.ask.map((q) => ctx.dns.lookup(q, { budget, startAt: domain.name })));
    for (const [index, question] of step.ask.entries()) {
      const result = results[index];
      if (result) lookups.set(questionKey(question), result);
    }
  }
  throw new Error(`The rules kept asking for more than ${MAX_ROUNDS} rounds for ${domain.name}.`);
}

/** Looks at a claimed domain and stores the outcome, unless the claim was lost meanwhile. */
export async function runCheck(ctx: Context, claimed: ClaimedDomain): Promise<void> {
  const { domain, claim } = claimed;
  // A process that was paused may wake after its claim ran out: another worker is looking by then.
  if (hasRunOut(ctx, claim)) return;
  const report = await lookAtDomain(ctx, domain, claim.endsAtMs);
  // Cut short, it saw nothing: the domain stays due, for another node or the next start.
  if (ctx.stopping.aborted) return table.releaseLeases(ctx.db, claim.owner);
  // What was not asked in time says nothing of the domain. It stays due, for whoever claims it next.
  if (hasRunOut(ctx, claim)) return;
  await storeCheck(ctx, claimed, report);
}

/**
 * Stores a look and gives the claim back, in one statement. That stores nothing when the row has changed since it was read:
 * then `verify` was called meanwhile, which the next state has to take in, or the claim is gone.
 */
async function storeCheck(ctx: Context, { domain: seen, claim }: ClaimedDomain, report: CheckReport): Promise<void> {
  let domain: StoredDomain | null = seen;
  // The same owner may hold a newer claim, after a pause longer than the first one lasted: this look is not its outcome.
  while (domain?.leaseOwner === claim.owner && domain.leaseUntil?.getTime() === claim.until.getTime()) {
    if (await table.storeLook(ctx.db, domain, concludeLook(ctx, domain, report))) return;
    domain = await table.findDomain(ctx.db, seen.projectId, seen.id);
  }
}

/** Works out what a look makes of a domain. */
function concludeLook(ctx: Context, domain: StoredDomain, { judgement, evidence }: CheckReport): table.LookOutcome {
  const now = ctx.clock.now();
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
  return { state, attempts, nextCheckAt: next, lease: null, checkedAt: now, evidence, changes };
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
  const look = claimed && runCheck(ctx, claimed);
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
): Promise<ClaimedDomain | null> {
  return ctx.db.transaction(async (tx) => {
    const domain = await table.lockDomain(tx, projectId, id);
    if (!domain) throw domainNotFound();
    const claim = startClaim(ctx, owner);
    const now = ctx.clock.now();
    const isHeld = domain.leaseOwner !== null && domain.leaseUntil !== null && domain.leaseUntil > now;
    const lease: table.Lease =
      isHeld && domain.leaseOwner && domain.leaseUntil ? { owner: domain.leaseOwner, until: domain.leaseUntil } : claim;
    const state = applyVerifyRequest(domain.state, now);
    // Due now: if this process dies before the look ends, any worker takes it when the claim runs out.
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
