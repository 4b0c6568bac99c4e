import type { Permission } from '../core/access/permissions.ts';
import type { Actor } from '../core/audit/entry.ts';
import type { KeyObservation } from '../core/dkim/key-stages.ts';
import type { Evidence } from '../core/findings/evidence.ts';
import type { DomainId, DomainName, ProjectId, UserId } from '../core/ids.ts';
import type { VerificationStatus } from '../core/lifecycle/status.ts';
import type { KeyAlgorithm, KeyStage } from '../core/records/dkim-key.ts';
import type { DkimMode } from '../core/records/key-slots.ts';
import type { RecordSettings } from '../core/records/record-input.ts';
import { bytes, newestFirst, time } from './columns.ts';
import { bigint, boolean, index, integer, jsonb, pgTable, sql, text, unique, uniqueIndex } from './drizzle.ts';
import type { StoredState } from './stored-state.ts';

// What belongs to tenants; what the service keeps for itself is in `schema-service.ts`, the people of the dashboard in
// `schema-dashboard.ts`. What a transaction changes, it changes in this order, and the rows of one table by their primary
// keys: projects, domains, dkim_keys, checks, events, provider_identities, dns_publications, dns_intents. So two transactions do not wait for
// each other. Where a plan decides the order of rows, `conflicts.ts` tries again what PostgreSQL ended.

/** A tenant: whatever belongs to a customer of this installation is read by its project id. */
export const projects = pgTable(
  'projects',
  {
    id: text('id').$type<ProjectId>().primaryKey(),
    /** Unique over all tenants, and seen by the operator only: where two tenants choose one name, theirs and some digits. */
    handle: text('name').notNull().unique(),
    /** What its people call it; two tenants may choose the same. Null for a project of before, whose handle it is. */
    title: text('title'),
    primaryRegion: text('primary_region').notNull(),
    /** Whether only sessions with a second factor see it. */
    requireSecondFactor: boolean('require_second_factor').notNull().default(false),
    /** Its color on pages for its customers, as `#rrggbb`; null for ours. */
    brandColor: text('brand_color'),
    /** The origins to which its share pages may lead back; null for none. */
    returnOrigins: jsonb('return_origins').$type<readonly string[]>(),
    /** Another text with each logo (`project_logos`); null where it has none. */
    logoVersion: text('logo_version'),
    /** How its new domains publish their DKIM keys. */
    dkimMode: text('dkim_mode').$type<DkimMode>().notNull().default('txt'),
    /** Whether its domains play parts, without any DNS (`core/test-mode/parts.ts`). Fixed when it is created. */
    isTest: boolean('is_test').notNull().default(false),
    /** How far the clock of a test project is ahead of real time. It only grows. */
    clockOffsetMs: bigint('clock_offset_ms', { mode: 'number' }).notNull().default(0),
    /** Who moves that clock now, and until when, in real time. */
    clockLeaseOwner: text('clock_lease_owner'),
    clockLeaseUntil: time('clock_lease_until'),
    createdAt: time('created_at').notNull(),
  },
  (table) => [
    // The clocks that were moved: asked for each second.
    index('projects_hurried').on(table.id).where(sql`clock_offset_ms > 0`),
  ],
);

/** API keys; only the SHA-256 of a key is here. */
export const apiKeys = pgTable(
  'api_keys',
  {
    id: text('id').primaryKey(),
    projectId: text('project_id')
      .$type<ProjectId>()
      .notNull()
      .references(() => projects.id, { onDelete: 'cascade' }),
    name: text('name').notNull(),
    prefix: text('prefix').notNull(),
    hash: bytes('hash').notNull().unique(),
    permission: text('permission').$type<Permission>().notNull(),
    /** Who made it: no foreign key, so that it is still known when the account is gone. Null where the operator made it. */
    createdBy: text('created_by').$type<UserId>(),
    /** Their name then, for when the account is gone; null where it was made before that was recorded. */
    createdByName: text('created_by_name'),
    createdAt: time('created_at').notNull(),
    lastUsedAt: time('last_used_at'),
    /** From where it was last used. */
    lastUsedAddress: text('last_used_address'),
    /** The names of the domains that it is for; null for all. */
    allowedDomains: jsonb('allowed_domains').$type<readonly DomainName[]>(),
    /** The networks from which it works, in CIDR notation; null for all. */
    allowedNetworks: jsonb('allowed_networks').$type<readonly string[]>(),
    expiresAt: time('expires_at'),
    revokedAt: time('revoked_at'),
  },
  (table) => [index('api_keys_project').on(table.projectId)],
);

