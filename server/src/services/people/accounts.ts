import { isAtLeast, type ProjectRole } from '../../core/access/roles.ts';
import { AppError } from '../../core/errors.ts';
import { isId, type UserId } from '../../core/ids.ts';
import * as memberships from '../../db/queries/memberships.ts';
import { deleteUser, findUser } from '../../db/queries/users.ts';
import type { Context } from '../context.ts';
import { addWithinQuota } from '../node/quotas.ts';
import type { Person } from '../ports.ts';
import { createProject, type Project, requireConfirmation } from '../projects/projects.ts';
import { isOnlyOwner } from './members.ts';
import { isSessionOpen } from './sessions.ts';

export type { OwnProject } from '../../db/queries/memberships.ts';

/** Somebody with an account, and what they see. */
export interface Account {
  readonly id: UserId;
  readonly name: string;
  readonly email: string;
  readonly isInstanceOwner: boolean;
  readonly canCreateProjects: boolean;
  readonly projects: readonly memberships.OwnProject[];
}

/** Gets an account with its projects. @throws AppError NOT_FOUND */
export async function getAccount(ctx: Pick<Context, 'db'>, userId: UserId): Promise<Account> {
  const user = await findUser(ctx.db, userId);
  if (!user) throw new AppError('NOT_FOUND', 'Account not found.');
  const projects = await memberships.listProjectsOf(ctx.db, userId);
  const { id, name, email, isInstanceOwner } = user;
  return { id, name, email, isInstanceOwner, canCreateProjects: mayCreate(isInstanceOwner, projects), projects };
}

/** Finds what someone may do in a project. @throws AppError NOT_FOUND, the same for a project that never was */
export async function getOwnProject(
  ctx: Pick<Context, 'db'>,
  userId: UserId,
  projectId: string,
): Promise<memberships.OwnProject> {
  const own = isId(projectId) ? await memberships.findProjectOf(ctx.db, userId, projectId) : null;
  if (!own) throw new AppError('NOT_FOUND', 'Project not found.');
  return own;
}

/** Whether `person` is still signed in and may still read a project: asked again and again while live updates go out. */
export async function mayStillRead(
  ctx: Pick<Context, 'db' | 'clock'>,
  person: Person,
  projectId: string,
): Promise<boolean> {
  if (!(await isSessionOpen(ctx, person.sessionId))) return false;
  const own = await memberships.findProjectOf(ctx.db, person.userId, projectId);
  return own !== null && hasWhatItRequires(own, person);
}

/** @throws AppError SECOND_FACTOR_REQUIRED where a project requires one that this session has not */
export function requireSecondFactor(own: memberships.OwnProject, person: Person): void {
  if (!hasWhatItRequires(own, person))
    throw new AppError(
      'SECOND_FACTOR_REQUIRED',
      'This project requires a second factor: an authenticator app or a passkey. Set one up in your account.',
    );
}

function hasWhatItRequires({ project }: memberships.OwnProject, { hasSecondFactor }: Person): boolean {
  return hasSecondFactor || !project.requireSecondFactor;
}

/** Makes a project that `person` owns. @throws AppError FORBIDDEN for who only reads, VALIDATION_FAILED, PROJECT_ALREADY_EXISTS */
export async function createOwnProject(
  ctx: Context,
  person: Person,
  input: { name: string; primaryRegion?: string },
): Promise<{ project: Project; role: ProjectRole }> {
  if (!mayCreate(person.isInstanceOwner, await memberships.listProjectsOf(ctx.db, person.userId)))
    throw new AppError('FORBIDDEN', 'Only the owner of this installation and project admins can create projects.');
  const project = await addWithinQuota(ctx, 'projects', { userId: person.userId }, async (tx) => {
    const made = await createProject(ctx, tx, input);
    const createdAt = made.createdAt;
    await memberships.insertMembership(tx, { projectId: made.id, userId: person.userId, role: 'owner', createdAt });
    return made;
  });
  return { project, role: 'owner' };
}

/**
 * Deletes the account of `person` for good, with their sessions and memberships.
 * @param confirm their e-mail address, typed by them
 * @throws AppError VALIDATION_FAILED for another text; FORBIDDEN for the installation's owner, and for a project's only owner
 */
export async function deleteAccount(ctx: Pick<Context, 'db'>, person: Person, confirm: string): Promise<void> {
  requireConfirmation(confirm.trim().toLowerCase(), person.email);
  if (person.isInstanceOwner)
    throw new AppError('FORBIDDEN', "You own this installation, so this account can't be deleted.");
  await ctx.db.transaction(async (tx) => {
    for (const { project, role } of await memberships.listProjectsOf(tx, person.userId))
      if (role === 'owner' && (await isOnlyOwner(tx, project.id, person.userId)))
        throw new AppError(
          'FORBIDDEN',
          `You are the only owner of the project “${project.name}”. Make someone else an owner, or delete the project first.`,
        );
    await deleteUser(tx, person.userId);
  });
}

function mayCreate(isInstanceOwner: boolean, projects: readonly memberships.OwnProject[]): boolean {
  return isInstanceOwner || projects.some(({ role }) => isAtLeast(role, 'admin'));
}
