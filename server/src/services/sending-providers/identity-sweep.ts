import type { DomainName } from '../../core/ids.ts';
import type { ServedRegion } from '../../core/records/regions.ts';
import type { ProviderFault } from '../../core/sending-providers/identity.ts';
import type { ProviderRefusal } from '../../core/sending-providers/sending-provider.ts';
import * as table from '../../db/queries/provider-identities.ts';
import { claimDueSweep, type StoredSweep, storeSweep } from '../../db/queries/provider-sweeps.ts';
import type { Context } from '../context.ts';
import { getProvider } from './get-provider.ts';

/** Far longer than a sweep takes. */
const LEASE_MS = 3_600_000;
const EVERY_MS = 24 * 3_600_000;
/** Regions, and installations that share a provider, do not stay together. */
const SPREAD_MS = 3_600_000;
const AGAIN_MS = 15 * 60_000;

/** Claims the sweep of a region, where it is due and no other node makes it. */
export async function claimSweep(ctx: Context, region: ServedRegion, owner: string): Promise<StoredSweep | null> {
  const now = ctx.clock.now();
  return claimDueSweep(ctx.db, region.key, now, { owner, until: new Date(now.getTime() + LEASE_MS) });
}

/** Makes a sweep that was claimed, and says when the next one is due: in a day, or soon where this one did not go through. */
export async function runSweep(ctx: Context, region: ServedRegion, sweep: StoredSweep): Promise<void> {
  let nextMs = AGAIN_MS;
  try {
    if ((await sweepIdentities(ctx, region)) === null) nextMs = EVERY_MS + ctx.random() * SPREAD_MS;
  } finally {
    // Cut short, it is made by whoever takes it next.
    if (!ctx.stopping.aborted) await storeSweep(ctx.db, sweep, new Date(ctx.clock.now().getTime() + nextMs));
  }
}

/**
 * Compares all identities of a region with those that its provider lists, and makes due what differs: domains without an intent,
 * identities whose domains are gone, ones that the provider lost, and ones of ours that nobody here knows, as after
 * a restored backup. It changes nothing at the provider itself. Gives the fault that ended it early; null where it went through.
 */
export async function sweepIdentities(ctx: Context, region: ServedRegion): Promise<ProviderFault | null> {
  await table.insertMissingIntents(ctx.db, region.key, ctx.clock.now());
  const listed = await listAll(ctx, region);
  if (!(listed instanceof Set)) return listed;
  const known = await table.listIdentities(ctx.db, region.key);
  const lost = known.filter(({ name, wasSeen }) => wasSeen && !listed.has(name)).map(({ name }) => name);
  await table.makeDue(ctx.db, region.key, lost, ctx.clock.now());
  const names = new Set<string>(known.map(({ name }) => name));
  return adoptOrphans(
    ctx,
    region,
    [...listed].filter((name) => !names.has(name)),
  );
}

async function listAll(ctx: Context, region: ServedRegion): Promise<Set<string> | ProviderFault> {
  const provider = getProvider(ctx, region);
  const names = new Set<string>();
  let after: string | null = null;
  do {
    const page = await provider.list(region.providerRegion, after);
    ctx.meters.provider(region.key, page.outcome);
    if (page.outcome !== 'done') return endEarly(ctx, region, page);
    for (const name of page.value.names) names.add(name);
    after = page.value.next;
  } while (after !== null);
  return names;
}

function endEarly(ctx: Context, region: ServedRegion, refusal: ProviderRefusal): ProviderFault {
  const fault = 'detail' in refusal ? refusal.outcome : 'refused';
  const problem = 'detail' in refusal ? refusal.detail : refusal.outcome;
  ctx.log.warn(
    { region: region.key, provider: region.provider, state: fault, problem },
    'the sending provider ended the sweep early; retrying',
  );
  return fault;
}

/** Of what the provider lists and nobody here knows, only what it says to be ours is. A list does not say whose each is. */
async function adoptOrphans(
  ctx: Context,
  region: ServedRegion,
  unknown: readonly string[],
): Promise<ProviderFault | null> {
  const provider = getProvider(ctx, region);
  const owner = await table.readInstallationId(ctx.db, ctx.randomBytes(12).toString('hex'));
  for (const [index, name] of unknown.entries()) {
    if (index > 0) await ctx.clock.sleep(provider.pace.betweenMs, ctx.stopping);
    if (ctx.stopping.aborted) return null;
    const answer = await provider.read({ region: region.providerRegion, name });
    ctx.meters.provider(region.key, answer.outcome);
    if ('detail' in answer) return endEarly(ctx, region, answer);
    if (answer.outcome !== 'done' || answer.value.owner !== owner) continue;
    ctx.log.warn(
      { region: region.key, provider: region.provider, domain: name },
      'the sending provider has an identity of ours that no domain wants',
    );
    await table.insertIntents(ctx.db, [{ regionKey: region.key, name: name as DomainName }], ctx.clock.now());
  }
  return null;
}
