import type { SentRequest, TryOutcome } from '../../core/webhooks/delivery.ts';
import { newestFirst } from '../columns.ts';
import type { Db } from '../db.ts';
import { and, count, eq, getTableColumns, gte, isNull, lt, sql } from '../drizzle.ts';
import { eventFeed, webhookDeliveries } from '../schema-webhooks.ts';

/** A delivery's row. */
export type StoredDelivery = typeof webhookDeliveries.$inferSelect;

/** Adds a delivery of a body of its own: a sample, or what a caller had sent. */
export async function insertDelivery(
  tx: Db,
  delivery: Pick<StoredDelivery, 'id' | 'webhookId' | 'projectId' | 'type' | 'body' | 'createdAt'>,
  nextAt: Date | null,
): Promise<void> {
  await tx.insert(webhookDeliveries).values({ ...delivery, updatedAt: delivery.createdAt, nextAt });
}

/** Stores the one try of a sample: it is in the log, and is never made again. */
export async function storeSample(db: Db, id: string, request: SentRequest, outcome: TryOutcome, isDelivered: boolean) {
  const at = new Date(outcome.at);
  await db
    .update(webhookDeliveries)
    .set({ attempts: 1, request, outcome, updatedAt: at, deliveredAt: isDelivered ? at : null })
    .where(eq(webhookDeliveries.id, id));
}

/** What a log is chosen by. */
export interface DeliveryFilter {
  readonly page: number;
  readonly limit: number;
}

/** Lists a page of a webhook's deliveries, newest first, without their bodies, and how many there are. */
export async function listDeliveries(
  db: Db,
  webhookId: string,
  { page, limit }: DeliveryFilter,
): Promise<{ deliveries: StoredDelivery[]; total: number }> {
  const which = eq(webhookDeliveries.webhookId, webhookId);
  const [counted] = await db.select({ total: count() }).from(webhookDeliveries).where(which);
  const deliveries = await db
    .select()
    .from(webhookDeliveries)
    .where(which)
    .orderBy(newestFirst(webhookDeliveries.createdAt), newestFirst(webhookDeliveries.id))
    .limit(limit)
    .offset((page - 1) * limit);
  return { deliveries, total: counted?.total ?? 0 };
}

/** Finds a delivery of a webhook with what is sent; null where there is none. */
export async function findDelivery(
  db: Db,
  webhookId: string,
  id: string,
): Promise<(StoredDelivery & { readonly sent: string | null }) | null> {
  const [row] = await db
    .select({
      ...getTableColumns(webhookDeliveries),
      sent: sql<string | null>`coalesce(${webhookDeliveries.body}, ${eventFeed.body})`,
    })
    .from(webhookDeliveries)
    .leftJoin(eventFeed, eq(eventFeed.eventId, webhookDeliveries.eventId))
    .where(and(eq(webhookDeliveries.webhookId, webhookId), eq(webhookDeliveries.id, id)));
  return row ?? null;
}

/** Makes a delivery due at once, its schedule from the start; one that is under way is left alone. @returns whether there is one */
export async function retryDelivery(db: Db, webhookId: string, id: string, now: Date): Promise<boolean> {
  const isThis = and(eq(webhookDeliveries.webhookId, webhookId), eq(webhookDeliveries.id, id));
  await db
    .update(webhookDeliveries)
    .set({ nextAt: now, attempts: 0, updatedAt: now })
    .where(and(isThis, sql`(${webhookDeliveries.leaseUntil} is null or ${webhookDeliveries.leaseUntil} < ${now})`));
  const rows = await db.select({ id: webhookDeliveries.id }).from(webhookDeliveries).where(isThis);
  return rows.length > 0;
}

/** Makes all due at once that were created since then, were tried and not delivered. @returns how many */
export async function retryFailed(db: Db, webhookId: string, since: Date, now: Date): Promise<number> {
  const retried = await db
    .update(webhookDeliveries)
    .set({ nextAt: now, attempts: 0, updatedAt: now })
    .where(
      and(
        eq(webhookDeliveries.webhookId, webhookId),
        gte(webhookDeliveries.createdAt, since),
        isNull(webhookDeliveries.deliveredAt),
        sql`${webhookDeliveries.attempts} > 0`,
        sql`(${webhookDeliveries.leaseUntil} is null or ${webhookDeliveries.leaseUntil} < ${now})`,
      ),
    )
    .returning({ id: webhookDeliveries.id });
  return retried.length;
}

/** How a webhook has done lately. */
interface DeliveryCounts {
  readonly delivered: number;
  readonly failed: number;
  /** Waiting for a try, the first or another one. */
  readonly waiting: number;
}

/** Counts the deliveries of each of these webhooks since then. */
export async function countDeliveries(
  db: Db,
  webhookIds: readonly string[],
  since: Date,
): Promise<Map<string, DeliveryCounts>> {
  if (webhookIds.length === 0) return new Map();
  const { rows } = await db.execute<Record<string, unknown> & { webhook_id: string } & DeliveryCounts>(sql`
    select webhook_id, count(*) filter (where delivered_at is not null)::int as delivered,
      count(*) filter (where delivered_at is null and attempts > 0)::int as failed,
      count(*) filter (where next_at is not null)::int as waiting
    from ${webhookDeliveries} where webhook_id = any(${sql.param([...webhookIds])}::text[]) and created_at >= ${since.toISOString()}::timestamptz
    group by webhook_id`);
  return new Map(
    rows.map(({ webhook_id, delivered, failed, waiting }) => [webhook_id, { delivered, failed, waiting }]),
  );
}

/** Deletes deliveries from before then, some at a time. @returns how many */
export async function deleteOldDeliveries(db: Db, before: Date, limit: number): Promise<number> {
  const some = db
    .select({ id: webhookDeliveries.id })
    .from(webhookDeliveries)
    .where(lt(webhookDeliveries.createdAt, before))
    .orderBy(webhookDeliveries.createdAt)
    .limit(limit);
  const deleted = await db
    .delete(webhookDeliveries)
    .where(sql`${webhookDeliveries.id} in ${some}`)
    .returning({ id: webhookDeliveries.id });
  return deleted.length;
}
