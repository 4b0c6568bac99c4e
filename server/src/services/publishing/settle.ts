import type { DomainId } from '../../core/ids.ts';
import type { DomainEvent } from '../../core/lifecycle/events.ts';
import type { ToldDrift } from '../../core/publishing/publish-state.ts';
import { concludeTurn, type TurnEnd } from '../../core/publishing/turn.ts';
import type { Db } from '../../db/db.ts';
import { deletePublicationsAt, inheritPublication, listPublications } from '../../db/queries/dns-publications.ts';
import { findDomain, lockDomain, makeDomainDue } from '../../db/queries/domains.ts';
import {
  claimDueIntents,
  deleteIntent,
  type IntentLane,
  storeIntent,
} from '../../db/queries/publishing/due-intents.ts';
import type { StoredIntent } from '../../db/queries/publishing/intents.ts';
import type { Context } from '../context.ts';
import { noteEvents } from '../events/note-events.ts';
import { type PublishResult, publishDomain, UNDER_WAY } from './publish-domain.ts';
import { type WithdrawResult, withdrawDomain } from './withdraw-domain.ts';

/** Longer than a turn takes: planning, writing and reading what came of it have limits of their own, which add up to two minutes. */
const LEASE_MS = 180_000;
/** How soon a turn comes again that met somebody else's write. */
const UNDER_WAY_MS = 5_000;
/** What a provider may still carry out is not known to be done or not for so long (`publications.ts`). */
const IN_DOUBT_MS = 11 * 60_000;

/** Claims domains whose records have to be compared with their zones, for this worker alone. */
export async function claimIntents(
  ctx: Pick<Context, 'db' | 'realClock'>,
  lane: IntentLane,
  owner: string,
  limit: number,
): Promise<StoredIntent[]> {
  const now = ctx.realClock.now();
  const lease = { owner, until: new Date(now.getTime() + LEASE_MS) };
  return claimDueIntents(ctx.db, lane, now, lease, limit);
}

/**
 * Does what is to be done for a domain, and stores what came of it: its records are compared with the zone, or, when it is gone,
 * what was written for it is withdrawn. Whatever is interrupted is compared anew by whoever takes it next.
 */
export async function settleIntent(ctx: Context, intent: StoredIntent): Promise<void> {
  const domain = await findDomain(ctx.db, intent.projectId, intent.domainId);
  // Switched off meanwhile: what stands there stays.
  if (domain && !domain.autoPublish) return deleteIntent(ctx.db, intent);
  const result = domain ? await publishDomain(ctx, domain) : await withdrawDomain(ctx, intent);
  // Cut short, it says nothing of the provider; whoever stops the loop gives the claim back.
  if (ctx.stopping.aborted) return;
  const now = ctx.realClock.now();
  if (result === UNDER_WAY) {
    const { attempts, problem, drift, comparedAt } = intent;
    const nextAt = new Date(now.getTime() + UNDER_WAY_MS);
    await storeIntent(ctx.db, intent, { attempts, problem, drift, comparedAt, nextAt });
    return;
  }
  const end = concludeTurn(intent, result, now, ctx.random());
  tellLog(ctx, intent, end);
  await (domain ? storeTurn(ctx, intent, result, end) : storeWithdrawal(ctx, intent, result, end));
}

/** Undoes the transaction: somebody else holds the claim by now, and tells what there is to tell. */
class ClaimLost extends Error {}

async function storeTurn(ctx: Context, intent: StoredIntent, result: PublishResult, end: TurnEnd): Promise<void> {
  const now = ctx.realClock.now();
  const store = async (tx: Db) => {
    const domain = await lockDomain(tx, intent.projectId, intent.domainId);
    if (domain) {
      await noteEvents(ctx, tx, domain, now, listEvents(result, end));
      if (result.isWritten) await makeDomainDue(tx, domain.id, now);
    }
    await deletePublicationsAt(tx, intent.domainId, result.forgotten);
    const { attempts, problem, drift, nextAt } = end;
    const comparedAt = result.drift ? now : intent.comparedAt;
    if (!(await storeIntent(tx, intent, { attempts, problem, drift: [...drift], nextAt, comparedAt })))
      throw new ClaimLost();
  };
  await ctx.db.transaction(store).catch((error: unknown) => {
    if (!(error instanceof ClaimLost)) throw error;
  });
}

/** A domain that is gone tells nothing more: its withdrawal is over, or comes again. */
async function storeWithdrawal(
  ctx: Context,
  intent: StoredIntent,
  { forgotten = [], inherited = [] }: Partial<WithdrawResult>,
  end: TurnEnd,
): Promise<void> {
  const now = ctx.realClock.now();
  await ctx.db.transaction(async (tx) => {
    // Domains before publications, as everywhere (`db/schema.ts`). An heir that is gone by now wants nothing any more.
    const heirs = [...new Set(inherited.map(({ heirId }) => heirId))].sort();
    const gone = new Set<DomainId>();
    for (const id of heirs) if (!(await lockDomain(tx, intent.projectId, id))) gone.add(id);
    await deletePublicationsAt(tx, intent.domainId, forgotten);
    for (const { publication, heirId } of inherited)
      if (!gone.has(heirId)) await inheritPublication(tx, intent.domainId, publication, heirId);
    const left = await listPublications(tx, intent.domainId);
    if (left.length === 0) return deleteIntent(tx, intent);
    const { attempts, problem, drift } = end;
    const isDoubtful = left.some((row) => row.intent !== null);
    const later = gone.size > 0 ? now : isDoubtful ? new Date(now.getTime() + IN_DOUBT_MS) : intent.keysUntil;
    const nextAt = problem === null ? later : end.nextAt;
    await storeIntent(tx, intent, { attempts, problem, drift: [...drift], nextAt, comparedAt: now });
  });
}

function listEvents({ zone, problem }: PublishResult, { newDrift, isProblemTold, nextAt }: TurnEnd): DomainEvent[] {
  const events: DomainEvent[] = [];
  if (newDrift.length > 0)
    events.push({ type: 'dns.drifted', data: { zone: zone ?? '', changes: newDrift.map(describeDrift) } });
  if (problem && isProblemTold) {
    const { reason, message, conflicts } = problem;
    const nextTryAt = reason === 'needs_consent' ? null : (nextAt?.toISOString() ?? null);
    events.push({ type: 'dns.publish_failed', data: { zone, reason, message, conflicts, nextTryAt } });
  }
  return events;
}

function describeDrift({ before, after }: ToldDrift) {
  return { name: before.name, type: before.type, before: before.rdata, after: after?.rdata ?? [] };
}

/** Once while it lasts: what stays as it is would fill the log. */
function tellLog(
  ctx: Pick<Context, 'log'>,
  { domainId, domainName, problem: before }: StoredIntent,
  { problem, nextAt }: TurnEnd,
): void {
  if (!problem || problem.reason === 'needs_consent') return;
  const what = { domainId, domain: domainName, zone: problem.zone, reason: problem.reason };
  if (nextAt === null) ctx.log.warn(what, "records couldn't be written to DNS; not retrying until something changes");
  else if (before?.reason !== problem.reason) ctx.log.warn(what, "records couldn't be written to DNS; retrying");
}
