import type { DomainId, ProjectId } from '../core/ids.ts';
import { bytes, time } from './columns.ts';
import { index, pgTable, text } from './drizzle.ts';
import { domains } from './schema.ts';

// What Domain Connect needs: the operator's keys that links are signed with, and the ways back of links that are under way.

/** Keys that links are signed with. The private half is sealed and bound to this row. */
export const connectKeys = pgTable('domain_connect_keys', {
  /** The label below which its public half is in DNS, such as `_dck1`. */
  host: text('host').primaryKey(),
  publicKey: text('public_key').notNull(),
  privateKeySealed: bytes('private_key_sealed').notNull(),
  secretKeyId: text('secret_key_id').notNull(),
  createdAt: time('created_at').notNull(),
});

/** Where somebody goes on who comes back from a DNS provider, once. Only the SHA-256 of the token in their address is here. */
export const connectReturns = pgTable(
  'domain_connect_returns',
  {
    tokenHash: bytes('token_hash').primaryKey(),
    projectId: text('project_id').$type<ProjectId>().notNull(),
    domainId: text('domain_id')
      .$type<DomainId>()
      .notNull()
      .references(() => domains.id, { onDelete: 'cascade' }),
    /** The page that asked, sealed: it may be a share page, whose address is a secret. */
    returnSealed: bytes('return_sealed').notNull(),
    createdAt: time('created_at').notNull(),
    expiresAt: time('expires_at').notNull(),
  },
  (table) => [
    index('domain_connect_returns_domain').on(table.domainId),
    index('domain_connect_returns_expires').on(table.expiresAt),
  ],
);
