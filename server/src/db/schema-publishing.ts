import type { ProjectId } from '../core/ids.ts';
import type { DnsProviderFault } from '../core/publishing/dns-provider.ts';
import type { DnsProviderName } from '../core/publishing/provider-table.ts';
import type { ProviderOperation } from '../core/publishing/words.ts';
import { bytes, time } from './columns.ts';
import { boolean, index, jsonb, pgTable, sql, text } from './drizzle.ts';
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
    createdAt: time('created_at').notNull(),
  },
  (table) => [index('dns_connections_project').on(table.projectId)],
);
