import type { DomainEvent } from '../../core/lifecycle/events.ts';
import { isMade } from '../../core/publishing/intent.ts';
import { notePublication, type Publication } from '../../core/publishing/publication.ts';
import type { RrSet, RrSetChange } from '../../core/publishing/rr-set.ts';
import type { Db } from '../../db/db.ts';
import * as table from '../../db/queries/dns-publications.ts';
import { findDomain, lockDomain } from '../../db/queries/domains.ts';
import { findActor } from '../audit/acting.ts';
import type { Context } from '../context.ts';
import { noteEvents } from '../events/note-events.ts';
import { inTimeOf } from '../test-mode/test-mode.ts';

type SettlingContext = Pick<Context, 'db' | 'clock' | 'realClock' | 'timing' | 'mailer'>;

/** A write that may still be carried out by a provider that didn't answer: for so long its intent stays, and nothing is made of it. */
const IN_DOUBT_MS = 10 * 60_000;

/** For which domain something is written. */
type WrittenFor = Pick<table.PublicationPlace, 'domainId' | 'projectId'>;

/** What was written for a domain, as far as it is known. */
export interface KnownPublications {
  readonly written: readonly Publication[];
  /** Whether a write is under way. */
  readonly isUnderWay: boolean;
}

/**
 * Tells what was written for a domain, and finds out by what stands there what came of writes that nobody heard the end of: the
 * process died, or the provider's answer was lost.
 * @param standing all that stands at the names that were written
 */
export async function settleByReading(
  ctx: SettlingContext,
  { domainId, projectId }: WrittenFor,
  zone: string,
  standing: readonly RrSet[],
): Promise<KnownPublications> {
  const list = async () => (await table.listPublications(ctx.db, domainId)).filter((row) => row.zone === zone);
  const rows = await list();
  const now = ctx.realClock.now();
  const isUnderWay = rows.some((row) => row.intent && row.leaseUntil !== null && row.leaseUntil >= now);
  if (!isUnderWay && rows.some(({ intent }) => intent !== null))
    await settleWrite(ctx, { domainId, projectId }, { owner: null, standing, zone });
  return { written: (await list()).flatMap((row) => readWritten(row) ?? []), isUnderWay };
}

/** Runs in the transaction that notes what was written. */
export type OnSettled = (tx: Db, changes: readonly RrSetChange[]) => Promise<void>;

/** What is known of a write when it ends. */
export interface WriteEnd {
  /** Who made it; null for whoever comes after it was given up. */
  readonly owner: string | null;
  /** What stands there now; `written` where the provider said that all was done. */
  readonly standing: readonly RrSet[] | 'written';
  /** Whether the provider may still do what isn't done yet. */
  readonly isInDoubt?: boolean;
  /** Where `standing` was read; the writes of the owner are all of one zone. */
  readonly zone?: string;
}

/**
 * Stores what came of a write, and tells of what changed in an event. What the provider may still do stays open.
 * @returns the changes that were made
 */
export async function settleWrite(
  ctx: SettlingContext,
  { domainId, projectId }: WrittenFor,
  { owner, standing, zone, isInDoubt = false }: WriteEnd,
  onSettled?: OnSettled,
): Promise<RrSetChange[]> {
  return ctx.db.transaction(async (tx) => {
    const now = ctx.realClock.now();
    // Before its publications, as wherever both are changed (`db/schema.ts`). One that is gone holds nothing.
    await lockDomain(tx, projectId, domainId);
    const rows = (await table.lockPublications(tx, domainId)).filter((row) =>
      owner === null
        ? row.zone === zone && (row.leaseUntil === null || row.leaseUntil < now)
        : row.leaseOwner === owner,
    );
    const made: RrSetChange[] = [];
    for (const row of rows) {
      const { intent, name, type } = row;
      if (!intent) continue;
      const found = standing === 'written' ? null : standing.find((set) => set.name === name && set.type === type);
      if (standing === 'written' || isMade(intent, found ?? null)) {
        made.push(intent);
        await table.settlePublication(tx, row, notePublication(readWritten(row) ?? undefined, intent), now);
      } else if (owner === null ? isOld(row, now) : !isInDoubt) {
        await table.settlePublication(tx, row, readWritten(row), null);
      }
    }
    if (owner !== null) await table.releasePublications(tx, domainId, owner);
    const [first] = rows;
    if (first && made.length > 0) {
      await tellOf(ctx, tx, first, made);
      await onSettled?.(tx, made);
    }
    return made;
  });
}

function isOld({ intendedAt }: table.StoredPublication, now: Date): boolean {
  return intendedAt === null || now.getTime() - intendedAt.getTime() > IN_DOUBT_MS;
}

/** What was written in all before the write that is under way; null where that is nothing. */
function readWritten({ name, type, before, after }: table.StoredPublication): Publication | null {
  return before === null && after === null ? null : { name, type, before, after };
}

/** A domain that is gone has told all that it has to tell. */
async function tellOf(
  ctx: SettlingContext,
  tx: Db,
  { domainId, projectId, zone }: table.StoredPublication,
  made: readonly RrSetChange[],
): Promise<void> {
  const domain = await findDomain(tx, projectId, domainId);
  if (!domain) return;
  const own = await inTimeOf(ctx, domain, tx);
  const event: DomainEvent = {
    type: 'dns.published',
    data: {
      zone,
      changes: made.map(({ before, after }) => {
        const { name = '', type = 'TXT' } = after ?? before ?? {};
        return { name, type, before: before?.rdata ?? [], after: after?.rdata ?? [] };
      }),
    },
  };
  await noteEvents(own, tx, domain, own.clock.now(), [event], findActor());
}
