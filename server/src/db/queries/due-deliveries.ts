import type { ProjectId } from '../../core/ids.ts';
import type { EventType } from '../../core/lifecycle/events.ts';
import type { SentRequest, TryOutcome } from '../../core/webhooks/delivery.ts';
import { MAX_AT_ONCE } from '../../core/webhooks/schedule.ts';
import type { Database } from '../client.ts';
import type { Db } from '../db.ts';
import { and, eq, sql } from '../drizzle.ts';
import { type Lease, UNCLAIMED } from '../lease.ts';
import { projects } from '../schema.ts';
import { eventFeed, webhookDeliveries, webhooks } from '../schema-webhooks.ts';
import type { StoredWebhook } from './webhooks.ts';

/** What a worker needs to make one try. */
export interface ClaimedDelivery {
  readonly id: string;
  readonly eventId: number | null;
  readonly type: EventType;
  readonly body: string;
  /** How many tries were made before. */
  readonly attempts: number;
  readonly lease: Lease;
  readonly webhook: Pick<
    StoredWebhook,
    'id' | 'projectId' | 'url' | 'secretSealed' | 'previousSealed' | 'previousUntil' | 'failingSince'
  >;
  /** How far the clock of its project is ahead of real time: of a test project only. */
  readonly clockOffsetMs: number;
}

/** Webhooks whose last try succeeded, or those that have failed since. */
export type Lane = 'sound' | 'failing';

/** Whoever claims deliveries takes turns by this lock: only so can a statement count what is under way to a webhook. */
const CLAIM_LOCK = sql`pg_advisory_xact_lock(hashtextextended('webhook deliveries', 0))`;
/** To a webhook that fails, one at a time until one succeeds. */
const FAILING_AT_ONCE = 1;

type ClaimedRow = Record<string, unknown> & {
  id: string;
  event_id: string | null;
  type: EventType;
  body: string;
  attempts: number;
  webhook_id: string;
  project_id: ProjectId;
  url: string;
  secret_sealed: Buffer;
  previous_sealed: Buffer | null;
  previous_until: Date | string | null;
  failing_since: Date | string | null;
  clock_offset_ms: string;
};

/**
 * Claims up to `limit` deliveries that are due, of webhooks that are active. Each webhook gives one before any gives a second, and
 * has no more than four under way over all nodes: what waits for one that is slow holds up no other. Only webhooks that something
 * waits for are visited (a walk over the distinct values of an index), so what was delivered, and webhooks at rest, cost nothing.
 * What is due is so by the clock of its project. @param only of that project, whose clock is moved
 */
export async function claimDueDeliveries(
  db: Database,
  lane: Lane,
  now: Date,
  lease: Lease,
  limit: number,
  only?: ProjectId,
): Promise<ClaimedDelivery[]> {
  const at = sql`${now.toISOString()}::timestamptz`;
  const isInLane = lane === 'sound' ? sql`webhook.failing_since is null` : sql`webhook.failing_since is not null`;
  const atOnce = lane === 'sound' ? MAX_AT_ONCE : FAILING_AT_ONCE;
  const isFree = sql`(lease_until is null or lease_until < ${at})`;
  // While somebody moves the clock of a project, they alone send its deliveries, at a pace of their own.
  const isOurs =
    only === undefined
      ? sql` and (project.clock_lease_until is null or project.clock_lease_until < ${at})`
      : sql` and webhook.project_id = ${only}`;
  const rows = await db.transaction(async (tx) => {
    await tx.execute(sql`select ${CLAIM_LOCK}`);
    const { rows: claimed } = await tx.execute<ClaimedRow>(sql`
      with recursive waiting as (
        (select webhook_id from ${webhookDeliveries} where next_at is not null order by webhook_id limit 1)
        union all
        select (select more.webhook_id from ${webhookDeliveries} as more
          where more.next_at is not null and more.webhook_id > waiting.webhook_id order by more.webhook_id limit 1)
        from waiting where waiting.webhook_id is not null
      ), lane as (
        select webhook.id, ${at} + project.clock_offset_ms * interval '1 millisecond' as due_at, ${atOnce} - (
          select count(*) from ${webhookDeliveries} as leased
          where leased.webhook_id = webhook.id and leased.lease_owner is not null and leased.lease_until >= ${at}) as room
        from waiting join ${webhooks} as webhook on webhook.id = waiting.webhook_id
          join ${projects} as project on project.id = webhook.project_id
        where webhook.is_active and ${isInLane}${isOurs}
      ), due as (
        select first.id from lane cross join lateral (
          select ready.id, ready.next_at, row_number() over (order by ready.next_at, ready.id) as turn from (
            select id, next_at from ${webhookDeliveries} as each
            where each.webhook_id = lane.id and each.next_at <= lane.due_at and ${isFree}
            order by each.next_at limit greatest(lane.room, 0)) as ready
        ) as first
        order by first.turn, first.next_at limit ${limit}
      ), claimed as (
        update ${webhookDeliveries} as delivery set lease_owner = ${lease.owner}, lease_until = ${lease.until.toISOString()}::timestamptz
        from due where delivery.id = due.id and delivery.next_at is not null and ${isFree}
        returning delivery.id, delivery.webhook_id, delivery.event_id, delivery.type, delivery.body, delivery.attempts
      )
      select claimed.id, claimed.event_id, claimed.type, coalesce(claimed.body, feed.body) as body, claimed.attempts, claimed.webhook_id,
        webhook.project_id, webhook.url, webhook.secret_sealed, webhook.previous_sealed, webhook.previous_until, webhook.failing_since, project.clock_offset_ms
      from claimed join ${webhooks} as webhook on webhook.id = claimed.webhook_id
        join ${projects} as project on project.id = webhook.project_id
        left join ${eventFeed} as feed on feed.event_id = claimed.event_id
      where coalesce(claimed.body, feed.body) is not null`);
    return claimed;
  });
  return rows.map((row) => ({
    id: row.id,
    eventId: row.event_id === null ? null : Number(row.event_id),
    type: row.type,
    body: row.body,
    attempts: row.attempts,
    lease,
    clockOffsetMs: Number(row.clock_offset_ms),
    webhook: {
      id: row.webhook_id,
      projectId: row.project_id,
      url: row.url,
      secretSealed: row.secret_sealed,
      previousSealed: row.previous_sealed,
      previousUntil: readTime(row.previous_until),
      failingSince: readTime(row.failing_since),
    },
  }));
}

