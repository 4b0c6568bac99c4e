/*
 * Keeping sending providers in step. Whatever changes a domain also writes an intent (`identity-intents.ts`), in
 * the same transaction; a job claims it, and `reconcile` reads the identity, has the adapter plan what is missing,
 * takes the steps and reads again. `identity-sweep.ts` finds once a day what was lost or left over;
 * `provider-observation.ts` shows how it stands. Only the port is known here, no provider by name.
 */

import type { ServedRegion } from '../../core/records/regions.ts';
import type {
  IdentityRest,
  KnownOfIdentity,
  ProviderFault,
  SeenIdentity,
} from '../../core/sending-providers/identity.ts';
import type { ProviderKey, ProviderRefusal } from '../../core/sending-providers/sending-provider.ts';
import * as table from '../../db/queries/provider-identities.ts';
import type { Context } from '../context.ts';
import { type Claim, hasRunOut } from '../node/claims.ts';
import { getProvider } from './get-provider.ts';
import { describeWanted, type IdentityDomain, openProviderKey } from './wanted-identity.ts';

/** Much longer than a comparison takes; no call is begun in the last part of it. */
const LEASE_MS = 60_000;
/** The last call must be over before anyone else may take the identity: its limit, and some for clocks that differ. */
const MARGIN_MS = 15_000;
/** What was done is checked again: two rounds suffice unless somebody else changes the identity at the same time. */
const MAX_ROUNDS = 4;

/** What came of a turn: `idle` where nothing was due. */
export type TurnOutcome = 'idle' | 'done' | ProviderFault;

/** An identity and the claim it was taken under. */
export interface ClaimedIdentity {
  readonly identity: table.StoredIdentity;
  readonly claim: Claim;
}

/** Takes the identity of a region that is longest due, and does what is missing of it. */
export async function reconcileNext(ctx: Context, region: ServedRegion, owner: string): Promise<TurnOutcome> {
  const claimed = await claimIdentity(ctx, region, owner);
  return claimed ? reconcile(ctx, region, claimed) : 'idle';
}

/** Claims the identity of a region that is longest due; null where none is. */
export async function claimIdentity(
  ctx: Context,
  region: ServedRegion,
  owner: string,
): Promise<ClaimedIdentity | null> {
  const endsAtMs = ctx.clock.monotonicMs() + LEASE_MS - MARGIN_MS;
  const claim = { owner, until: new Date(ctx.clock.now().getTime() + LEASE_MS), endsAtMs };
  const identity = await table.claimDueIdentity(ctx.db, region.key, ctx.clock.now(), claim);
  return identity && { identity, claim };
}

/**
 * Compares an identity with what is wanted, does what is missing, and stores what came of it. No transaction is open
 * meanwhile; whatever is interrupted is compared anew by whoever takes it next.
 */
