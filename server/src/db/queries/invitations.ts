import type { ProjectId } from '../../core/ids.ts';
import type { Db } from '../db.ts';
import { and, desc, eq, gt, isNull } from '../drizzle.ts';
import { projects } from '../schema.ts';
import { invitations, users } from '../schema-dashboard.ts';

/** An invitation without its token. */
export type StoredInvitation = Omit<typeof invitations.$inferSelect, 'tokenHash'> & {
  /** The name of who invited; null where that account is gone. */
  readonly invitedBy: string | null;
};

/** Stores an invitation. */
export async function insertInvitation(db: Db, invitation: typeof invitations.$inferInsert): Promise<void> {
  await db.insert(invitations).values(invitation);
}

/** Lists a project's invitations, newest first. */
export async function listInvitations(db: Db, projectId: ProjectId): Promise<StoredInvitation[]> {
  const rows = await db
    .select({ invitation: invitations, invitedBy: users.name })
    .from(invitations)
    .leftJoin(users, eq(users.id, invitations.createdBy))
    .where(eq(invitations.projectId, projectId))
    .orderBy(desc(invitations.createdAt), desc(invitations.id))
    .limit(200);
  return rows.map(({ invitation: { tokenHash: _, ...shown }, invitedBy }) => ({ ...shown, invitedBy }));
}

const isOpen = (now: Date) =>
  and(isNull(invitations.acceptedAt), isNull(invitations.revokedAt), gt(invitations.expiresAt, now));

/** Finds an invitation that can still be accepted, with the name of its project. */
export async function findOpenInvitation(db: Db, tokenHash: Buffer, now: Date) {
  const [row] = await db
    .select({ invitation: invitations, projectName: projects.name })
    .from(invitations)
    .innerJoin(projects, eq(projects.id, invitations.projectId))
    .where(and(eq(invitations.tokenHash, tokenHash), isOpen(now)));
  return row ? { ...row.invitation, projectName: row.projectName } : null;
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

/** Revokes an invitation; false when the project has none with that id. Revoking twice keeps the first time. */
export async function revokeInvitation(db: Db, projectId: ProjectId, id: string, now: Date): Promise<boolean> {
  const mine = and(eq(invitations.id, id), eq(invitations.projectId, projectId));
  await db
    .update(invitations)
    .set({ revokedAt: now })
    .where(and(mine, isNull(invitations.revokedAt), isNull(invitations.acceptedAt)));
  return (await db.select({ id: invitations.id }).from(invitations).where(mine)).length > 0;
}
