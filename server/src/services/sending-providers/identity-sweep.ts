import type { DomainName } from '../../core/ids.ts';
import type { SesRegion } from '../../core/records/regions.ts';
import type { SesFault } from '../../core/ses/retry.ts';
import * as table from '../../db/queries/provider-identities.ts';
import type { SesRefusal } from '../../providers/ses-faults.ts';
import type { Context } from '../context.ts';

/** SES answers about one question of this kind a second. */
const PACE_MS = 1_000;

/**
 * Compares all identities of a region with those that SES lists, and makes due what differs: domains without an intent,
 * identities whose domains are gone, ones that SES lost, and ones that carry our tag and that nobody here knows, as after
 * a restored backup. It changes nothing at SES itself. Gives the fault that ended it early; null where it went through.
 */
export async function sweepIdentities(ctx: Context, region: SesRegion): Promise<SesFault | null> {
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

async function listAll(ctx: Context, region: SesRegion): Promise<Set<string> | SesFault> {
  const names = new Set<string>();
  let after: string | null = null;
  do {
    const page = await ctx.ses.list(region.awsRegion, after);
    ctx.meters.provider(region.key, page.outcome);
    if (page.outcome !== 'done') return endEarly(ctx, region, page);
    for (const name of page.value.names) names.add(name);
    after = page.value.next;
  } while (after !== null);
  return names;
}

function endEarly(ctx: Context, region: SesRegion, refusal: SesRefusal): SesFault {
  const fault = 'detail' in refusal ? refusal.outcome : 'refused';
  const problem = 'detail' in refusal ? refusal.detail : refusal.outcome;
  ctx.log.warn({ region: region.key, state: fault, problem }, 'Amazon SES ended the sweep early; it is made again');
  return fault;
}

/** Of what SES lists and nobody here knows, only what carries our tag is ours. The list does not show tags. */
async function adoptOrphans(ctx: Context, region: SesRegion, unknown: readonly string[]): Promise<SesFault | null> {
  const owner = await table.readInstallationId(ctx.db, ctx.randomBytes(12).toString('hex'));
  for (const [index, name] of unknown.entries()) {
    if (index > 0) await ctx.clock.sleep(PACE_MS, ctx.stopping);
    if (ctx.stopping.aborted) return null;
    const answer = await ctx.ses.get(region.awsRegion, name);
    ctx.meters.provider(region.key, answer.outcome);
    if ('detail' in answer) return endEarly(ctx, region, answer);
    if (answer.outcome !== 'done' || answer.value.owner !== owner) continue;
    ctx.log.warn({ region: region.key, domain: name }, 'Amazon SES has an identity of ours that no domain wants');
    await table.insertIntents(ctx.db, [{ regionKey: region.key, name: name as DomainName }], ctx.clock.now());
  }
  return null;
}
