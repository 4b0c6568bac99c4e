import type { DomainId, ProjectId, UserId } from '../core/ids.ts';
import type { NoticeType } from '../core/notices/notice-type.ts';
import { time } from './columns.ts';
import { bigint, index, integer, pgTable, primaryKey, sql, text, uniqueIndex } from './drizzle.ts';
import { domains, projects } from './schema.ts';
import { shareLinks, users } from './schema-dashboard.ts';

/** What somebody wants to be told by email of a project; no row where they chose nothing. It outlives their membership: who turned it off stays untold when they come back. */
export const mailChoices = pgTable(
  'mail_choices',
  {
    projectId: text('project_id')
      .$type<ProjectId>()
      .notNull()
      .references(() => projects.id, { onDelete: 'cascade' }),
    userId: text('user_id')
      .$type<UserId>()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    types: text('types').array().$type<NoticeType[]>().notNull(),
    updatedAt: time('updated_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.projectId, table.userId] }), index('mail_choices_user').on(table.userId)],
);

/** What somebody is to be told: written with the event, gathered into an email afterwards. No foreign keys to people and domains: a change must not wait for, or fail by, somebody who deletes them. */
export const mailNotices = pgTable(
  'mail_notices',
  {
    /** That of the history, which has the facts. */
    eventId: bigint('event_id', { mode: 'number' }).notNull(),
    userId: text('user_id').$type<UserId>().notNull(),
    projectId: text('project_id')
      .$type<ProjectId>()
      .notNull()
      .references(() => projects.id, { onDelete: 'cascade' }),
    /** Null for what happened to the project itself. */
    domainId: text('domain_id').$type<DomainId>(),
    type: text('type').$type<NoticeType>().notNull(),
    at: time('at').notNull(),
    /** The email that tells it; null as long as it waits for one. */
    mailId: text('mail_id'),
  },
  (table) => [
    primaryKey({ columns: [table.eventId, table.userId] }),
    index('mail_notices_waiting').on(table.userId).where(sql`mail_id is null`),
    index('mail_notices_mail').on(table.mailId),
    index('mail_notices_at').on(table.at),
  ],
);

/** Emails to people, the queue of what is to be sent: each is made when its first notice is due, and tells all that wait then. */
export const mails = pgTable(
  'mails',
  {
    /** In its Message-ID: a repeat has the same one. */
    id: text('id').primaryKey(),
    userId: text('user_id').$type<UserId>().notNull(),
    createdAt: time('created_at').notNull(),
    /** When the next try is due; null when there is none. */
    nextAt: time('next_at'),
    attempts: integer('attempts').notNull().default(0),
    leaseOwner: text('lease_owner'),
    leaseUntil: time('lease_until'),
    sentAt: time('sent_at'),
    /** What came of the last try that failed. */
    problem: text('problem'),
  },
  (table) => [
    // One at a time for each person: what happens meanwhile is told in the next one.
    uniqueIndex('mails_open').on(table.userId).where(sql`next_at is not null`),
    index('mails_due').on(table.nextAt).where(sql`next_at is not null`),
    index('mails_newest').on(table.userId, table.createdAt),
    index('mails_created').on(table.createdAt),
  ],
);

/** Who is to be told when a domain is ready: one address for each share link, entered on its page. The address is forgotten when it was told. */
export const readyMails = pgTable(
  'ready_mails',
  {
    linkId: text('link_id')
      .primaryKey()
      .references(() => shareLinks.id, { onDelete: 'cascade' }),
    projectId: text('project_id')
      .$type<ProjectId>()
      .notNull()
      .references(() => projects.id, { onDelete: 'cascade' }),
    domainId: text('domain_id')
      .$type<DomainId>()
      .notNull()
      .references(() => domains.id, { onDelete: 'cascade' }),
    /** Null once it was told, or can't be. */
    email: text('email'),
    askedAt: time('asked_at').notNull(),
    /** How often an address was entered on that page. */
    entries: integer('entries').notNull().default(1),
    firstTriedAt: time('first_tried_at'),
    /** Not before; null where nothing was tried yet. */
    nextAt: time('next_at'),
    attempts: integer('attempts').notNull().default(0),
    leaseOwner: text('lease_owner'),
    leaseUntil: time('lease_until'),
  },
  (table) => [
    index('ready_mails_waiting').on(table.domainId).where(sql`email is not null`),
    index('ready_mails_project').on(table.projectId, table.askedAt),
  ],
);