/** The sending domains, each with its state and, in `next_check_at` and the lease, its place in the queue of work. */
export const domains = pgTable(
  'domains',
  {
    id: text('id').$type<DomainId>().primaryKey(),
    projectId: text('project_id')
      .$type<ProjectId>()
      .notNull()
      .references(() => projects.id, { onDelete: 'cascade' }),
    name: text('name').$type<DomainName>().notNull(),
    regionKey: text('region_key').notNull(),
    /** Labels and region values as they were when the domain was added: records never change afterwards, whatever the configuration becomes. */
    recordSettings: jsonb('record_settings').$type<RecordSettings>().notNull(),
    ownershipToken: text('ownership_token').notNull(),
    status: text('status').$type<VerificationStatus>().notNull(),
    ownershipVerified: boolean('ownership_verified').notNull().default(false),
    dkimEnabled: boolean('dkim_enabled').notNull().default(false),
    mailFromEnabled: boolean('mail_from_enabled').notNull().default(false),
    dmarcEnabled: boolean('dmarc_enabled').notNull().default(false),
    /** The whole state with its counters and clocks; the columns above repeat what is filtered and shown. */
    state: jsonb('state').$type<StoredState>().notNull(),
    createdAt: time('created_at').notNull(),
    lastCheckedAt: time('last_checked_at').notNull(),
    verifiedAt: time('verified_at'),
    /** Checks since `verify` was last called: the rung of the schedule's ladder. */
    attempts: integer('attempts').notNull().default(0),
    nextCheckAt: time('next_check_at'),
    leaseOwner: text('lease_owner'),
    leaseUntil: time('lease_until'),
    /** The age in days at which the active RSA key gets a successor; 0 for never. */
    dkimRotationDays: integer('dkim_rotation_days').notNull().default(0),
    /** Whether a check has keys to look for besides the active RSA key. Whatever changes a key writes this row too, so that its revision covers them. */
    hasKeysInMotion: boolean('has_keys_in_motion').notNull().default(false),
    /** Whether the last check saw something to fix that the status does not tell of (`core/findings/attention.ts`). */
    needsFix: boolean('needs_fix').notNull().default(false),
    /** Of what the last check saw, where that found all right and the same answers would again (`services/checks/unchanged-check.ts`); null where the next one has to be judged. */
    fingerprint: text('fingerprint'),
    /** The name as people write it; null where it is the same, and for domains of an older version. */
    unicodeName: text('unicode_name'),
    /** What the program that added the domain calls it; of no meaning to us. */
    externalId: text('external_id'),
    /** What that program wants to find with it. */
    metadata: jsonb('metadata').$type<Readonly<Record<string, string>>>(),
    /** Whether it belongs to a test project, and plays a part. Its times are those of the project's clock; its lease keeps real time. */
    isTest: boolean('is_test').notNull().default(false),
    /** Whether the service writes its records into DNS (`services/publishing/`), where a connection reaches the zone. */
    autoPublish: boolean('auto_publish').notNull().default(false),
    /** How many events of it there were: the number of the last one. */
    eventSequence: integer('event_sequence').notNull().default(0),
    /** Grows with every change of the row, whoever makes it: a trigger counts (docs/decisions/0026-revisions.md). */
    revision: integer('revision').notNull().default(0),
  },
  (table) => [
    unique('domains_project_name').on(table.projectId, table.name),
    index('domains_project_newest').on(table.projectId, table.createdAt.desc(), table.id.desc()),
    index('domains_name').on(table.name),
    index('domains_external_id').on(table.projectId, table.externalId).where(sql`external_id is not null`),
    index('domains_due').on(table.nextCheckAt).where(sql`next_check_at is not null`),
    index('domains_test_due').on(table.projectId, table.nextCheckAt).where(sql`is_test`),
  ],
);

