import type { ProjectRole } from '../core/access/roles.ts';
import type { DomainId, ProjectId, UserId } from '../core/ids.ts';
import type { ImageType } from '../core/images/read-image.ts';
import { bytes, time } from './columns.ts';
import { bigint, boolean, index, integer, pgTable, primaryKey, sql, text, unique, uniqueIndex } from './drizzle.ts';
import { domains, projects } from './schema.ts';

/** People who sign in to the dashboard. */
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
    /** Owner of the installation, and so of every project. */
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
    /** The address that used it last. */
    ipAddress: text('ip_address'),
    userAgent: text('user_agent'),
    createdAt: time('created_at').notNull(),
    /** When it was used last, exact to a minute. */
    updatedAt: time('updated_at').notNull(),
    /** When whoever has it last proved who they are; null for sessions of before this was noted. */
    authenticatedAt: time('authenticated_at'),
    /** Whether that took more than a password. */
    hasSecondFactor: boolean('has_second_factor').notNull().default(false),
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

/** The authenticator app of an account; it counts from when its first code was given. */
export const totpSecrets = pgTable('totp_secrets', {
  userId: text('user_id')
    .$type<UserId>()
    .primaryKey()
    .references(() => users.id, { onDelete: 'cascade' }),
  secretSealed: bytes('secret_sealed').notNull(),
  secretKeyId: text('secret_key_id').notNull(),
  createdAt: time('created_at').notNull(),
  confirmedAt: time('confirmed_at'),
  /** The time step of the last code that was accepted: neither it nor an earlier one counts again. */
  lastStep: bigint('last_step', { mode: 'number' }).notNull().default(0),
});

/** Codes that get somebody in who has lost their authenticator app, once each; only their SHA-256 is here. */
export const recoveryCodes = pgTable(
  'recovery_codes',
  {
    userId: text('user_id')
      .$type<UserId>()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    codeHash: bytes('code_hash').notNull(),
  },
  (table) => [primaryKey({ columns: [table.userId, table.codeHash] })],
);

/** Passkeys of accounts (WebAuthn credentials): the public half. */
export const passkeys = pgTable(
  'passkeys',
  {
    id: text('id').primaryKey(),
    userId: text('user_id')
      .$type<UserId>()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    /** As the browser names it, in base64url. */
    credentialId: text('credential_id').notNull().unique(),
    publicKey: bytes('public_key').notNull(),
    /** How often it has signed, as far as it counts. */
    signCount: bigint('sign_count', { mode: 'number' }).notNull(),
    name: text('name').notNull(),
    createdAt: time('created_at').notNull(),
    lastUsedAt: time('last_used_at'),
  },
  (table) => [index('passkeys_user').on(table.userId)],
);

/** Challenges that were answered, until they would have ended: none is answered twice. */
export const usedChallenges = pgTable(
  'used_challenges',
  {
    challengeHash: bytes('challenge_hash').primaryKey(),
    endsAt: time('ends_at').notNull(),
  },
  (table) => [index('used_challenges_ended').on(table.endsAt)],
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
    /** Their name then, for when the account is gone. */
    createdByName: text('created_by_name'),
    /** The API key that made it; null where a person did. No foreign key: keys are revoked, never deleted. */
    apiKeyId: text('api_key_id'),
    /** Where its page leads when all is done. */
    returnUrl: text('return_url'),
    /** For whom it was made, in the words of whoever made it. */
    recipient: text('recipient'),
    createdAt: time('created_at').notNull(),
    expiresAt: time('expires_at').notNull(),
    revokedAt: time('revoked_at'),
    /** When a browser first and last had its page open, exact to a minute; null where none had. */
    firstOpenedAt: time('first_opened_at'),
    lastOpenedAt: time('last_opened_at'),
  },
  (table) => [index('share_links_domain').on(table.domainId)],
);

/** What pages for a project's customers show as its logo. `projects.logo_version` changes with it. */
export const projectLogos = pgTable('project_logos', {
  projectId: text('project_id')
    .$type<ProjectId>()
    .primaryKey()
    .references(() => projects.id, { onDelete: 'cascade' }),
  type: text('type').$type<ImageType>().notNull(),
  image: bytes('image').notNull(),
});

/** Wrong passwords, counted in windows of time by whatever is limited (services/people/attempts.ts); the key is a hash, so that no address is kept. */
export const signInAttempts = pgTable(
  'sign_in_attempts',
  {
    key: bytes('key').primaryKey(),
    attempts: integer('attempts').notNull(),
    windowEndsAt: time('window_ends_at').notNull(),
    /** The last attempt that was let through, and what stood here before the attempt after it. */
    lastAt: time('last_at'),
    lastAtBefore: time('last_at_before'),
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
