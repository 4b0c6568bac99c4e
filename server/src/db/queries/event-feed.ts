import type { DomainId, ProjectId } from '../../core/ids.ts';
import type { EventType } from '../../core/lifecycle/events.ts';
import type { Database } from '../client.ts';
import type { Db } from '../db.ts';
import { and, asc, eq, gt, lt, lte, max, sql } from '../drizzle.ts';
import { eventFeed } from '../schema-webhooks.ts';

/** An event as programs read it. */
export interface FeedEvent {
  readonly eventId: number;
  readonly domainId: DomainId | null;
  readonly type: EventType;
  readonly body: string;
}

const NUMBERED_AT_ONCE = 5_000;
/** Longer than numbering takes; whoever waits for it has nothing to read before. */
const NUMBER_LOCK = sql`pg_advisory_xact_lock(hashtextextended('event positions', 0))`;

/**
 * Numbers the events that became visible since the last time. Ids are given out before a transaction commits: a reader that goes
 * by them passes an event whose transaction commits later. Here one statement after the other, each under a lock that is held until
 * its numbers are visible too, numbers what it sees. So whoever sees a number sees all smaller ones, for ever; an event that
 * becomes visible later gets a larger one. It needs no snapshot of transactions, which pooled, restored and distributed
 * databases don't keep (docs/decisions/0036-events-and-webhooks.md).
 */
export async function numberEvents(db: Database): Promise<void> {
  for (;;) {
    // Without the lock first: mostly there is nothing to number.
    const { rows } = await db.execute(sql`select 1 from ${eventFeed} where position is null limit 1`);
    if (rows.length === 0) return;
    await db.transaction(async (tx) => {
      await tx.execute(sql`select ${NUMBER_LOCK}`);
      await tx.execute(sql`
        update ${eventFeed} as feed set position = numbered.position from (
          select event_id, nextval('event_positions') as position from (
            select event_id from ${eventFeed} where position is null order by event_id limit ${NUMBERED_AT_ONCE}) as waiting
        ) as numbered where feed.event_id = numbered.event_id`);
    });
  }
}

/** Lists a project's numbered events after a position, oldest first. */
export async function listFeed(
  db: Db,
  projectId: ProjectId,
  { after, domainId, limit }: { readonly after: number; readonly domainId?: string; readonly limit: number },
): Promise<(FeedEvent & { readonly position: number })[]> {
  const rows = await db
    .select({
      eventId: eventFeed.eventId,
      domainId: eventFeed.domainId,
      type: eventFeed.type,
      body: eventFeed.body,
      position: eventFeed.position,
    })
    .from(eventFeed)
    .where(
      and(
        eq(eventFeed.projectId, projectId),
        gt(eventFeed.position, after),
        domainId === undefined ? undefined : eq(eventFeed.domainId, domainId as DomainId),
      ),
    )
    .orderBy(asc(eventFeed.position))
    .limit(limit);
  return rows.map((row) => ({ ...row, position: row.position ?? after }));
}

/** Finds the position of a project's event. One that is no longer kept is before all that are: 0. */
export async function findPosition(db: Db, projectId: ProjectId, eventId: number): Promise<number> {
  const [own] = await db
    .select({ position: eventFeed.position })
    .from(eventFeed)
    .where(and(eq(eventFeed.projectId, projectId), eq(eventFeed.eventId, eventId)));
  if (own) return own.position ?? 0;
  const [older] = await db
    .select({ position: max(eventFeed.position) })
    .from(eventFeed)
    .where(and(eq(eventFeed.projectId, projectId), lte(eventFeed.eventId, eventId)));
  return older?.position ?? 0;
}

/** The position of the newest event of a project; 0 where there is none. */
export async function findNewestPosition(db: Db, projectId: ProjectId): Promise<number> {
  const [row] = await db
    .select({ position: max(eventFeed.position) })
    .from(eventFeed)
    .where(eq(eventFeed.projectId, projectId));
  return row?.position ?? 0;
}

/** Deletes events from before then, some at a time; the history keeps its own line of each. @returns how many */
export async function deleteOldFeed(db: Db, before: Date, limit: number): Promise<number> {
  const some = db
    .select({ eventId: eventFeed.eventId })
    .from(eventFeed)
    .where(lt(eventFeed.at, before))
    .orderBy(eventFeed.at)
    .limit(limit);
  const deleted = await db
    .delete(eventFeed)
    .where(sql`${eventFeed.eventId} in ${some}`)
    .returning({ id: eventFeed.eventId });
  return deleted.length;
}
