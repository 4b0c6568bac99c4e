import type { Action, ActorKind, AuditFacts } from '../core/audit/entry.ts';
import type { DomainName, ProjectId } from '../core/ids.ts';
import type { SeenIdentity } from '../core/sending-providers/identity.ts';
import { bytes, identityState, time } from './columns.ts';
import {
  bigint,
  boolean,
  doublePrecision,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  sql,
  text,
  uniqueIndex,
} from './drizzle.ts';
import { projects } from './schema.ts';

// What the service keeps for itself: who did what, answers that may be asked for again, whose turn something is.

/** Who did what: written once, never changed, kept for 400 days. No foreign key: an entry outlives what it tells of. Triggers refuse updates and other deletes. */
export const auditLog = pgTable(
  'audit_log',
  {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    at: time('at').notNull(),
    projectId: text('project_id').$type<ProjectId>(),
    actorKind: text('actor_kind').$type<ActorKind>().notNull(),
    actorId: text('actor_id'),
    actorName: text('actor_name'),
    address: text('address'),
    requestId: text('request_id'),
    action: text('action').$type<Action>().notNull(),
    objectKind: text('object_kind').notNull(),
    objectId: text('object_id'),
    objectName: text('object_name'),
    before: jsonb('before').$type<AuditFacts>(),
    after: jsonb('after').$type<AuditFacts>(),
  },
  (table) => [
    index('audit_log_project').on(table.projectId, table.id.desc()),
    index('audit_log_actor').on(table.actorId, table.id.desc()),
    index('audit_log_at').on(table.at),
  ],
);

/** The answers to requests that carried an `Idempotency-Key`, for 24 hours. */
export const idempotencyKeys = pgTable(
  'idempotency_keys',
  {
    projectId: text('project_id')
      .$type<ProjectId>()
      .notNull()
      .references(() => projects.id, { onDelete: 'cascade' }),
    key: text('key').notNull(),
    requestHash: bytes('request_hash').notNull(),
    /** Who runs the request now; null once it is answered. A run that died is taken over when `locked_until` has passed. */
    lockedBy: text('locked_by'),
    lockedUntil: time('locked_until'),
    status: integer('status'),
    /** The body as it was sent: `jsonb` would give its keys back in another order, and their order is promised. */
    response: text('response'),
    createdAt: time('created_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.projectId, table.key] }),
    index('idempotency_keys_created').on(table.createdAt),
  ],
);

/** The secret keys that sealed something here, each with a known text sealed by it: proof at start that ours is the right one. */
export const secretKeys = pgTable(
  'secret_keys',
  {
    id: text('id').primaryKey(),
    canary: bytes('canary').notNull(),
    stage: text('stage').$type<'active' | 'retiring'>().notNull(),
    createdAt: time('created_at').notNull(),
  },
  // Two nodes that start on an empty database with different keys must not both win.
  (table) => [uniqueIndex('secret_keys_one_active').on(table.stage).where(sql`stage = 'active'`)],
);

/** The identities that a sending provider has or should have, one for each name and region, whoever holds it here. What is wanted is in `domains`; a row says that it has to be compared. */
export const providerIdentities = pgTable(
  'provider_identities',
  {
    regionKey: text('region_key').notNull(),
    name: text('name').$type<DomainName>().notNull(),
    /** Grows with each intent: a comparison that was begun before it does not end it. */
    revision: integer('revision').notNull().default(0),
    nextAt: time('next_at').notNull(),
    /** Tries since the intent, or since it was last as wanted. */
    attempts: integer('attempts').notNull().default(0),
    leaseOwner: text('lease_owner'),
    leaseUntil: time('lease_until'),
    state: identityState('state').notNull().default('pending'),
    /** The key that the provider was last given: it does not tell. */
    givenKeyId: text('given_key_id'),
    seen: jsonb('seen').$type<SeenIdentity>(),
    seenAt: time('seen_at'),
    /** What the provider said at the last fault. */
    problem: text('problem'),
  },
  (table) => [
    primaryKey({ columns: [table.regionKey, table.name] }),
    index('provider_identities_due').on(table.regionKey, table.nextAt),
  ],
);

/** When the identities of a region are compared with those that its provider lists: by one node, once a day. */
export const providerSweeps = pgTable('provider_sweeps', {
  regionKey: text('region_key').primaryKey(),
  nextAt: time('next_at').notNull(),
  leaseOwner: text('lease_owner'),
  leaseUntil: time('lease_until'),
});

/** When something is tidied up, by one node at a time. */
export const housekeeping = pgTable('housekeeping', {
  name: text('name').primaryKey(),
  nextAt: time('next_at').notNull(),
  leaseOwner: text('lease_owner'),
  leaseUntil: time('lease_until'),
});

/** How much of each caller's allowance is in use over all nodes. Nothing that must survive: the migration makes it UNLOGGED. */
export const rateLevels = pgTable('rate_levels', {
  id: text('id').primaryKey(),
  level: doublePrecision('level').notNull(),
  at: time('at').notNull(),
});

/** Who we are for a sending provider: one row, for as long as the database lives. */
export const installation = pgTable('installation', {
  isOnly: boolean('is_only').primaryKey().default(true),
  id: text('id').notNull(),
});
