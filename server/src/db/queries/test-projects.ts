import type { ProjectId } from '../../core/ids.ts';
import type { Db } from '../db.ts';
import { and, eq, inArray, isNull, lt, or, sql } from '../drizzle.ts';
import type { Lease } from '../lease.ts';
import { domains, projects } from '../schema.ts';
import { eventFeed, webhookDeliveries, webhooks } from '../schema-webhooks.ts';

/** Whether a project is one for tests; false where there is none of this id. */
export async function isTestProject(db: Db, id: ProjectId): Promise<boolean> {
  const [row] = await db.select({ isTest: projects.isTest }).from(projects).where(eq(projects.id, id));
  return row?.isTest ?? false;
}

/** Reads how far the clocks of test projects are ahead of real time, in milliseconds; a project that is gone is left out. */
export async function readClockOffsets(db: Db, ids: readonly ProjectId[]): Promise<Map<ProjectId, number>> {
  const rows = await db
    .select({ id: projects.id, offsetMs: projects.clockOffsetMs })
    .from(projects)
    .where(inArray(projects.id, [...ids]));
  return new Map(rows.map(({ id, offsetMs }) => [id, offsetMs]));
}

/** Sets the clock of a test project ahead by so much, unless it is further ahead already. */
export async function raiseClockOffset(db: Db, id: ProjectId, offsetMs: number): Promise<void> {
  await db
    .update(projects)
    .set({ clockOffsetMs: sql`greatest(${projects.clockOffsetMs}, ${offsetMs}::bigint)` })
    .where(and(eq(projects.id, id), projects.isTest));
}

/**
 * Takes the right to move the clock of a test project, unless somebody has it.
 * @returns how far the clock is ahead; null where somebody else moves it
 */
export async function claimClock(db: Db, id: ProjectId, lease: Lease, realNow: Date): Promise<number | null> {
  const isFree = or(isNull(projects.clockLeaseUntil), lt(projects.clockLeaseUntil, realNow));
  const [row] = await db
    .update(projects)
    .set({ clockLeaseOwner: lease.owner, clockLeaseUntil: lease.until })
    .where(and(eq(projects.id, id), projects.isTest, isFree))
    .returning({ offsetMs: projects.clockOffsetMs });
  return row?.offsetMs ?? null;
}

/** Gives that right back, where it is still held. */
export async function releaseClock(db: Db, id: ProjectId, owner: string): Promise<void> {
  await db
    .update(projects)
    .set({ clockLeaseOwner: null, clockLeaseUntil: null })
    .where(and(eq(projects.id, id), eq(projects.clockLeaseOwner, owner)));
}

/** Lists when the checks and deliveries of a test project are due, those that are under way included, the first ones first. */
export async function listDueTimes(db: Db, id: ProjectId, limit: number): Promise<Date[]> {
  const { rows } = await db.execute<{ at: Date | string }>(sql`
    select at from (
      (select next_check_at as at from ${domains} where project_id = ${id} and is_test and next_check_at is not null
        order by next_check_at limit ${limit})
      union all
      (select delivery.next_at as at from ${webhooks} as webhook
        join ${webhookDeliveries} as delivery on delivery.webhook_id = webhook.id and delivery.next_at is not null
        where webhook.project_id = ${id} and webhook.is_active order by delivery.next_at limit ${limit})
    ) as due order by at limit ${limit}`);
  return rows.map(({ at }) => new Date(at));
}

/** The number of the last event that there is, of whatever project. */
export async function readLastEventId(db: Db): Promise<number> {
  const [row] = await db.select({ last: sql<string | null>`max(${eventFeed.eventId})` }).from(eventFeed);
  return Number(row?.last ?? 0);
}

/** Counts the events of a project after one. */
export async function countEventsAfter(db: Db, id: ProjectId, eventId: number): Promise<number> {
  const [row] = await db
    .select({ count: sql<string>`count(*)` })
    .from(eventFeed)
    .where(and(sql`${eventFeed.eventId} > ${eventId}`, eq(eventFeed.projectId, id)));
  return Number(row?.count ?? 0);
}
