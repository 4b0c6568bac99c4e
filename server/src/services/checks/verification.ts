/*
 * Checking a domain. A caller (`check-now.ts`) or a worker holds the domain's claim and makes the check here;
 * `check-domain.ts` asks DNS and judges; the outcome goes through `core/lifecycle/status.ts` and is stored in
 * batches by `check-store.ts`, if the row hasn't changed. `presence.ts` knows which domains somebody watches.
 * `diagnostics.ts` shows the last check or makes one that isn't stored. The rules are in `core/`.
 */

import { summarizeOutcome } from '../../core/check/check.ts';
import { findSettledTime, isInMotion } from '../../core/dkim/key-stages.ts';
import { buildEvidence, type Evidence } from '../../core/findings/evidence.ts';
import { withoutConflicts } from '../../core/findings/explain.ts';
import { explainMissing } from '../../core/findings/missing-record.ts';
import type { DomainEvent } from '../../core/lifecycle/events.ts';
import { findRestMs, isSomebodyWaiting, nextCheckAt, nextKeyCheckAt } from '../../core/lifecycle/schedule.ts';
import { applyCheck } from '../../core/lifecycle/status.ts';
import type { ConcludedCheck } from '../../db/queries/checks.ts';
import { findKeyOwner } from '../../db/queries/dkim-keys.ts';
import type { StoredDomain } from '../../db/queries/domains.ts';
import * as table from '../../db/queries/domains.ts';
import { giveBackClaim, giveBackToJudge, postponeCheck } from '../../db/queries/due-domains.ts';
import type { Context } from '../context.ts';
import { tellRecordsOf } from '../domain-object/told-records.ts';
import { freezeEvents } from '../events/note-events.ts';
import {
  type DomainKey,
  describeKeyChanges,
  findPrimaryKey,
  keepObservation,
  listDomainKeys,
  listKeysToCheck,
  pickShown,
} from '../keys/domain-keys.ts';
import { rotateKeyWhenDue } from '../keys/new-keys.ts';
import { findSettledKeys } from '../keys/settled-keys.ts';
import { type ClaimedDomain, hasRunOut } from '../node/claims.ts';
import type { CheckAdmission } from '../ports.ts';
import { inTestMode } from '../test-mode/test-mode.ts';
import { type DomainCheck, type KeyChecks, listJudgements, needsPrevious, performCheck } from './check-domain.ts';
import { earliest, planNextCheck } from './next-check.ts';
import { type BegunCheck, beginCheck, concludeUnchanged, fingerprintCheck, type SameCheck } from './unchanged-check.ts';

/**
 * Checks a claimed domain and stores the outcome, unless the claim was lost meanwhile.
 * @param onAnswered told when all has been asked, and only storing is left
 */
export async function runCheck(given: Context, claimed: ClaimedDomain, onAnswered = () => {}): Promise<void> {
  const { domain, claim, reason } = claimed;
  const ctx = await inTestMode(given, domain);
  // A process that was paused may wake after its claim ran out: another worker is checking by then.
  if (hasRunOut(ctx, claim)) return;
  // A check that was asked for was admitted before it was claimed.
  const admission = claimed.admission ?? (await ctx.checkLimits.admit(domain, reason));
  if (admission.retryAfterSeconds !== null) return postpone(ctx, claimed, admission.retryAfterSeconds);
  const mayProbe = reason !== 'due' || isSomebodyWaiting(domain, ctx.clock.now(), ctx.timing.schedule);
  const begun = await beginCheck(ctx, claimed, mayProbe);
  if (begun?.isSame) {
    onAnswered();
    admission.settle(begun.questions);
    if ((await isCutShort(ctx, claimed)) || (await storeUnchanged(ctx, claimed, begun))) return;
    // It is still due, unless it was stored and only the acknowledgment was lost: then the claim is gone.
    return giveBackToJudge(ctx.db, domain.id, claim);
  }
  const check = await checkClaimed(ctx, claimed, { mayProbe, begun, admission });
  onAnswered();
  admission.settle(check.questions);
  if (await isCutShort(ctx, claimed)) return;
  await storeCheck(ctx, claimed, check, mayProbe);
}

