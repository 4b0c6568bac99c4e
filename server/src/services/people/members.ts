import { isAtLeast, type ProjectRole } from '../../core/access/roles.ts';
import { AppError } from '../../core/errors.ts';
import { isId, type ProjectId, type UserId } from '../../core/ids.ts';
import type { Db } from '../../db/db.ts';
import * as table from '../../db/queries/memberships.ts';
import { findInstanceOwner } from '../../db/queries/users.ts';
import type { Context } from '../context.ts';
import type { Person } from '../ports.ts';

export type { Member } from '../../db/queries/memberships.ts';

/** Lists who may enter a project, oldest first; the installation's owner always may, and stands first where not a member. */
export async function listMembers(ctx: Pick<Context, 'db'>, projectId: ProjectId): Promise<table.Member[]> {
  const members = await table.listMembers(ctx.db, projectId);
  if (members.some(({ isInstanceOwner }) => isInstanceOwner)) return members;
  const owner = await findInstanceOwner(ctx.db);
  if (!owner) return members;
  const { id: userId, name, email, isInstanceOwner, createdAt: joinedAt } = owner;
  return [{ userId, name, email, role: 'owner', isInstanceOwner, joinedAt }, ...members];
}

/**
 * Gives someone in a project another role.
 * @param actingRole what the one who does it may do in the project
 * @throws AppError NOT_FOUND, FORBIDDEN where an owner is made or changed by somebody who is none
 */
export function changeRole(
  ctx: Pick<Context, 'db'>,
  actingRole: ProjectRole,
  member: { projectId: ProjectId; userId: string },
  role: ProjectRole,
): Promise<table.Member> {
  requireReach(actingRole, role);
  return ctx.db.transaction(async (tx) => {
    const found = await lockChangeable(tx, actingRole, member);
    await table.updateMembership(tx, member.projectId, found.userId, role);
    return { ...found, role };
  });
}

/** Takes someone out of a project. @throws AppError NOT_FOUND, FORBIDDEN as for a change of role */
export async function removeMember(
  ctx: Pick<Context, 'db'>,
  actingRole: ProjectRole,
  member: { projectId: ProjectId; userId: string },
): Promise<void> {
  await ctx.db.transaction(async (tx) => {
    const { userId } = await lockChangeable(tx, actingRole, member);
    await table.deleteMembership(tx, member.projectId, userId);
  });
}

/**
 * Takes `person` out of a project by their own wish.
 * @throws AppError FORBIDDEN for its only owner, and for the installation's owner, who is in every project
 */
export async function leaveProject(ctx: Pick<Context, 'db'>, person: Person, projectId: ProjectId): Promise<void> {
  if (person.isInstanceOwner)
    throw new AppError('FORBIDDEN', 'The owner of this installation is an owner of every project.');
  await ctx.db.transaction(async (tx) => {
    if (await isOnlyOwner(tx, projectId, person.userId))
      throw new AppError(
        'FORBIDDEN',
        'You are the only owner of this project. Make someone else an owner, or delete the project.',
      );
    await table.deleteMembership(tx, projectId, person.userId);
  });
}

/** Whether a project has this owner and no other. Locks its owners until the end of the transaction: two must not leave at once. */
export async function isOnlyOwner(tx: Db, projectId: ProjectId, userId: UserId): Promise<boolean> {
  const owners = await table.lockOwners(tx, projectId);
  return owners.includes(userId) && owners.length === 1;
}

/** Nobody gives or takes more than they have. @throws AppError FORBIDDEN */
export function requireReach(actingRole: ProjectRole, role: ProjectRole): void {
  if (!isAtLeast(actingRole, role))
    throw new AppError('FORBIDDEN', 'Only a project owner can add, change or remove owners.');
}

async function lockChangeable(
  tx: Db,
  actingRole: ProjectRole,
  { projectId, userId }: { projectId: ProjectId; userId: string },
): Promise<table.Member> {
  const found = isId(userId) ? await table.lockMember(tx, projectId, userId) : null;
  if (!found) throw new AppError('NOT_FOUND', 'Member not found in this project.');
  if (found.isInstanceOwner)
    throw new AppError('FORBIDDEN', 'The owner of this installation is an owner of every project.');
  requireReach(actingRole, found.role);
  return found;
}