export async function reconcile(
  ctx: Context,
  region: ServedRegion,
  { identity: claimed, claim }: ClaimedIdentity,
): Promise<Exclude<TurnOutcome, 'idle'>> {
  const result = await compareIdentity(ctx, region, claimed, claim);
  // Cut short, it says nothing of the provider; whoever stops the loop gives the claim back.
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

/** What a comparison found, and which key the provider has by now. */
type Result = {
  /** Undefined where the provider did not say. */
  readonly seen?: SeenIdentity | null;
  readonly givenKeyId: string | null;
} & ({ readonly rest: Exclude<IdentityRest, 'gone'> } | { readonly fault: ProviderFault; readonly detail: string });

/** Checks, does what is missing, and checks again, until nothing is. `gone` where the provider has nothing and nothing is wanted; null where the claim ran out. */
async function compareIdentity(
  ctx: Context,
  region: ServedRegion,
  claimed: table.StoredIdentity,
  claim: Claim,
): Promise<Result | 'gone' | null> {
  const provider = getProvider(ctx, region);
  const place = { region: region.providerRegion, name: claimed.name };
  const owner = await table.readInstallationId(ctx.db, ctx.randomBytes(12).toString('hex'));
  let { givenKeyId } = claimed;
  let seen: SeenIdentity | null | undefined;
  let isDone = false;
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const domain = await table.findIdentityDomain(ctx.db, region.key, claimed.name);
    if (domain && !domain.ownershipVerified && !isMadeFor(domain, seen ?? claimed.seen, { owner, givenKeyId }))
      return { rest: 'pending', givenKeyId };
    if (hasRunOut(ctx, claim)) return null;
    const answer = await provider.read(place);
    ctx.meters.provider(region.key, answer.outcome);
    // Everything is done, and only the check that confirms it came too soon after the first: the next one will do.
    if (answer.outcome === 'throttled' && isDone) return { rest: 'checking', givenKeyId };
    if (answer.outcome !== 'done' && answer.outcome !== 'absent') return { ...toFault(answer), givenKeyId };
    seen = answer.outcome === 'done' ? answer.value : null;
    const wanted = domain && describeWanted(claimed, domain);
    const { steps, rest } = provider.plan(place, wanted, seen, { owner, givenKeyId });
    if (steps.length === 0) return rest === 'gone' ? rest : { rest, seen, givenKeyId };
    isDone = true;
    for (const step of steps) {
      if (hasRunOut(ctx, claim)) return null;
      const taken = await step.take(() => openWantedKey(ctx, claimed, domain));
      ctx.meters.provider(region.key, taken.outcome);
      // It appeared or went meanwhile: the next check shows how it is.
      if (taken.outcome === 'exists' || taken.outcome === 'absent') {
        isDone = false;
        break;
      }
      if (taken.outcome !== 'done') return { ...toFault(taken), seen, givenKeyId };
      if (step.givesKey) givenKeyId = wanted?.keyId ?? null;
    }
  }
  return {
    fault: 'refused',
    detail: "a setting didn't stick, or something else also changes it",
    seen: seen ?? null,
    givenKeyId,
  };
}

/**
 * Whether the identity is ours and has the domain's key. Only such a one is kept in step while the ownership of the name is
 * not proved: anybody may add a name, and nothing is asked or changed at the provider by that.
 */
function isMadeFor(domain: IdentityDomain, seen: SeenIdentity | null, known: KnownOfIdentity): boolean {
  return seen !== null && seen.owner === known.owner && known.givenKeyId === domain.key.id;
}

function openWantedKey(ctx: Context, { name }: table.StoredIdentity, domain: IdentityDomain | null): ProviderKey {
  if (!domain) throw new Error(`Nothing is wanted of ${name}, and its provider is to be given a key.`);
  return openProviderKey(ctx, domain);
}

function toFault(refusal: ProviderRefusal) {
  return 'detail' in refusal
    ? { fault: refusal.outcome, detail: refusal.detail }
    : ({ fault: 'refused', detail: refusal.outcome } as const);
}

async function storeResult(
  ctx: Context,
  region: ServedRegion,
  claimed: table.StoredIdentity,
  result: Result,
): Promise<void> {
  const provider = getProvider(ctx, region);
  const now = ctx.clock.now();
  const state = 'fault' in result ? result.fault : result.rest;
  // In the same state again: the wait grows.
  const attempts = state === claimed.state ? claimed.attempts + 1 : 1;
  const waitMs =
    'fault' in result
      ? provider.waitAfterFault(result.fault, attempts, ctx.random())
      : provider.waitAfterCheck(result.rest, attempts, ctx.random());
  const problem = 'fault' in result ? result.detail : null;
  tellChange(ctx, region, claimed, state, problem);
  await table.storeIdentity(ctx.db, claimed, {
    state,
    attempts,
    problem,
    givenKeyId: result.givenKeyId,
    nextAt: new Date(now.getTime() + waitMs),
    // What was said before a fault is still the last that it said.
    seen: result.seen === undefined ? claimed.seen : result.seen,
    seenAt: result.seen === undefined ? claimed.seenAt : now,
  });
}

/** Once for each change: what stays as it is would fill the log. */
function tellChange(
  ctx: Context,
  region: ServedRegion,
  { name, state: before }: table.StoredIdentity,
  state: string,
  problem: string | null,
): void {
  if (state === before) return;
  const { key, provider } = region;
  const what = { region: key, provider, domain: name, state, ...(problem !== null && { problem }) };
  if (problem === null) ctx.log.info(what, 'an identity changed at the sending provider');
  else if (state === 'throttled') ctx.log.info(what, 'the sending provider throttled us; retrying');
  else ctx.log.warn(what, 'a request to the sending provider failed; retrying');
}