/** Whether a check ended before it was made: what was not asked says nothing of the domain, which stays due for whoever claims it next. */
async function isCutShort(ctx: Context, { domain, claim }: ClaimedDomain): Promise<boolean> {
  // By a stop: given back, for another node or the next start. By its row: many end at once.
  if (ctx.stopping.aborted) await giveBackClaim(ctx.db, domain.id, claim);
  return ctx.stopping.aborted || hasRunOut(ctx, claim);
}

/** Makes the check of a claimed domain, or goes on with one that was begun, until all is judged and explained. */
async function checkClaimed(
  ctx: Context,
  { domain, claim, reason }: ClaimedDomain,
  given: { readonly mayProbe: boolean; readonly begun: BegunCheck | null; readonly admission: CheckAdmission },
): Promise<DomainCheck> {
  const { mayProbe, begun, admission } = given;
  const keys = await listKeysToCheck(ctx.db, domain);
  const settledKeys = await findSettledKeys(ctx.db, domain, keys);
  return performCheck(ctx, domain, {
    keys,
    ...(settledKeys && { settledKeys }),
    ...(begun && { begun }),
    movesKeys: true,
    keyRetiringMs: ctx.timing.keyRetiringMs,
    mayProbe,
    // Also the check of a `verify` whose process died.
    force: reason === 'asked' || (domain.attempts === 0 && domain.state.verifyRequestedAt !== null),
    endsAtMs: claim.endsAtMs,
    findKeyOwner: (publicKey) => findKeyOwner(ctx.db, domain.projectId, publicKey),
    // Who asks may have published something a moment ago; what is due finds it the next time.
    ...(admission.sharesAnswers && {
      sharing: { owner: domain.projectId, isEnough: reason !== 'asked' || admission.isScarce },
    }),
  });
}

/** Gives the claim back on a domain that may not be checked yet: its name is nobody's here, and was asked about enough. */
async function postpone(ctx: Context, { domain, claim, reason }: ClaimedDomain, seconds: number): Promise<void> {
  const now = ctx.clock.now();
  const until = new Date(now.getTime() + seconds * 1000);
  ctx.presence.pause(domain.id, until);
  if (reason === 'watched') return giveBackClaim(ctx.db, domain.id, claim);
  // As after a check that found nothing: a thousand names in one zone take turns that grow.
  const { state, createdAt, attempts } = domain;
  const next = nextCheckAt(
    { state, createdAt, allFound: false, noneAnswered: true, attempt: attempts + 1, now, random: ctx.random() },
    ctx.timing.schedule,
  );
  await postponeCheck(ctx.db, domain.id, claim, next > until ? next : until);
}

/**
 * Stores a check and gives the claim back, in one statement. That stores nothing when the row has changed since it was read:
 * then `verify` was called meanwhile, which the next state has to take in, or the claim is gone.
 */
async function storeCheck(ctx: Context, claimed: ClaimedDomain, check: DomainCheck, mayProbe: boolean): Promise<void> {
  const { domain: seen, claim } = claimed;
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
    const outcome = concludeCheck(ctx, { ...claimed, domain }, check, now);
    const changes = freezeChanges(ctx, domain, check, outcome, evidence);
    const fingerprint = await fingerprintCheck(ctx, check, { state: outcome.state, evidence, mayProbe }, now);
    if (await ctx.checks.store(domain, { ...outcome, changes, evidence, fingerprint })) {
      const isAnswered = listJudgements(check).some(({ status }) => status !== 'unknown');
      return finishCheck(ctx, { ...domain, status: outcome.state.status }, { octets: check.octets, isAnswered, now });
    }
    domain = await table.findDomain(ctx.db, seen.projectId, seen.id);
    // It checked keys that are not as they were: what it saw is of no use, and whoever changed them made the domain due.
    if (domain && !(await hasSameKeys(ctx, seen, domain, check.keys))) return giveBackClaim(ctx.db, domain.id, claim);
  }
}

/** Stores the times of a check that saw nothing new. @returns false, and nothing is stored, where the row has changed since it was read, or the evidence is gone */
async function storeUnchanged(ctx: Context, claimed: ClaimedDomain, same: SameCheck): Promise<boolean> {
  const now = ctx.clock.now();
  const { domain } = claimed;
  const isStored = await ctx.checks.storeUnchanged(domain, concludeUnchanged(ctx, claimed, same, now));
  if (isStored) await finishCheck(ctx, domain, { octets: same.octets, isAnswered: true, now });
  return isStored;
}

