import type { DomainId, DomainName, ProjectId, UserId } from '../core/ids.ts';
import type { DnsProviderFault } from '../core/publishing/dns-provider.ts';
import type { DnsProviderName } from '../core/publishing/provider-table.ts';
import type { PublishProblem, ToldDrift } from '../core/publishing/publish-state.ts';
import type { ProviderOperation } from '../core/publishing/words.ts';
import { bytes, time } from './columns.ts';
import { boolean, index, integer, jsonb, pgTable, sql, text } from './drizzle.ts';
import { projects } from './schema.ts';

/** What went wrong last with a connection: facts, worded when they are read. */
export interface StoredProblem {
  readonly outcome: DnsProviderFault;
  readonly operation: ProviderOperation;
  readonly detail: string;
}

/** Credentials for zones at a DNS provider. */
export const dnsConnections = pgTable(
  'dns_connections',
  {
    id: text('id').primaryKey(),
    /** Null for those of the instance, which only the operator makes. */
    projectId: text('project_id')
      .$type<ProjectId>()
      .references(() => projects.id, { onDelete: 'cascade' }),
    name: text('name').notNull(),
    provider: text('provider').$type<DnsProviderName>().notNull(),
    /** What may be shown of the settings. */
    settings: jsonb('settings').$type<Readonly<Record<string, string>>>().notNull(),
    /** The rest, as JSON. */
    secretsSealed: bytes('secrets_sealed').notNull(),
    secretKeyId: text('secret_key_id').notNull(),
    /** Of the instance's: the ids of projects whose domains may be published through it, or `*` for all. */
    openTo: text('open_to').array().notNull().default(sql`'{}'`),
    /** Zones that it was seen to reach. */
    zones: text('zones').array().notNull().default(sql`'{}'`),
    /** Whether that is all of them: some providers can't say. */
    hasAllZones: boolean('has_all_zones').notNull().default(false),
    lastSuccessAt: time('last_success_at'),
    lastErrorAt: time('last_error_at'),
    lastError: jsonb('last_error').$type<StoredProblem>(),
    /** Who added it: a person, or the API key of one. No foreign key, as for API keys. Both null where the operator did, and before that was recorded. */
    createdBy: text('created_by').$type<UserId>(),
    apiKeyId: text('api_key_id'),
    createdAt: time('created_at').notNull(),
  },
  (table) => [index('dns_connections_project').on(table.projectId)],
);

/**
 * What is to be done in DNS for a domain, one row for each that is or was published automatically. What is wanted is in
 * `domains` and `dkim_keys`, what we wrote in `dns_publications`; a row says that they have to be compared with the zone. No
 * foreign key to the domain: what we wrote for it is withdrawn when it is gone.
 */
export const dnsIntents = pgTable(
  'dns_intents',
  {
    domainId: text('domain_id').$type<DomainId>().primaryKey(),
    projectId: text('project_id')
      .$type<ProjectId>()
      .notNull()
      .references(() => projects.id, { onDelete: 'cascade' }),
    domainName: text('domain_name').$type<DomainName>().notNull(),
    /** Grows with each intent: a comparison that was begun before it does not end it. */
    revision: integer('revision').notNull().default(0),
    /** Null where nothing is done until something changes. */
    nextAt: time('next_at'),
    /** Tries that failed in a row. */
    attempts: integer('attempts').notNull().default(0),
    leaseOwner: text('lease_owner'),
    leaseUntil: time('lease_until'),
    /** Until when the DKIM records of a deleted domain stay, for mail that is under way. */
    keysUntil: time('keys_until'),
    /** Why the last try failed; null where everything stood as it should, and before the first one. */
    problem: jsonb('problem').$type<PublishProblem>(),
    /** What others changed of what we wrote, as it was last told. */
    drift: jsonb('drift').$type<readonly ToldDrift[]>().notNull().default([]),
    /** When the zone was last read. */
    comparedAt: time('compared_at'),
  },
  (table) => [
    index('dns_intents_due').on(table.nextAt).where(sql`next_at is not null`),
    index('dns_intents_project').on(table.projectId),
  ],
);
