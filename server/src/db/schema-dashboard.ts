import type { ProjectRole } from '../core/access/roles.ts';
import type { DomainId, ProjectId, UserId } from '../core/ids.ts';
import { bytes, time } from './columns.ts';
import { boolean, index, integer, pgTable, primaryKey, sql, text, unique, uniqueIndex } from './drizzle.ts';
import { domains, projects } from './schema.ts';

/** People who sign in to the dashboard. This table and the next two are better-auth's, with its column names. */
export const users = pgTable(
  'users',
  {
    id: text('id').$type<UserId>().primaryKey(),
    name: text('name').notNull(),
    /** Lower case. */
    email: text('email').notNull().unique(),
    emailVerified: boolean('email_verified').notNull().default(false),
    image: text('image'),
    createdAt: time('created_at').notNull(),
    updatedAt: time('updated_at').notNull(),
    /** Owner of the installation, and so of every project. Ours, not better-auth's. */
    isInstanceOwner: boolean('is_instance_owner').notNull().default(false),
  },
  // Two set-up links used at the same moment must not make two owners.
  (table) => [uniqueIndex('users_one_instance_owner').on(table.isInstanceOwner).where(sql`is_instance_owner`)],
);

/** Where people are signed in; `token` is the SHA-256 of what the cookie holds. */
export const sessions = pgTable(
  'sessions',
  {
    id: text('id').primaryKey(),
    userId: text('user_id')
      .$type<UserId>()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    token: text('token').notNull().unique(),
    expiresAt: time('expires_at').notNull(),
    ipAddress: text('ip_address'),
    userAgent: text('user_agent'),
    createdAt: time('created_at').notNull(),
    updatedAt: time('updated_at').notNull(),
  },
  (table) => [index('sessions_user').on(table.userId)],
);

/** How people sign in: with a password (its argon2id hash). The columns for other ways stay empty. */
export const accounts = pgTable(
  'accounts',
  {
    id: text('id').primaryKey(),
    accountId: text('account_id').notNull(),
    providerId: text('provider_id').notNull(),
    userId: text('user_id')
      .$type<UserId>()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    accessToken: text('access_token'),
    refreshToken: text('refresh_token'),
    idToken: text('id_token'),
    accessTokenExpiresAt: time('access_token_expires_at'),
    refreshTokenExpiresAt: time('refresh_token_expires_at'),
    scope: text('scope'),
    password: text('password'),
    createdAt: time('created_at').notNull(),
    updatedAt: time('updated_at').notNull(),
  },
  (table) => [
    unique('accounts_provider_account').on(table.providerId, table.accountId),
    index('accounts_user').on(table.userId),
  ],
);

/** Who belongs to which project, and what they may do there. */
export const memberships = pgTable(
  'memberships',
  {
    projectId: text('project_id')
      .$type<ProjectId>()
      .notNull()
      .references(() => projects.id, { onDelete: 'cascade' }),
    userId: text('user_id')
      .$type<UserId>()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    role: text('role').$type<ProjectRole>().notNull(),
    createdAt: time('created_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.projectId, table.userId] }), index('memberships_user').on(table.userId)],
);

/** Links by which people join a project, once each; only the SHA-256 of a link's token is here. */
export const invitations = pgTable(
  'invitations',
  {
    id: text('id').primaryKey(),
    projectId: text('project_id')
      .$type<ProjectId>()
      .notNull()
      .references(() => projects.id, { onDelete: 'cascade' }),
    tokenHash: bytes('token_hash').notNull().unique(),
    role: text('role').$type<ProjectRole>().notNull(),
    email: text('email'),
    createdBy: text('created_by')
      .$type<UserId>()
      .references(() => users.id, { onDelete: 'set null' }),
    createdAt: time('created_at').notNull(),
    expiresAt: time('expires_at').notNull(),
    acceptedAt: time('accepted_at'),
    revokedAt: time('revoked_at'),
  },
  (table) => [index('invitations_project').on(table.projectId)],
);

/** Links that make the first account, once each; only the SHA-256 of a link's token is here. Empty once there is an owner. */
export const setupTokens = pgTable('setup_tokens', {
  tokenHash: bytes('token_hash').primaryKey(),
  createdAt: time('created_at').notNull(),
  expiresAt: time('expires_at').notNull(),
});

/** Links that show one domain to whoever owns its DNS; only the SHA-256 of a link's token is here. */
export const shareLinks = pgTable(
  'share_links',
  {
    id: text('id').primaryKey(),
    projectId: text('project_id')
      .$type<ProjectId>()
      .notNull()
      .references(() => projects.id, { onDelete: 'cascade' }),
    domainId: text('domain_id')
      .$type<DomainId>()
      .notNull()
      .references(() => domains.id, { onDelete: 'cascade' }),
    tokenHash: bytes('token_hash').notNull().unique(),
    createdBy: text('created_by')
      .$type<UserId>()
      .references(() => users.id, { onDelete: 'set null' }),
    createdAt: time('created_at').notNull(),
    expiresAt: time('expires_at').notNull(),
    revokedAt: time('revoked_at'),
  },
  (table) => [index('share_links_domain').on(table.domainId)],
);

/** Attempts to sign in, counted by account and by address in windows of time; the key is a hash, so that no address is kept. */
export const signInAttempts = pgTable(
  'sign_in_attempts',
  {
    key: bytes('key').primaryKey(),
    attempts: integer('attempts').notNull(),
    windowEndsAt: time('window_ends_at').notNull(),
  },
  (table) => [index('sign_in_attempts_ended').on(table.windowEndsAt)],
);

/** Links by which somebody who forgot their password sets another, once each; only the SHA-256 of a link's token is here. */
export const passwordResets = pgTable(
  'password_resets',
  {
    tokenHash: bytes('token_hash').primaryKey(),
    userId: text('user_id')
      .$type<UserId>()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    createdAt: time('created_at').notNull(),
    expiresAt: time('expires_at').notNull(),
  },
  (table) => [index('password_resets_user').on(table.userId)],
);
