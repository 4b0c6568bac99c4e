import type { DomainId, ProjectId } from '../core/ids.ts';
import type { RrSet, RrSetChange } from '../core/publishing/rr-set.ts';
import { time } from './columns.ts';
import { index, jsonb, pgTable, primaryKey, text } from './drizzle.ts';
import { projects } from './schema.ts';

/**
 * What we wrote into zones, one row for each record set. No foreign key to the domain: what was written for it is withdrawn when
 * it is gone.
 */
export const dnsPublications = pgTable(
  'dns_publications',
  {
    domainId: text('domain_id').$type<DomainId>().notNull(),
    name: text('name').notNull(),
    type: text('type').$type<RrSet['type']>().notNull(),
    projectId: text('project_id')
      .$type<ProjectId>()
      .notNull()
      .references(() => projects.id, { onDelete: 'cascade' }),
    zone: text('zone').notNull(),
    /** No foreign key: a connection may be deleted, and what was written through it stays. */
    connectionId: text('connection_id').notNull(),
    /** What stood there before our first write; null where that was nothing. */
    before: jsonb('before').$type<RrSet>(),
    /** As we left it; null where a record had to go, and together with `before` where nothing was written yet. */
    after: jsonb('after').$type<RrSet>(),
    writtenAt: time('written_at'),
    /** A write that was begun, and of which nobody knows yet what came of it: who comes next reads. */
    intent: jsonb('intent').$type<RrSetChange>(),
    intendedAt: time('intended_at'),
    leaseOwner: text('lease_owner'),
    leaseUntil: time('lease_until'),
  },
  (table) => [
    primaryKey({ columns: [table.domainId, table.name, table.type] }),
    index('dns_publications_project').on(table.projectId),
  ],
);
