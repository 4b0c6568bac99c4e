import type { DomainId, ProjectId } from '../../core/ids.ts';
import type { Db } from '../db.ts';
import { and, desc, eq, isNull } from '../drizzle.ts';
import { projects } from '../schema.ts';
import { shareLinks, users } from '../schema-dashboard.ts';

/** A share link without its token. */
export type StoredShareLink = Omit<typeof shareLinks.$inferSelect, 'tokenHash'>;

/** Stores a link. */
export async function insertShareLink(db: Db, link: typeof shareLinks.$inferInsert): Promise<void> {
  await db.insert(shareLinks).values(link);
}

/** Lists a domain's links, newest first, each with the name of who made it. */
export async function listShareLinks(db: Db, projectId: ProjectId, domainId: DomainId) {
  const rows = await db
    .select({ link: shareLinks, author: users.name })
    .from(shareLinks)
    .leftJoin(users, eq(users.id, shareLinks.createdBy))
    .where(and(eq(shareLinks.projectId, projectId), eq(shareLinks.domainId, domainId)))
    .orderBy(desc(shareLinks.createdAt), desc(shareLinks.id))
    .limit(200);
  return rows.map(({ link: { tokenHash: _, ...shown }, author }) => ({ ...shown, author }));
}

/** Who shared a domain: the project, and the person, where that account is still there. */
export interface Sharer {
  readonly project: string;
  readonly person: string | null;
}

/** Finds a link, whether it works or has ended, and who made it. */
export async function findShareLink(
  db: Db,
  tokenHash: Buffer,
): Promise<{ link: StoredShareLink; from: Sharer } | null> {
  const [row] = await db
    .select({ link: shareLinks, project: projects.name, person: users.name })
    .from(shareLinks)
    .innerJoin(projects, eq(projects.id, shareLinks.projectId))
    .leftJoin(users, eq(users.id, shareLinks.createdBy))
    .where(eq(shareLinks.tokenHash, tokenHash));
  if (!row) return null;
  const { tokenHash: _, ...link } = row.link;
  return { link, from: { project: row.project, person: row.person } };
}

/** Revokes a link; false when the domain has none with that id. Revoking twice keeps the first time. */
export async function revokeShareLink(
  db: Db,
  projectId: ProjectId,
  domainId: DomainId,
  id: string,
  now: Date,
): Promise<boolean> {
  const mine = and(eq(shareLinks.id, id), eq(shareLinks.projectId, projectId), eq(shareLinks.domainId, domainId));
  await db
    .update(shareLinks)
    .set({ revokedAt: now })
    .where(and(mine, isNull(shareLinks.revokedAt)));
  return (await db.select({ id: shareLinks.id }).from(shareLinks).where(mine)).length > 0;
}
