import type { DomainId, ProjectId, UserId } from '../../../core/ids.ts';
import type { NoticeType } from '../../../core/notices/notice-type.ts';
import { DIGEST_MS } from '../../../core/notices/schedule.ts';
import type { Database } from '../../client.ts';
import type { Db } from '../../db.ts';
import { and, asc, eq, inArray, lt, sql } from '../../drizzle.ts';
import { type Lease, UNCLAIMED } from '../../lease.ts';
import { domains, events, projects } from '../../schema.ts';
import { memberships, passkeys, sessions, totpSecrets, users } from '../../schema-dashboard.ts';
import { mailChoices, mailNotices, mails } from '../../schema-mail.ts';
import { projectColumns } from '../projects.ts';

/** An email that a worker holds. */
export interface ClaimedMail {
  readonly id: string;
  readonly userId: UserId;
  readonly createdAt: Date;
  /** How many tries were made before. */
  readonly attempts: number;
  readonly lease: Lease;
}

/** Whoever gathers takes turns by this lock, so that each sees what the one before has made. */
const CLAIM_LOCK = sql`pg_advisory_xact_lock(hashtextextended('mails', 0))`;

/**
 * Gathers what waits into emails, and claims up to `limit` that are due. Somebody gets an email at once for the first thing to
 * tell, and for ten minutes none after it: what happens meanwhile waits for the next one.
 */
export async function claimDueMails(db: Database, now: Date, lease: Lease, limit: number): Promise<ClaimedMail[]> {
  const at = sql`${now.toISOString()}::timestamptz`;
  if (!(await hasWork(db, at))) return [];
  const rows = await db.transaction(async (tx) => {
    await tx.execute(sql`select ${CLAIM_LOCK}`);
    await gather(tx, now);
    const { rows: claimed } = await tx.execute<ClaimedRow>(sql`
      with due as (
        select id from ${mails} where next_at <= ${at} and (lease_until is null or lease_until < ${at}) order by next_at, id limit ${limit}
      )
      update ${mails} as mail set lease_owner = ${lease.owner}, lease_until = ${lease.until.toISOString()}::timestamptz
      from due where mail.id = due.id and mail.next_at is not null
      returning mail.id, mail.user_id, mail.created_at, mail.attempts`);
    return claimed;
  });
  return rows.map(({ id, user_id: userId, created_at, attempts }) => {
    return { id, userId, createdAt: new Date(created_at), attempts, lease };
  });
}

type ClaimedRow = Record<string, unknown> & {
  id: string;
  user_id: UserId;
  created_at: Date | string;
  attempts: number;
};

/** Whether there is anything at all: a node at rest takes no lock. */
async function hasWork(db: Db, at: ReturnType<typeof sql>): Promise<boolean> {
  const { rows } = await db.execute<{ found: boolean }>(sql`
    select exists (select 1 from ${mailNotices} where mail_id is null) or exists (select 1 from ${mails} where next_at <= ${at}) as found`);
  return rows[0]?.found === true;
}

/** Walks over the people for whom something waits, by the index: what was told costs nothing. */
async function gather(tx: Db, now: Date): Promise<void> {
  const at = sql`${now.toISOString()}::timestamptz`;
  const quietSince = sql`${new Date(now.getTime() - DIGEST_MS).toISOString()}::timestamptz`;
  await tx.execute(sql`
    with recursive waiting as (
      (select user_id from ${mailNotices} where mail_id is null order by user_id limit 1)
      union all
      select (select more.user_id from ${mailNotices} as more
        where more.mail_id is null and more.user_id > waiting.user_id order by more.user_id limit 1)
      from waiting where waiting.user_id is not null
    ), made as (
      insert into ${mails} (id, user_id, created_at, next_at)
      select lpad(to_hex(extract(epoch from ${at})::bigint), 8, '0') || right(replace(gen_random_uuid()::text, '-', ''), 16), user_id, ${at}, ${at}
      from waiting where user_id is not null and not exists (
        select 1 from ${mails} as other where other.user_id = waiting.user_id and (other.next_at is not null or other.created_at > ${quietSince}))
      returning id, user_id
    )
    update ${mailNotices} as notice set mail_id = made.id from made where notice.user_id = made.user_id and notice.mail_id is null`);
}

/** One thing that an email tells. */
export interface StoredNotice {
  readonly type: NoticeType;
  readonly at: Date;
  readonly projectId: ProjectId;
  readonly projectName: string;
  /** Null for what happened to the project itself, and for a domain that is gone. */
  readonly domain: { readonly id: DomainId; readonly name: string; readonly verifiedAt: Date | null } | null;
  /** What the history keeps of the event. */
  readonly data: unknown;
}

