import { isAtLeast, type ProjectRole } from '../../core/access/roles.ts';
import { AppError } from '../../core/errors.ts';
import { isId, type ProjectId, type UserId } from '../../core/ids.ts';
import type { Db } from '../../db/db.ts';
import * as table from '../../db/queries/people/memberships.ts';
import { findInstanceOwner } from '../../db/queries/people/users.ts';
import { noteAction } from '../audit/audit.ts';
import type { Context } from '../context.ts';
import type { Person } from '../ports.ts';
import { endIssued, type Issued, listIssued } from './issued.ts';
import { roleChanged } from './standing.ts';

export type { Member } from '../../db/queries/people/memberships.ts';

/** Lists who may enter a project, oldest first; the installation's owner always may, and stands first where not a member. */
export async function listMembers(ctx: Pick<Context, 'db'>, projectId: ProjectId): Promise<table.Member[]> {
  const members = await table.listMembers(ctx.db, projectId);
  if (members.some(({ isInstanceOwner }) => isInstanceOwner)) return members;
  const owner = await findInstanceOwner(ctx.db);
  if (!owner) return members;
  const { id: userId, name, email, isInstanceOwner, createdAt: joinedAt } = owner;
  return [{ userId, name, email, role: 'owner', isInstanceOwner, joinedAt }, ...members];
}

/** Somebody in a project, by the one who acts on them. */
export interface MemberRef {
  readonly projectId: ProjectId;
  readonly userId: string;
}

/**
 * Gives someone in a project another role, and ends what they gave away by more than that.
 * @param revokesIssued whether keys and links go, too, that they could not make with that role
 * @throws AppError NOT_FOUND, FORBIDDEN where an owner is made or changed by somebody who is none
 */
export function changeRole(
  ctx: Pick<Context, 'db' | 'clock'>,
  person: Person,
  member: MemberRef,
  { role, revokesIssued }: { role: ProjectRole; revokesIssued: boolean },
): Promise<table.Member> {
  return ctx.db.transaction(async (tx) => {
    const { found, actingRole } = await lockChangeable(tx, person, member);
    requireReach(actingRole, role);
    const { projectId } = member;
    await table.updateMembership(tx, projectId, found.userId, role);
    await noteAction(tx, ctx.clock.now(), {
      action: 'member.role_changed',
      ...describeMember(projectId, found),
      before: { role: found.role },
      after: { role },
    });
    if (!isAtLeast(role, found.role))
      await endIssued(tx, { ...found, projectId, role, revokesIssued }, ctx.clock.now());
    return { ...found, role };
  });
}

/** Takes someone out of a project, with what they gave away. @throws AppError NOT_FOUND, FORBIDDEN as for a change of role */
export async function removeMember(
  ctx: Pick<Context, 'db' | 'clock'>,
  person: Person,
  member: MemberRef,
  { revokesIssued }: { revokesIssued: boolean },
): Promise<void> {
  await ctx.db.transaction(async (tx) => {
    const { found } = await lockChangeable(tx, person, member);
    await table.deleteMembership(tx, member.projectId, found.userId);
    await noteAction(tx, ctx.clock.now(), {
      action: 'member.removed',
      ...describeMember(member.projectId, found),
      before: { role: found.role },
    });
    await endIssued(tx, { ...found, projectId: member.projectId, role: null, revokesIssued }, ctx.clock.now());
  });
}

/**
 * Takes `person` out of a project by their own wish, with what they gave away.
 * @throws AppError FORBIDDEN for its only owner, and for the installation's owner, who is in every project
 */
export async function leaveProject(
  ctx: Pick<Context, 'db' | 'clock'>,
  person: Person,
  projectId: ProjectId,
  { revokesIssued }: { revokesIssued: boolean },
): Promise<void> {
  if (person.isInstanceOwner)
    throw new AppError('FORBIDDEN', 'The owner of this installation is an owner of every project.');
  await ctx.db.transaction(async (tx) => {
    if (await isOnlyOwner(tx, projectId, person.userId))
      throw new AppError(
        'FORBIDDEN',
        'You are the only owner of this project. Make someone else an owner, or delete the project.',
      );
    await table.deleteMembership(tx, projectId, person.userId);
    await noteAction(tx, ctx.clock.now(), { action: 'member.left', ...describeMember(projectId, person) });
    await endIssued(tx, { ...person, projectId, role: null, revokesIssued }, ctx.clock.now());
  });
}

/** Lists what a member made that goes on working when they are out, or have another role. @throws AppError NOT_FOUND */
export async function listIssuedBy(
  ctx: Pick<Context, 'db' | 'clock'>,
  { projectId, userId }: MemberRef,
  role: ProjectRole | null,
): Promise<Issued> {
  const member = (await listMembers(ctx, projectId)).find((each) => each.userId === userId);
  if (!member) throw memberNotFound();
  return listIssued(ctx, projectId, member.userId, role);
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

/** Locks whom somebody acts on, and who acts: neither must be removed meanwhile. */
async function lockChangeable(
  tx: Db,
  person: Person,
  { projectId, userId }: MemberRef,
): Promise<{ found: table.Member; actingRole: ProjectRole }> {
  const wanted = isId(userId) ? [userId as UserId] : [];
  const locked = await table.lockMembers(tx, projectId, [...wanted, person.userId]);
  const acting = person.isInstanceOwner ? 'owner' : locked.find((each) => each.userId === person.userId)?.role;
  if (acting === undefined || !isAtLeast(acting, 'admin')) throw roleChanged();
  const found = locked.find((each) => each.userId === userId);
  if (!found) throw memberNotFound();
  if (found.isInstanceOwner)
    throw new AppError('FORBIDDEN', 'The owner of this installation is an owner of every project.');
  requireReach(acting, found.role);
  return { found, actingRole: acting };
}

function memberNotFound(): AppError {
  return new AppError('NOT_FOUND', 'Member not found in this project.');
}

function describeMember(projectId: ProjectId, { userId, name }: { userId: UserId; name: string }) {
  return { projectId, object: { kind: 'person', id: userId, name } };
}
