import { isAtLeast, type ProjectRole } from '../../core/access/roles.ts';
import { AppError } from '../../core/errors.ts';
import { isId, type UserId } from '../../core/ids.ts';
import * as memberships from '../../db/queries/people/memberships.ts';
import { deleteUser, findUser } from '../../db/queries/people/users.ts';
import { noteAction } from '../audit/audit.ts';
import type { Context } from '../context.ts';
import { addWithinQuota } from '../node/quotas.ts';
import type { Person } from '../ports.ts';
import { createTenantProject, type Project, requireConfirmation, updateProject } from '../projects/projects.ts';
import { endIssued, type Issued, listIssued } from './issued.ts';
import { isOnlyOwner } from './members.ts';
import { isSessionOpen } from './sessions.ts';

export type { OwnProject } from '../../db/queries/people/memberships.ts';

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

/** Lists the projects that `person` may read in this session, oldest first. */
export async function listReadableProjects(
  ctx: Pick<Context, 'db'>,
  person: Person,
): Promise<memberships.OwnProject[]> {
  const projects = await memberships.listProjectsOf(ctx.db, person.userId);
  return projects.filter((own) => hasWhatItRequires(own, person));
}

/** Whether `person` is still signed in and may still read just these projects. */
export async function mayStillReadAll(
  ctx: Pick<Context, 'db' | 'clock'>,
  person: Person,
  projectIds: readonly string[],
): Promise<boolean> {
  if (!(await isSessionOpen(ctx, person.sessionId))) return false;
  const readable = (await listReadableProjects(ctx, person)).map(({ project }) => project.id as string);
  return readable.length === projectIds.length && readable.every((id) => projectIds.includes(id));
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
  input: { name: string; primaryRegion?: string; isTest?: boolean | undefined },
): Promise<{ project: Project; role: ProjectRole }> {
  const seen = await memberships.listProjectsOf(ctx.db, person.userId);
  if (!mayCreate(person.isInstanceOwner, seen))
    throw new AppError('FORBIDDEN', 'Only the owner of this installation and project admins can create projects.');
  const project = await addWithinQuota(ctx, 'projects', { userId: person.userId }, async (tx) => {
    const names = seen.map(({ project: { name } }) => name);
    const made = await createTenantProject(ctx, tx, input, names);
    const createdAt = made.createdAt;
    await memberships.insertMembership(tx, { projectId: made.id, userId: person.userId, role: 'owner', createdAt });
    return made;
  });
  return { project, role: 'owner' };
}

/** Changes a project that `person` may change. @throws AppError VALIDATION_FAILED, PROJECT_ALREADY_EXISTS */
export async function updateOwnProject(
  ctx: Pick<Context, 'db' | 'clock' | 'regions' | 'randomBytes' | 'keysZone'>,
  person: Person,
  project: Project,
  change: Parameters<typeof updateProject>[2],
): Promise<Project> {
  const seen = await memberships.listProjectsOf(ctx.db, person.userId);
  const names = seen.flatMap((each) => (each.project.id === project.id ? [] : [each.project.name]));
  return updateProject(ctx, project, change, names);
}

/** Lists what `person` made that goes on working without their account, by project; projects without any are left out. */
export async function listOwnIssued(
  ctx: Pick<Context, 'db' | 'clock'>,
  person: Person,
): Promise<{ project: Project; issued: Issued }[]> {
  const own = await memberships.listProjectsOf(ctx.db, person.userId);
  const found = [];
  for (const { project } of own)
    found.push({ project, issued: await listIssued(ctx, project.id, person.userId, null) });
  return found.filter(({ issued }) => Object.values(issued).some((each) => each.length > 0));
}

/**
 * Deletes the account of `person` for good, with their sessions, memberships and open invitations.
 * @param confirm their email address, typed by them
 * @throws AppError VALIDATION_FAILED for another text; FORBIDDEN for the installation's owner, and for a project's only owner
 */
export async function deleteAccount(
  ctx: Pick<Context, 'db' | 'clock'>,
  person: Person,
  { confirm, revokesIssued }: { confirm: string; revokesIssued: boolean },
): Promise<void> {
  requireConfirmation(confirm.trim().toLowerCase(), person.email);
  if (person.isInstanceOwner)
    throw new AppError('FORBIDDEN', "You own this installation, so this account can't be deleted.");
  await ctx.db.transaction(async (tx) => {
    const own = await memberships.listProjectsOf(tx, person.userId);
    for (const { project, role } of own)
      if (role === 'owner' && (await isOnlyOwner(tx, project.id, person.userId)))
        throw new AppError(
          'FORBIDDEN',
          `You are the only owner of the project “${project.name}”. Make someone else an owner, or delete the project first.`,
        );
    for (const { project } of own) {
      // Locked, so that what was being made by it is there, or is refused.
      await memberships.deleteMembership(tx, project.id, person.userId);
      await endIssued(tx, { ...person, projectId: project.id, role: null, revokesIssued }, ctx.clock.now());
    }
    await noteAction(tx, ctx.clock.now(), {
      action: 'account.deleted',
      projectId: null,
      object: { kind: 'person', id: person.userId, name: person.name },
    });
    await deleteUser(tx, person.userId);
  });
}

function mayCreate(isInstanceOwner: boolean, projects: readonly memberships.OwnProject[]): boolean {
  return isInstanceOwner || projects.some(({ role }) => isAtLeast(role, 'admin'));
}
