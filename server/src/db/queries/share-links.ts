import type { DomainId, ProjectId } from '../../core/ids.ts';
import type { Db } from '../db.ts';
import { and, desc, eq, isNull, lte, or, sql } from '../drizzle.ts';
import { projects } from '../schema.ts';
import { memberships, shareLinks, users } from '../schema-dashboard.ts';
import { projectColumns } from './projects.ts';

/** A share link without its token. */
export type StoredShareLink = Omit<typeof shareLinks.$inferSelect, 'tokenHash'>;

/** Stores a link. */
export async function insertShareLink(db: Db, link: typeof shareLinks.$inferInsert): Promise<void> {
  await db.insert(shareLinks).values(link);
}

/** Lists a domain's links, newest first, each with the name of who made it. */
export async function listShareLinks(db: Db, projectId: ProjectId, domainId: DomainId) {
  const rows = await db
    .select({
      link: shareLinks,
      author: sql<string | null>`coalesce(${users.name}, ${shareLinks.createdByName})`,
      isAuthorGone: sql<boolean>`${shareLinks.apiKeyId} is null and ${memberships.userId} is null and ${users.isInstanceOwner} is not true`,
    })
    .from(shareLinks)
    .leftJoin(users, eq(users.id, shareLinks.createdBy))
    .leftJoin(
      memberships,
      and(eq(memberships.projectId, shareLinks.projectId), eq(memberships.userId, shareLinks.createdBy)),
    )
    .where(and(eq(shareLinks.projectId, projectId), eq(shareLinks.domainId, domainId)))
    .orderBy(desc(shareLinks.createdAt), desc(shareLinks.id))
    .limit(200);
  return rows.map(({ link: { tokenHash: _, ...shown }, ...author }) => ({ ...shown, ...author }));
}

/** Who shared a domain: the project with its color and logo, and the person, where that account is still there. */
export interface Sharer {
  readonly project: string;
  readonly person: string | null;
  readonly brandColor: string | null;
  readonly logoVersion: string | null;
}

/** Finds a link, whether it works or has ended, and who made it. */
export async function findShareLink(
  db: Db,
  tokenHash: Buffer,
): Promise<{ link: StoredShareLink; from: Sharer; returnOrigins: readonly string[] | null } | null> {
  const [row] = await db
    .select({
      link: shareLinks,
      returnOrigins: projects.returnOrigins,
      from: {
        project: projectColumns.name,
        person: users.name,
        brandColor: projects.brandColor,
        logoVersion: projects.logoVersion,
      },
    })
    .from(shareLinks)
    .innerJoin(projects, eq(projects.id, shareLinks.projectId))
    .leftJoin(users, eq(users.id, shareLinks.createdBy))
    .where(eq(shareLinks.tokenHash, tokenHash));
  if (!row) return null;
  const { tokenHash: _, ...link } = row.link;
  return { link, from: row.from, returnOrigins: row.returnOrigins };
}

/** Notes that the page of a link was opened; within a minute of the last time nothing is written. */
export async function noteShareLinkOpened(db: Db, id: string, now: Date): Promise<void> {
  const before = new Date(now.getTime() - 60_000);
  await db
    .update(shareLinks)
    .set({
      firstOpenedAt: sql`coalesce(${shareLinks.firstOpenedAt}, ${now.toISOString()}::timestamptz)`,
      lastOpenedAt: now,
    })
    .where(and(eq(shareLinks.id, id), or(isNull(shareLinks.lastOpenedAt), lte(shareLinks.lastOpenedAt, before))));
}

/** Revokes a link; null when the domain has none with that id. Revoking twice keeps the first time. */
export async function revokeShareLink(
  db: Db,
  projectId: ProjectId,
  domainId: DomainId,
  id: string,
  now: Date,
): Promise<'revoked' | 'known' | null> {
  const mine = and(eq(shareLinks.id, id), eq(shareLinks.projectId, projectId), eq(shareLinks.domainId, domainId));
  const revoked = await db
    .update(shareLinks)
    .set({ revokedAt: now })
    .where(and(mine, isNull(shareLinks.revokedAt)))
    .returning({ id: shareLinks.id });
  if (revoked.length > 0) return 'revoked';
  return (await db.select({ id: shareLinks.id }).from(shareLinks).where(mine)).length > 0 ? 'known' : null;
}