/** DKIM keys; a domain may have several. The private half is sealed and bound to this row. */
export const dkimKeys = pgTable(
  'dkim_keys',
  {
    id: text('id').primaryKey(),
    domainId: text('domain_id')
      .$type<DomainId>()
      .notNull()
      .references(() => domains.id, { onDelete: 'cascade' }),
    /** Not to be read, and gone with the next release: null where another project's key has that name and selector, so that the constraint of before holds nobody up (docs/decisions/0033-unproved-names.md). */
    freeName: text('domain_name').$type<DomainName>(),
    selector: text('selector').notNull(),
    algorithm: text('algorithm').$type<KeyAlgorithm>().notNull(),
    publicKey: text('public_key').notNull(),
    privateKeySealed: bytes('private_key_sealed').notNull(),
    secretKeyId: text('secret_key_id').notNull(),
    stage: text('stage').$type<KeyStage>().notNull(),
    origin: text('origin').$type<'generated' | 'imported'>().notNull().default('generated'),
    createdAt: time('created_at').notNull(),
    /** When every authoritative server was first seen to have it. */
    publishedAt: time('published_at'),
    activatedAt: time('activated_at'),
    /** When a retiring key becomes a retired one. */
    retireAt: time('retire_at'),
    retiredAt: time('retired_at'),
    /** When it was revoked; `privateKeySealed` is empty since. */
    revokedAt: time('revoked_at'),
    /** How its record stood at the last check that got an answer; null for the active RSA key, and where never checked. */
    observation: text('sight').$type<Exclude<KeyObservation, 'unknown'>>(),
  },
  (table) => [
    uniqueIndex('dkim_keys_domain_selector').on(table.domainId, table.selector),
    // Of the version before, which names it when it adds a key. Since `freeName` is null where it would refuse, it refuses nothing.
    unique('dkim_keys_name_selector').on(table.freeName, table.selector),
    // One of each kind: Ed25519 signs beside RSA.
    uniqueIndex('dkim_keys_one_active_of_kind')
      .on(table.domainId, sql`(${table.algorithm} = 'ed25519')`)
      .where(sql`stage = 'active'`),
    uniqueIndex('dkim_keys_one_pending_of_kind')
      .on(table.domainId, sql`(${table.algorithm} = 'ed25519')`)
      .where(sql`stage = 'pending'`),
    // To tell a customer whose key it is that they published.
    index('dkim_keys_public_key').on(sql`md5(${table.publicKey})`),
  ],
);

/** The last check each domain, whole and bounded in size. */
export const checks = pgTable('checks', {
  domainId: text('domain_id')
    .$type<DomainId>()
    .primaryKey()
    .references(() => domains.id, { onDelete: 'cascade' }),
  /** Since when the evidence stands; checks that saw the same since then are in `domains.last_checked_at`. */
  checkedAt: time('checked_at').notNull(),
  evidence: jsonb('evidence').$type<Evidence>().notNull(),
});

/** What happened to a domain, once for each change. No foreign key to the domain: the history outlives it. */
export const events = pgTable(
  'events',
  {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedByDefaultAsIdentity(),
    projectId: text('project_id')
      .$type<ProjectId>()
      .notNull()
      .references(() => projects.id, { onDelete: 'cascade' }),
    /** Null for what happened to the project itself. */
    domainId: text('domain_id').$type<DomainId>(),
    type: text('type').notNull(),
    data: jsonb('data').$type<Record<string, unknown>>().notNull(),
    /** Who did it; null where the service did, and before that was recorded. */
    actor: jsonb('actor').$type<Actor>(),
    at: time('at').notNull(),
  },
  (table) => [index('events_domain').on(table.domainId, table.id.desc())],
);

/**
 * What names of domains are searched by: every three characters of a name, with the end of its project's id before them, so that
 * no project's search meets another's names. A trigger of `domains` fills it (migration `domain_search`); a name never changes. A table
 * of its own, because a row of `domains` is written anew at each check, and its indexes with it.
 */
export const domainSearch = pgTable(
  'domain_search',
  {
    domainId: text('domain_id')
      .$type<DomainId>()
      .primaryKey()
      .references(() => domains.id, { onDelete: 'cascade' }),
    projectId: text('project_id').$type<ProjectId>().notNull(),
    name: text('name').$type<DomainName>().notNull(),
    createdAt: time('created_at').notNull(),
    grams: text('grams').array().notNull(),
  },
  (table) => [
    index('domain_search_newest').on(table.projectId, newestFirst(table.createdAt), newestFirst(table.domainId)),
    // Without a list of what is pending, which each search would have to read whole.
    index('domain_search_grams').using('gin', table.grams).with({ fastupdate: false }),
  ],
);