/**
 * Lists what an email is to tell its recipient now, oldest first: nothing of projects that they may not see any more (membership,
 * a second factor where the project requires one), nor what they have chosen not to be told since.
 */
export async function listNoticesOf(
  db: Db,
  mail: Pick<ClaimedMail, 'id' | 'userId'>,
  now: Date,
): Promise<StoredNotice[]> {
  const hasSecondFactor = sql`exists (select 1 from ${passkeys} where ${passkeys.userId} = ${users.id})
    or exists (select 1 from ${totpSecrets} where ${totpSecrets.userId} = ${users.id} and ${totpSecrets.confirmedAt} is not null)
    or exists (select 1 from ${sessions} where ${sessions.userId} = ${users.id} and ${sessions.hasSecondFactor} and ${sessions.expiresAt} > ${now.toISOString()}::timestamptz)`;
  const rows = await db
    .select({
      type: mailNotices.type,
      at: mailNotices.at,
      projectId: mailNotices.projectId,
      projectName: projectColumns.name,
      domain: { id: domains.id, name: domains.name, verifiedAt: domains.verifiedAt },
      data: events.data,
    })
    .from(mailNotices)
    .innerJoin(users, eq(users.id, mailNotices.userId))
    .innerJoin(projects, eq(projects.id, mailNotices.projectId))
    .innerJoin(events, eq(events.id, mailNotices.eventId))
    .leftJoin(domains, eq(domains.id, mailNotices.domainId))
    .leftJoin(
      memberships,
      and(eq(memberships.projectId, mailNotices.projectId), eq(memberships.userId, mailNotices.userId)),
    )
    .leftJoin(
      mailChoices,
      and(eq(mailChoices.projectId, mailNotices.projectId), eq(mailChoices.userId, mailNotices.userId)),
    )
    .where(
      and(
        eq(mailNotices.mailId, mail.id),
        eq(mailNotices.userId, mail.userId),
        sql`(${memberships.userId} is not null or ${users.isInstanceOwner})`,
        sql`(${mailChoices.types} is null or ${mailNotices.type} = any(${mailChoices.types}))`,
        sql`(not ${projects.requireSecondFactor} or ${hasSecondFactor})`,
      ),
    )
    .orderBy(asc(mailNotices.at), asc(mailNotices.eventId));
  return rows;
}

/** What came of a try: `nextAt` null ends it. */
export interface FinishedMail {
  readonly sentAt: Date | null;
  readonly nextAt: Date | null;
  readonly problem: string | null;
}

/** Stores what came of a try, and gives the claim back; nothing where it was lost. @returns whether it was stored */
export async function storeMail(
  db: Db,
  { id, attempts, lease }: ClaimedMail,
  finished: FinishedMail,
): Promise<boolean> {
  const stored = await db
    .update(mails)
    .set({ ...UNCLAIMED, ...finished, attempts: attempts + 1 })
    .where(and(eq(mails.id, id), eq(mails.leaseOwner, lease.owner), eq(mails.leaseUntil, lease.until)))
    .returning({ id: mails.id });
  return stored.length > 0;
}

/** Gives back one claim, where it is still held. */
export async function giveBackMail(db: Db, { id, lease }: Pick<ClaimedMail, 'id' | 'lease'>): Promise<void> {
  await db
    .update(mails)
    .set(UNCLAIMED)
    .where(and(eq(mails.id, id), eq(mails.leaseOwner, lease.owner), eq(mails.leaseUntil, lease.until)));
}

/** Gives back what a stopping worker holds. */
export async function releaseMails(db: Db, owner: string): Promise<void> {
  await db.update(mails).set(UNCLAIMED).where(eq(mails.leaseOwner, owner));
}

/** Deletes notices and emails from before `before`, some at a time. @returns whether there may be more */
export async function deleteOldMails(db: Db, before: Date, limit: number): Promise<boolean> {
  const notices = await db.execute(sql`
    delete from ${mailNotices} where (event_id, user_id) in (
      select event_id, user_id from ${mailNotices} where at < ${before.toISOString()}::timestamptz order by at limit ${limit})`);
  const oldest = db
    .select({ id: mails.id })
    .from(mails)
    .where(lt(mails.createdAt, before))
    .orderBy(asc(mails.createdAt))
    .limit(limit);
  const deleted = await db.delete(mails).where(inArray(mails.id, oldest)).returning({ id: mails.id });
  return deleted.length === limit || (notices.rowCount ?? 0) === limit;
}
