import type { DomainId, ProjectId } from '../../../core/ids.ts';
import type { Db } from '../../db.ts';
import { and, eq, sql } from '../../drizzle.ts';
import { type Lease, UNCLAIMED } from '../../lease.ts';
import { domains, projects } from '../../schema.ts';
import { shareLinks } from '../../schema-dashboard.ts';
import { readyMails } from '../../schema-mail.ts';
import { projectColumns } from '../projects.ts';

/** Whom to tell of a domain, and by which link they asked. */
export interface NewReadyMail {
  readonly linkId: string;
  readonly projectId: ProjectId;
  readonly domainId: DomainId;
  readonly email: string;
  readonly askedAt: Date;
}

/** Stores an address in place of the one before; not where that page has had `maxEntries`. @returns whether it was stored */
export async function storeReadyMail(db: Db, mail: NewReadyMail, maxEntries: number): Promise<boolean> {
  const { email, askedAt } = mail;
  const entries = sql`${readyMails.entries} + 1`;
  const fresh = { ...UNCLAIMED, firstTriedAt: null, nextAt: null, attempts: 0 };
  const stored = await db
    .insert(readyMails)
    .values(mail)
    .onConflictDoUpdate({
      target: readyMails.linkId,
      set: { ...fresh, email, askedAt, entries },
      setWhere: sql`${readyMails.entries} < ${maxEntries}`,
    })
    .returning({ linkId: readyMails.linkId });
  return stored.length > 0;
}

/** An email that a worker holds, with what it tells. */
export interface ClaimedReadyMail {
  readonly linkId: string;
  readonly email: string;
  readonly askedAt: Date;
  readonly firstTriedAt: Date | null;
  readonly attempts: number;
  readonly lease: Lease;
}

/** Claims what is due: the domain is verified, and the link by which somebody asked still works. */
export async function claimReadyMails(db: Db, now: Date, lease: Lease, limit: number): Promise<ClaimedReadyMail[]> {
  const at = sql`${now.toISOString()}::timestamptz`;
  const { rows } = await db.execute<ClaimedRow>(sql`
    with due as (
      select ready.link_id from ${readyMails} as ready
        join ${domains} as domain on domain.id = ready.domain_id and domain.status = 'VERIFIED'
        join ${shareLinks} as link on link.id = ready.link_id and link.revoked_at is null and link.expires_at > ${at}
      where ready.email is not null and (ready.next_at is null or ready.next_at <= ${at})
        and (ready.lease_until is null or ready.lease_until < ${at})
      order by ready.asked_at limit ${limit} for update of ready skip locked
    )
    update ${readyMails} as mail set lease_owner = ${lease.owner}, lease_until = ${lease.until.toISOString()}::timestamptz
    from due where mail.link_id = due.link_id
    returning mail.link_id, mail.email, mail.asked_at, mail.first_tried_at, mail.attempts`);
  return rows.map((row) => ({
    linkId: row.link_id,
    email: row.email,
    askedAt: new Date(row.asked_at),
    firstTriedAt: row.first_tried_at === null ? null : new Date(row.first_tried_at),
    attempts: row.attempts,
    lease,
  }));
}

type ClaimedRow = Record<string, unknown> & {
  link_id: string;
  email: string;
  asked_at: Date | string;
  first_tried_at: Date | string | null;
  attempts: number;
};

/** What an email about a domain says; null where the domain isn't ready any more. */
export async function findReadyDomain(
  db: Db,
  linkId: string,
): Promise<{
  domainName: string;
  projectName: string;
  returnUrl: string | null;
  returnOrigins: readonly string[];
} | null> {
  const [row] = await db
    .select({
      domainName: domains.name,
      projectName: projectColumns.name,
      returnUrl: shareLinks.returnUrl,
      returnOrigins: projects.returnOrigins,
    })
    .from(shareLinks)
    .innerJoin(domains, eq(domains.id, shareLinks.domainId))
    .innerJoin(projects, eq(projects.id, shareLinks.projectId))
    .where(and(eq(shareLinks.id, linkId), eq(domains.status, 'VERIFIED')));
  return row ? { ...row, returnOrigins: row.returnOrigins ?? [] } : null;
}

/** Stores what came of a try: `nextAt` null ends it, and the address is forgotten. Nothing where the claim was lost or another address was entered. */
export async function finishReadyMail(
  db: Db,
  { linkId, attempts, lease, firstTriedAt }: ClaimedReadyMail,
  now: Date,
  nextAt: Date | null,
): Promise<void> {
  await db
    .update(readyMails)
    .set({
      ...UNCLAIMED,
      attempts: attempts + 1,
      firstTriedAt: firstTriedAt ?? now,
      nextAt,
      ...(nextAt === null && { email: null }),
    })
    .where(isHeld(linkId, lease));
}

/** Gives back one claim, where it is still held. */
export async function giveBackReadyMail(db: Db, { linkId, lease }: Pick<ClaimedReadyMail, 'linkId' | 'lease'>) {
  await db.update(readyMails).set(UNCLAIMED).where(isHeld(linkId, lease));
}

/** Gives back what a stopping worker holds. */
export async function releaseReadyMails(db: Db, owner: string): Promise<void> {
  await db.update(readyMails).set(UNCLAIMED).where(eq(readyMails.leaseOwner, owner));
}

/** Deletes, some at a time, what can't be told any more, since its link has ended. @returns whether there may be more */
export async function deleteEndedReadyMails(db: Db, now: Date, limit: number): Promise<boolean> {
  const at = sql`${now.toISOString()}::timestamptz`;
  const { rowCount } = await db.execute(sql`
    delete from ${readyMails} where link_id in (
      select ready.link_id from ${readyMails} as ready join ${shareLinks} as link on link.id = ready.link_id
      where link.revoked_at is not null or link.expires_at <= ${at} limit ${limit})`);
  return rowCount === limit;
}

function isHeld(linkId: string, { owner, until }: Lease) {
  return and(eq(readyMails.linkId, linkId), eq(readyMails.leaseOwner, owner), eq(readyMails.leaseUntil, until));
}