function readTime(value: Date | string | null): Date | null {
  return value === null ? null : new Date(value);
}

/** What one try leaves behind. */
export interface FinishedTry {
  readonly delivery: Pick<ClaimedDelivery, 'id' | 'lease'>;
  readonly request: SentRequest;
  readonly outcome: TryOutcome;
  readonly isDelivered: boolean;
  readonly nextAt: Date | null;
}

/**
 * Stores tries that ended at the same time, gives their claims back, and notes which webhooks fail since when: one success clears
 * it. Nothing is stored of one whose claim was lost.
 */
export async function storeTries(db: Db, tries: readonly FinishedTry[]): Promise<void> {
  const rows = tries.map(({ delivery, request, outcome, isDelivered, nextAt }) => ({
    id: delivery.id,
    lease_owner: delivery.lease.owner,
    lease_until: delivery.lease.until,
    request,
    outcome,
    ok: isDelivered,
    at: outcome.at,
    next_at: nextAt,
  }));
  await db.execute(sql`
    with tried as (
      select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as tried (id text, lease_owner text, lease_until timestamptz,
        request jsonb, outcome jsonb, ok boolean, at timestamptz, next_at timestamptz)
    ), stored as (
      update ${webhookDeliveries} as delivery set attempts = attempts + 1, request = tried.request, outcome = tried.outcome,
        updated_at = tried.at, next_at = tried.next_at, lease_owner = null, lease_until = null,
        delivered_at = case when tried.ok then tried.at else delivery.delivered_at end
      from tried where delivery.id = tried.id and delivery.lease_owner = tried.lease_owner and delivery.lease_until = tried.lease_until
      returning delivery.webhook_id, tried.ok, tried.at
    ), health as (
      select webhook_id, bool_or(ok) as ok, min(at) as at from stored group by webhook_id
    ), changed as (
      select webhook.id, health.ok, health.at from ${webhooks} as webhook join health on health.webhook_id = webhook.id
      where health.ok = (webhook.failing_since is not null) order by webhook.id for update of webhook
    )
    update ${webhooks} as webhook set failing_since = case when changed.ok then null else changed.at end
    from changed where webhook.id = changed.id`);
}

/** Gives back what a stopping worker holds. */
export async function releaseDeliveries(db: Db, owner: string): Promise<void> {
  await db.update(webhookDeliveries).set(UNCLAIMED).where(eq(webhookDeliveries.leaseOwner, owner));
}

/** Gives back one claim, where it is still held. */
export async function giveBackDelivery(db: Db, { id, lease }: Pick<ClaimedDelivery, 'id' | 'lease'>): Promise<void> {
  await db
    .update(webhookDeliveries)
    .set(UNCLAIMED)
    .where(
      and(
        eq(webhookDeliveries.id, id),
        eq(webhookDeliveries.leaseOwner, lease.owner),
        eq(webhookDeliveries.leaseUntil, lease.until),
      ),
    );
}
