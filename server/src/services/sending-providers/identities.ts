import type { SesRegion } from '../../core/records/regions.ts';
import type { SeenIdentity } from '../../core/ses/identity.ts';
import { type IdentityRest, planIdentity } from '../../core/ses/plan.ts';
import { type SesFault, waitAfterCheck, waitAfterFault } from '../../core/ses/retry.ts';
import * as table from '../../db/queries/provider-identities.ts';
import type { SesAnswer } from '../../providers/ses.ts';
import type { Context } from '../context.ts';
import { type Claim, hasRunOut } from '../node/claims.ts';
import { describeWanted, takeStep } from './identity-steps.ts';

/** Much longer than a comparison takes; no call is begun in the last part of it. */
const LEASE_MS = 60_000;
/** The last call must be over before anyone else may take the identity: its limit, and some for clocks that differ. */
const MARGIN_MS = 15_000;
/** What was done is checked again: two rounds suffice unless somebody else changes the identity at the same time. */
const MAX_ROUNDS = 4;

/** What came of a turn: `idle` where nothing was due. */
export type TurnOutcome = 'idle' | 'done' | SesFault;

/**
 * Takes the identity of a region that is longest due, compares it with what is wanted, and does what is missing. No
 * transaction is open meanwhile; whatever is interrupted is compared anew by whoever takes it next.
 */
export async function reconcileNext(ctx: Context, region: SesRegion, owner: string): Promise<TurnOutcome> {
  const endsAtMs = ctx.clock.monotonicMs() + LEASE_MS - MARGIN_MS;
  const claim = { owner, until: new Date(ctx.clock.now().getTime() + LEASE_MS), endsAtMs };
  const claimed = await table.claimDueIdentity(ctx.db, region.key, ctx.clock.now(), claim);
  if (!claimed) return 'idle';
  const result = await compareIdentity(ctx, region, claimed, claim);
  // Cut short, it says nothing of SES; whoever stops the loop gives the claim back.
  if (ctx.stopping.aborted) return 'done';
  // Whoever holds it now goes by what it sees itself.
  if (result === null) return 'done';
  if (result === 'gone') {
    await table.deleteIdentity(ctx.db, claimed);
    tellChange(ctx, region, claimed, 'gone', null);
    return 'done';
  }
  await storeResult(ctx, region, claimed, result);
  return 'fault' in result ? result.fault : 'done';
}

/** What a comparison found, and which key SES has by now. */
type Result = {
  /** Undefined where SES did not say. */
  readonly seen?: SeenIdentity | null;
  readonly givenKeyId: string | null;
} & ({ readonly rest: Exclude<IdentityRest, 'gone'> } | { readonly fault: SesFault; readonly detail: string });

/** Checks, does what is missing, and checks again, until nothing is. `gone` where SES has nothing and nothing is wanted; null where the claim ran out. */
async function compareIdentity(
  ctx: Context,
  region: SesRegion,
  claimed: table.StoredIdentity,
  claim: Claim,
): Promise<Result | 'gone' | null> {
  const owner = await table.readInstallationId(ctx.db, ctx.randomBytes(12).toString('hex'));
  let { givenKeyId } = claimed;
  let seen: SeenIdentity | null | undefined;
  let isDone = false;
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const domain = await table.findIdentityDomain(ctx.db, region.key, claimed.name);
    if (hasRunOut(ctx, claim)) return null;
    const answer = await ctx.ses.get(region.awsRegion, claimed.name);
    ctx.meters.provider(region.key, answer.outcome);
    // Everything is done, and only the check that confirms it came too soon after the first: the next one will do.
    if (answer.outcome === 'throttled' && isDone) return { rest: 'checking', givenKeyId };
    if (answer.outcome !== 'done' && answer.outcome !== 'absent') return { ...toFault(answer), givenKeyId };
    seen = answer.outcome === 'done' ? answer.value : null;
    const wanted = domain && describeWanted(claimed, domain);
    const { steps, rest } = planIdentity(wanted, seen, { owner, givenKeyId });
    if (steps.length === 0) return rest === 'gone' ? rest : { rest, seen, givenKeyId };
    isDone = true;
    for (const step of steps) {
      if (hasRunOut(ctx, claim)) return null;
      const done = await takeStep(ctx, region, claimed, { step, domain, wanted, owner });
      ctx.meters.provider(region.key, done.outcome);
      // It appeared or went meanwhile: the next check shows how it is.
      if (done.outcome === 'exists' || done.outcome === 'absent') {
        isDone = false;
        break;
      }
      if (done.outcome !== 'done') return { ...toFault(done), seen, givenKeyId };
      if (step === 'create' || step === 'set_dkim') givenKeyId = wanted?.keyId ?? null;
    }
  }
  return {
    fault: 'refused',
    detail: 'what was set is not kept, or somebody else sets it too',
    seen: seen ?? null,
    givenKeyId,
  };
}

function toFault(answer: Exclude<SesAnswer<unknown>, { outcome: 'done' }>) {
  return 'detail' in answer
    ? { fault: answer.outcome, detail: answer.detail }
    : ({ fault: 'refused', detail: answer.outcome } as const);
}

async function storeResult(
  ctx: Context,
  region: SesRegion,
  claimed: table.StoredIdentity,
  result: Result,
): Promise<void> {
  const now = ctx.clock.now();
  const state = 'fault' in result ? result.fault : result.rest;
  // In the same state again: the wait grows.
  const attempts = state === claimed.state ? claimed.attempts + 1 : 1;
  const waitMs =
    'fault' in result
      ? waitAfterFault(result.fault, attempts, ctx.random())
      : waitAfterCheck(result.rest, attempts, ctx.random());
  const problem = 'fault' in result ? result.detail : null;
  tellChange(ctx, region, claimed, state, problem);
  await table.storeIdentity(ctx.db, claimed, {
    ...{ state, attempts, problem, givenKeyId: result.givenKeyId },
    nextAt: new Date(now.getTime() + waitMs),
    // What SES said before a fault is still the last that it said.
    seen: result.seen === undefined ? claimed.seen : result.seen,
    seenAt: result.seen === undefined ? claimed.seenAt : now,
  });
}

/** Once for each change: what stays as it is would fill the log. */
function tellChange(
  ctx: Context,
  region: SesRegion,
  { name, state: before }: table.StoredIdentity,
  state: string,
  problem: string | null,
): void {
  if (state === before) return;
  const what = { region: region.key, domain: name, state, ...(problem !== null && { problem }) };
  if (problem === null) ctx.log.info(what, 'an identity of Amazon SES changed');
  else if (state === 'throttled') ctx.log.info(what, 'Amazon SES was asked too often; it is tried again');
  else ctx.log.warn(what, 'Amazon SES did not do what was asked; it is tried again');
}
