import type { ProjectRole } from '../../../core/access/roles.ts';
import type { ProjectId, UserId } from '../../../core/ids.ts';
import type { Db } from '../../db.ts';
import { and, desc, eq, gt, inArray, isNull, sql } from '../../drizzle.ts';
import { projects } from '../../schema.ts';
import { invitations, memberships, users } from '../../schema-dashboard.ts';
import { projectColumns } from '../projects.ts';

/** An invitation without its token. */
export type StoredInvitation = Omit<typeof invitations.$inferSelect, 'tokenHash'> & {
  /** The name of who invited; null where that account is gone. */
  readonly invitedBy: string | null;
  /** What they may do in the project now; null where they are not in it any more. */
  readonly authorRole: ProjectRole | null;
};

const authorRole = sql<ProjectRole | null>`case when ${users.isInstanceOwner} then 'owner' else ${memberships.role} end`;
const isAuthor = and(eq(memberships.projectId, invitations.projectId), eq(memberships.userId, invitations.createdBy));

/** Stores an invitation. */
export async function insertInvitation(db: Db, invitation: typeof invitations.$inferInsert): Promise<void> {
  await db.insert(invitations).values(invitation);
}

/** Lists a project's invitations, newest first. */
export async function listInvitations(db: Db, projectId: ProjectId): Promise<StoredInvitation[]> {
  const rows = await db
    .select({ invitation: invitations, invitedBy: users.name, authorRole })
    .from(invitations)
    .leftJoin(users, eq(users.id, invitations.createdBy))
    .leftJoin(memberships, isAuthor)
    .where(eq(invitations.projectId, projectId))
    .orderBy(desc(invitations.createdAt), desc(invitations.id))
    .limit(200);
  return rows.map(({ invitation: { tokenHash: _, ...shown }, ...author }) => ({ ...shown, ...author }));
}

const isOpen = (now: Date) =>
  and(isNull(invitations.acceptedAt), isNull(invitations.revokedAt), gt(invitations.expiresAt, now));

/** Finds an invitation that can still be accepted, with the name of its project. */
export async function findOpenInvitation(db: Db, tokenHash: Buffer, now: Date) {
  const [row] = await db
    .select({ invitation: invitations, projectName: projectColumns.name, authorRole })
    .from(invitations)
    .leftJoin(users, eq(users.id, invitations.createdBy))
    .leftJoin(memberships, isAuthor)
    .innerJoin(projects, eq(projects.id, invitations.projectId))
    .where(and(eq(invitations.tokenHash, tokenHash), isOpen(now)));
  return row ? { ...row.invitation, projectName: row.projectName, authorRole: row.authorRole } : null;
}

/** Uses an invitation up; false when somebody else was quicker, or it was revoked or ran out. */
export async function acceptInvitation(tx: Db, id: string, now: Date): Promise<boolean> {
  const accepted = await tx
    .update(invitations)
    .set({ acceptedAt: now })
    .where(and(eq(invitations.id, id), isOpen(now)))
    .returning({ id: invitations.id });
  return accepted.length > 0;
}

/** Revokes an invitation; null when the project has none with that id. Revoking twice keeps the first time. */
export async function revokeInvitation(
  db: Db,
  projectId: ProjectId,
  id: string,
  now: Date,
): Promise<'revoked' | 'known' | null> {
  const mine = and(eq(invitations.id, id), eq(invitations.projectId, projectId));
  const revoked = await db
    .update(invitations)
    .set({ revokedAt: now })
    .where(and(mine, isNull(invitations.revokedAt), isNull(invitations.acceptedAt)))
    .returning({ id: invitations.id });
  if (revoked.length > 0) return 'revoked';
  return (await db.select({ id: invitations.id }).from(invitations).where(mine)).length > 0 ? 'known' : null;
}

/** Revokes the open invitations of a project that somebody made, to these roles, and answers which these were. */
export async function revokeInvitationsBy(
  tx: Db,
  projectId: ProjectId,
  userId: UserId,
  roles: readonly ProjectRole[],
  now: Date,
): Promise<string[]> {
  return revokeOpen(tx, now, projectId, and(eq(invitations.createdBy, userId), inArray(invitations.role, [...roles])));
}

/** Revokes the open invitations of a project that are for this address. */
export async function revokeInvitationsFor(tx: Db, projectId: ProjectId, email: string, now: Date): Promise<string[]> {
  return revokeOpen(tx, now, projectId, eq(invitations.email, email));
}

async function revokeOpen(tx: Db, now: Date, projectId: ProjectId, which: ReturnType<typeof and>): Promise<string[]> {
  const revoked = await tx
    .update(invitations)
    .set({ revokedAt: now })
    .where(
      and(eq(invitations.projectId, projectId), isNull(invitations.acceptedAt), isNull(invitations.revokedAt), which),
    )
    .returning({ id: invitations.id });
  return revoked.map(({ id }) => id);
}