/** What follows once a check is stored. */
async function finishCheck(
  ctx: Context,
  domain: StoredDomain,
  { octets, isAnswered, now }: { readonly octets: number; readonly isAnswered: boolean; readonly now: Date },
): Promise<void> {
  const restMs = findRestMs(octets);
  if (restMs > 0) ctx.presence.pause(domain.id, new Date(now.getTime() + restMs));
  ctx.meters.check(domain.status, isAnswered);
  await rotateKeyWhenDue(ctx, domain);
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

/** What a check makes of a domain, before its events are frozen. */
type Conclusion = Omit<ConcludedCheck, 'evidence' | 'changes' | 'fingerprint'> & {
  readonly changes: readonly DomainEvent[];
};

/** Writes the texts of what a check changed, with the domain as it is after it. */
function freezeChanges(
  ctx: Context,
  domain: StoredDomain,
  { keys }: DomainCheck,
  outcome: Conclusion,
  evidence: Evidence,
): ConcludedCheck['changes'] {
  const { changes, lastCheckedAt, checkedAt, nextCheckAt, state } = outcome;
  if (changes.length === 0) return [];
  const primary = findPrimaryKey(keys.step.keys);
  const after = { ...domain, ...table.toColumns(outcome), state, lastCheckedAt, ...(primary && pickShown(primary)) };
  const told = tellRecordsOf(after, evidence, { now: checkedAt, nextCheckAt });
  return freezeEvents(
    ctx,
    after,
    checkedAt,
    changes.map((change) => explainMissing(change, told)),
  );
}

/** Works out what a check makes of a domain. */
function concludeCheck(ctx: Context, { domain, reason }: ClaimedDomain, check: DomainCheck, now: Date): Conclusion {
  const { judgement, second, keys, octets } = check;
  const { state, changes } = applyCheck(domain.state, summarizeOutcome(judgement, second), now, ctx.timing.rules);
  const statuses = listJudgements(check).map(({ status }) => status);
  const { step } = keys;
  const hasKeys = keys.before.length > 0;
  const wantedAt = hasKeys
    ? earliest(nextKeyCheckAt(step.keys, now, ctx.timing.schedule), findNextSettled(keys))
    : null;
  const next = planNextCheck(ctx, { domain, reason, state, statuses, octets, wantedAt }, now);
  const all = { ...next, state, lease: null, lastCheckedAt: now, checkedAt: now };
  if (!hasKeys) return { ...all, changes };
  return {
    ...all,
    changes: [...describeKeyChanges(domain, step.keys, step.changes), ...changes],
    keys: {
      updates: listKeyUpdates(keys, judgement.dkim.status === 'verified'),
      hasKeysInMotion: step.keys.some(isInMotion),
    },
  };
}

/** When the next of the keys that wait behind a CNAME may sign; null where none does. */
function findNextSettled({ step, settlesMs }: KeyChecks): Date | null {
  const pending = step.keys.filter(({ stage }) => stage === 'pending');
  return earliest(
    ...pending.map((key) => {
      const waitMs = settlesMs.get(key.id);
      return waitMs === undefined ? null : findSettledTime(key, waitMs);
    }),
  );
}

/** The keys that are to be written: those that changed, and those that stand otherwise in DNS than when last seen. */
function listKeyUpdates({ before, step, verdicts }: KeyChecks, isPrimaryFound: boolean): DomainKey[] {
  const changed = new Set(step.changes.map(({ id }) => id));
  return keepObservation(before, step.keys, isPrimaryFound).flatMap((key) => {
    const seen = verdicts.get(key.id)?.observation ?? 'unknown';
    const observation = seen === 'unknown' ? key.observation : seen;
    const was = before.find(({ id }) => id === key.id);
    const hasMoved = changed.has(key.id) || was?.stage !== key.stage || was.publishedAt !== key.publishedAt;
    return hasMoved || observation !== key.observation ? [{ ...key, observation }] : [];
  });
}
