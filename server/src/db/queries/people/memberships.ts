import type { ProjectRole } from '../../../core/access/roles.ts';
import type { ProjectId, UserId } from '../../../core/ids.ts';
import type { Db } from '../../db.ts';
import { and, asc, eq, inArray, or } from '../../drizzle.ts';
import { projects } from '../../schema.ts';
import { memberships, users } from '../../schema-dashboard.ts';
import { type Project, projectColumns } from '../projects.ts';

type MembershipRow = typeof memberships.$inferSelect;

/** Adds someone to a project; false when they are in it already, with whatever role. */
export async function insertMembership(db: Db, membership: MembershipRow): Promise<boolean> {
  const inserted = await db
    .insert(memberships)
    .values(membership)
    .onConflictDoNothing()
    .returning({ userId: memberships.userId });
  return inserted.length > 0;
}

/** A project and what someone may do in it. */
export interface OwnProject {
  readonly project: Project;
  readonly role: ProjectRole;
}

function selectProjectsOf(db: Db, userId: UserId) {
  return db
    .select({ project: projectColumns, role: memberships.role, isInstanceOwner: users.isInstanceOwner })
    .from(projects)
    .innerJoin(users, eq(users.id, userId))
    .leftJoin(memberships, and(eq(memberships.projectId, projects.id), eq(memberships.userId, userId)))
    .$dynamic();
}

const isVisible = () => or(eq(users.isInstanceOwner, true), eq(memberships.userId, users.id));

function toOwnProject(row: { project: Project; role: ProjectRole | null; isInstanceOwner: boolean }): OwnProject {
  return { project: row.project, role: row.isInstanceOwner ? 'owner' : (row.role ?? 'member') };
}

/** Finds a project that someone is in, or may enter as the installation's owner; null for every other id. */
export async function findProjectOf(db: Db, userId: UserId, projectId: string): Promise<OwnProject | null> {
  const [row] = await selectProjectsOf(db, userId).where(and(eq(projects.id, projectId as ProjectId), isVisible()));
  return row ? toOwnProject(row) : null;
}

/** Lists the projects that someone is in, or may enter as the installation's owner, oldest first. */
export async function listProjectsOf(db: Db, userId: UserId): Promise<OwnProject[]> {
  const rows = await selectProjectsOf(db, userId).where(isVisible()).orderBy(asc(projects.createdAt), asc(projects.id));
  return rows.map(toOwnProject);
}

/** Somebody in a project. */
export interface Member {
  readonly userId: UserId;
  readonly name: string;
  readonly email: string;
  readonly role: ProjectRole;
  readonly isInstanceOwner: boolean;
  readonly joinedAt: Date;
}

/** Lists who is in a project, oldest first. The installation's owner is in it only where there is a row for it. */
export async function listMembers(db: Db, projectId: ProjectId): Promise<Member[]> {
  return selectMembers(db)
    .where(eq(memberships.projectId, projectId))
    .orderBy(asc(memberships.createdAt), asc(memberships.userId));
}

/**
 * Finds people in a project, and locks their rows until the end of the transaction, in one order, so that two who change
 * each other do not wait for each other.
 */
export async function lockMembers(tx: Db, projectId: ProjectId, userIds: readonly UserId[]): Promise<Member[]> {
  return selectMembers(tx)
    .where(and(eq(memberships.projectId, projectId), inArray(memberships.userId, [...userIds])))
    .orderBy(asc(memberships.userId))
    .for('update', { of: memberships });
}

/**
 * Finds what someone may do in a project now, and keeps it so until the end of the transaction: whoever removes them waits,
 * or has been waited for. Null for whoever is not in it.
 */
export async function holdRole(tx: Db, projectId: ProjectId, userId: UserId): Promise<ProjectRole | null> {
  const [owner] = await tx
    .select({ isInstanceOwner: users.isInstanceOwner })
    .from(users)
    .where(and(eq(users.id, userId), eq(users.isInstanceOwner, true)));
  if (owner) return 'owner';
  const [row] = await tx
    .select({ role: memberships.role })
    .from(memberships)
    .where(and(eq(memberships.projectId, projectId), eq(memberships.userId, userId)))
    .for('share');
  return row?.role ?? null;
}

/** Lists the owners of a project that are in it, and locks their rows until the end of the transaction. */
export async function lockOwners(tx: Db, projectId: ProjectId): Promise<UserId[]> {
  const rows = await tx
    .select({ userId: memberships.userId })
    .from(memberships)
    .where(and(eq(memberships.projectId, projectId), eq(memberships.role, 'owner')))
    .orderBy(asc(memberships.userId))
    .for('update');
  return rows.map(({ userId }) => userId);
}

function selectMembers(db: Db) {
  return db
    .select({
      userId: memberships.userId,
      name: users.name,
      email: users.email,
      role: memberships.role,
      isInstanceOwner: users.isInstanceOwner,
      joinedAt: memberships.createdAt,
    })
    .from(memberships)
    .innerJoin(users, eq(users.id, memberships.userId))
    .$dynamic();
}

/** Gives someone in a project another role. */
export async function updateMembership(db: Db, projectId: ProjectId, userId: UserId, role: ProjectRole): Promise<void> {
  await db
    .update(memberships)
    .set({ role })
    .where(and(eq(memberships.projectId, projectId), eq(memberships.userId, userId)));
}

/** Takes someone out of a project. */
export async function deleteMembership(db: Db, projectId: ProjectId, userId: UserId): Promise<void> {
  await db.delete(memberships).where(and(eq(memberships.projectId, projectId), eq(memberships.userId, userId)));
}
