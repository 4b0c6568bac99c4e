import type { DnsProvider, DnsProviderProblem, ProviderZone } from '../../core/publishing/dns-provider.ts';
import type { RrSetChange } from '../../core/publishing/rr-set.ts';
import { placeOf } from '../../core/publishing/withdrawal.ts';
import { intendPublications, type PublicationPlace, releasePublications } from '../../db/queries/dns-publications.ts';
import { lockDomain } from '../../db/queries/domains.ts';
import type { Context } from '../context.ts';
import { type OnSettled, settleWrite } from './publications.ts';

/** What writing takes. */
export type WritingContext = Pick<
  Context,
  'db' | 'clock' | 'realClock' | 'randomBytes' | 'timing' | 'mailer' | 'stopping' | 'background'
>;

/** Longer than any write takes, with the reading after it: a write that died is taken up after that. */
const LEASE_MS = 120_000;
/** So long a provider may take; some answer only when all their servers have the change. */
const WRITE_MS = 75_000;
const READ_MS = 20_000;

/** Where something is written, and for whom. */
export interface WriteTarget extends Omit<PublicationPlace, 'zone'> {
  readonly provider: DnsProvider;
  readonly zone: ProviderZone;
  /** Whether it is for a domain that was deleted. For any other one nothing is begun once it is gone: nobody would withdraw it. */
  readonly isGone?: boolean;
}

/** What came of a write. */
export type WriteOutcome =
  | { readonly outcome: 'written'; readonly changes: readonly RrSetChange[] }
  /** Somebody else's write to the same record sets is under way, or the domain was deleted. Nothing was done. */
  | { readonly outcome: 'under_way' }
  | {
      readonly outcome: 'failed';
      readonly problem: DnsProviderProblem;
      /** What was changed all the same. */
      readonly changes: readonly RrSetChange[];
      /** Whether the rest may still be carried out by the provider. */
      readonly isInDoubt: boolean;
    };

/**
 * Makes changes in a zone. What is intended is stored before the provider is asked, and no transaction is open meanwhile. Whoever
 * comes after a crash, or after an answer that was lost, reads what came of it: nothing is forgotten, and nothing that we wrote
 * is taken for somebody else's.
 * @param onSettled runs in the transaction that notes what was written
 */
export async function writeZone(
  ctx: WritingContext,
  target: WriteTarget,
  changes: readonly RrSetChange[],
  onSettled?: OnSettled,
): Promise<WriteOutcome> {
  if (changes.length === 0) return { outcome: 'written', changes: [] };
  const { provider, zone, domainId, projectId, connectionId } = target;
  const owner = `publishing-${ctx.randomBytes(8).toString('hex')}`;
  const place = { domainId, projectId, connectionId, zone: zone.name };
  const isOurs = await intend(ctx, place, changes, { owner, isGone: target.isGone ?? false });
  if (!isOurs) return { outcome: 'under_way' };

  const signal = AbortSignal.any([ctx.stopping, AbortSignal.timeout(WRITE_MS)]);
  const answer = await provider.write(zone, changes, signal);
  if (answer.outcome === 'done') {
    return { outcome: 'written', changes: await settleWrite(ctx, place, { owner, standing: 'written' }, onSettled) };
  }
  // Only reading tells what was done of it.
  const names = [...new Set(changes.map((change) => placeOf(change).name))];
  const read = await provider.read(zone, names, AbortSignal.any([ctx.stopping, AbortSignal.timeout(READ_MS)]));
  if (read.outcome !== 'done') {
    await releasePublications(ctx.db, domainId, owner);
    return { outcome: 'failed', problem: answer, changes: [], isInDoubt: true };
  }
  const isInDoubt = answer.mayBeWritten === true;
  const made = await settleWrite(ctx, place, { owner, standing: read.value, isInDoubt }, onSettled);
  // Every change stands there: the answer that was lost said so.
  if (made.length === changes.length) return { outcome: 'written', changes: made };
  return { outcome: 'failed', problem: answer, changes: made, isInDoubt };
}

async function intend(
  ctx: WritingContext,
  place: PublicationPlace,
  changes: readonly RrSetChange[],
  { owner, isGone }: { readonly owner: string; readonly isGone: boolean },
): Promise<boolean> {
  const now = ctx.realClock.now();
  const lease = { owner, until: new Date(now.getTime() + LEASE_MS) };
  let isOurs = false;
  await ctx.db
    .transaction(async (tx) => {
      // Locked, so that a deletion either sees the intent or comes first.
      const mayBegin = isGone || (await lockDomain(tx, place.projectId, place.domainId)) !== null;
      isOurs = mayBegin && (await intendPublications(tx, place, changes, now, lease));
      if (!isOurs) throw new UnderWay();
    })
    .catch((error: unknown) => {
      if (!(error instanceof UnderWay)) throw error;
    });
  return isOurs;
}

/** Undoes the transaction. */
class UnderWay extends Error {}
