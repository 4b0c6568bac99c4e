import type { DomainId, ProjectId, UserId } from '../core/ids.ts';
import type { DisabledReason, EventType } from '../core/lifecycle/events.ts';
import type { SentRequest, TryOutcome } from '../core/webhooks/delivery.ts';
import { bytes, newestFirst, time } from './columns.ts';
import { bigint, boolean, index, integer, jsonb, pgSequence, pgTable, sql, text } from './drizzle.ts';
import { projects } from './schema.ts';

// Written after `events`, in this order, by the transaction of a change (`queries/history.ts`).

/** Numbers what is in the feed, in the order in which transactions became visible (`queries/event-feed.ts`). */
export const eventPositions = pgSequence('event_positions');

/** Events as they are told to programs, for 30 days: the text was written in the transaction of the change and never changes. */
export const eventFeed = pgTable(
  'event_feed',
  {
    /** That of the history. */
    eventId: bigint('event_id', { mode: 'number' }).primaryKey(),
    projectId: text('project_id')
      .$type<ProjectId>()
      .notNull()
      .references(() => projects.id, { onDelete: 'cascade' }),
    /** Null for what happened to the project itself. */
    domainId: text('domain_id').$type<DomainId>(),
    type: text('type').$type<EventType>().notNull(),
    /** What is sent, to the octet. */
    body: text('body').notNull(),
    at: time('at').notNull(),
    /** Null until somebody reads the feed: whoever does numbers what became visible since. */
    position: bigint('position', { mode: 'number' }),
  },
  (table) => [
    index('event_feed_place').on(table.projectId, table.position),
    index('event_feed_unnumbered').on(table.eventId).where(sql`position is null`),
    index('event_feed_at').on(table.at),
  ],
);

/** Where a project's events are sent. */
export const webhooks = pgTable(
  'webhooks',
  {
    id: text('id').primaryKey(),
    projectId: text('project_id')
      .$type<ProjectId>()
      .notNull()
      .references(() => projects.id, { onDelete: 'cascade' }),
    url: text('url').notNull(),
    /** Types, groups such as `domain.*`, or `*`. */
    events: text('events').array().notNull(),
    metadata: jsonb('metadata').$type<Readonly<Record<string, string>>>(),
    isActive: boolean('is_active').notNull().default(true),
    /** Why the service disabled it; null where a person did, or nobody. */
    disabledReason: text('disabled_reason').$type<DisabledReason>(),
    secretSealed: bytes('secret_sealed').notNull(),
    secretKeyId: text('secret_key_id').notNull(),
    /** Signs beside the new one until `previousUntil`. */
    previousSealed: bytes('previous_sealed'),
    previousUntil: time('previous_until'),
    /** Since when every try has failed; null where the last one succeeded. */
    failingSince: time('failing_since'),
    /** Who gave it its address: a person, or the API key of one. No foreign key, as for API keys. Both null before that was recorded. */
    createdBy: text('created_by').$type<UserId>(),
    apiKeyId: text('api_key_id'),
    createdAt: time('created_at').notNull(),
    updatedAt: time('updated_at').notNull(),
  },
  (table) => [index('webhooks_project').on(table.projectId)],
);

/** What is sent to a webhook: one row for each event that it takes, written with the event. No foreign key to the webhook: a change must not wait for, or fail by, somebody who deletes it. */
export const webhookDeliveries = pgTable(
  'webhook_deliveries',
  {
    id: text('id').primaryKey(),
    webhookId: text('webhook_id').notNull(),
    projectId: text('project_id')
      .$type<ProjectId>()
      .notNull()
      .references(() => projects.id, { onDelete: 'cascade' }),
    /** Null for samples and for what a caller had sent. */
    eventId: bigint('event_id', { mode: 'number' }),
    type: text('type').$type<EventType>().notNull(),
    /** In place of an event's. */
    body: text('body'),
    createdAt: time('created_at').notNull(),
    updatedAt: time('updated_at').notNull(),
    /** When the next try is due; null when there is none. */
    nextAt: time('next_at'),
    attempts: integer('attempts').notNull().default(0),
    leaseOwner: text('lease_owner'),
    leaseUntil: time('lease_until'),
    deliveredAt: time('delivered_at'),
    /** The last try: what was sent, and what came of it. */
    request: jsonb('request').$type<SentRequest>(),
    outcome: jsonb('outcome').$type<TryOutcome>(),
  },
  (table) => [
    index('webhook_deliveries_due').on(table.webhookId, table.nextAt).where(sql`next_at is not null`),
    index('webhook_deliveries_leased').on(table.webhookId, table.leaseUntil).where(sql`lease_owner is not null`),
    index('webhook_deliveries_newest').on(table.webhookId, newestFirst(table.createdAt), newestFirst(table.id)),
    index('webhook_deliveries_created').on(table.createdAt),
  ],
);
