import type { ProjectRole } from '../../../core/access/roles.ts';
import type { ProjectId, UserId } from '../../../core/ids.ts';
import type { NoticeType } from '../../../core/notices/notice-type.ts';
import type { Db } from '../../db.ts';
import { and, asc, eq, or } from '../../drizzle.ts';
import { projects } from '../../schema.ts';
import { memberships, users } from '../../schema-dashboard.ts';
import { mailChoices } from '../../schema-mail.ts';
import { projectColumns } from '../projects.ts';

/** What somebody chose to be told of a project that they may see. */
export interface StoredChoice {
  readonly projectId: ProjectId;
  readonly projectName: string;
  /** Whether only those with a second factor see it. */
  readonly requireSecondFactor: boolean;
  readonly isTest: boolean;
  /** Null for the installation's owner where they haven't joined. */
  readonly role: ProjectRole | null;
  /** Null where they chose nothing. */
  readonly types: readonly NoticeType[] | null;
}

/** Lists what somebody chose, by the projects that they may see, oldest first. */
export async function listChoices(db: Db, userId: UserId): Promise<StoredChoice[]> {
  return db
    .select({
      projectId: projects.id,
      projectName: projectColumns.name,
      requireSecondFactor: projects.requireSecondFactor,
      isTest: projects.isTest,
      role: memberships.role,
      types: mailChoices.types,
    })
    .from(projects)
    .innerJoin(users, eq(users.id, userId))
    .leftJoin(memberships, and(eq(memberships.projectId, projects.id), eq(memberships.userId, userId)))
    .leftJoin(mailChoices, and(eq(mailChoices.projectId, projects.id), eq(mailChoices.userId, userId)))
    .where(or(eq(users.isInstanceOwner, true), eq(memberships.userId, users.id)))
    .orderBy(asc(projects.createdAt), asc(projects.id));
}

/** Stores what somebody wants to be told of these projects. */
export async function storeChoices(
  db: Db,
  userId: UserId,
  projectIds: readonly ProjectId[],
  types: readonly NoticeType[],
  now: Date,
): Promise<void> {
  if (projectIds.length === 0) return;
  const set = { types: [...types], updatedAt: now };
  await db
    .insert(mailChoices)
    .values(projectIds.map((projectId) => ({ projectId, userId, ...set })))
    .onConflictDoUpdate({ target: [mailChoices.projectId, mailChoices.userId], set });
}
