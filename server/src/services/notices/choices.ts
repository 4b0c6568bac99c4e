import { AppError } from '../../core/errors.ts';
import type { ProjectId, UserId } from '../../core/ids.ts';
import { listDefaultNotices, type NoticeType } from '../../core/notices/notice-type.ts';
import { createUnsubscribeToken, openUnsubscribeToken, type Unsubscribing } from '../../crypto/unsubscribe-tokens.ts';
import * as table from '../../db/queries/mail/choices.ts';
import { findUser } from '../../db/queries/people/users.ts';
import { findProject, type Project } from '../../db/queries/projects.ts';
import type { Context } from '../context.ts';
import type { Person } from '../ports.ts';

/** What somebody is told of a project by email. */
export interface NoticeChoice {
  readonly project: { readonly id: ProjectId; readonly name: string };
  readonly types: readonly NoticeType[];
}

/** Lists what `person` is told of each project that they may read in this session, oldest first. */
export async function listNoticeChoices(ctx: Pick<Context, 'db'>, person: Person): Promise<NoticeChoice[]> {
  const choices = await table.listChoices(ctx.db, person.userId);
  return choices
    .filter(({ requireSecondFactor }) => person.hasSecondFactor || !requireSecondFactor)
    .map(({ projectId, projectName, isTest, role, types }) => {
      return { project: { id: projectId, name: projectName }, types: types ?? listDefaultNotices(role, { isTest }) };
    });
}

/** Chooses what `person` is told of a project: just these. */
export async function chooseNotices(
  ctx: Pick<Context, 'db' | 'clock'>,
  person: Pick<Person, 'userId'>,
  projectId: ProjectId,
  types: readonly NoticeType[],
): Promise<void> {
  await table.storeChoices(ctx.db, person.userId, [projectId], types, ctx.clock.now());
}

/** Makes the address of the page that ends somebody's emails, of one project or of all. */
export function formatUnsubscribeUrl(
  { signer, publicUrl }: Pick<Context, 'signer' | 'publicUrl'>,
  meant: Unsubscribing,
): string {
  return `${publicUrl}/unsubscribe/${createUnsubscribeToken(signer, meant)}`;
}

/**
 * Says which project's emails a link ends, before it does: null for those of all projects.
 * @throws AppError NOT_FOUND
 */
export async function describeUnsubscribing(
  ctx: Pick<Context, 'db' | 'signer'>,
  token: string,
): Promise<{ projectName: string | null }> {
  const { project } = await openLink(ctx, token);
  return { projectName: project?.name ?? null };
}

/** Ends the emails that a link is for, whoever has it; a second time it changes nothing. @throws AppError NOT_FOUND */
export async function unsubscribe(ctx: Pick<Context, 'db' | 'clock' | 'signer'>, token: string): Promise<void> {
  const { userId, project } = await openLink(ctx, token);
  const all = project ? [] : await table.listChoices(ctx.db, userId);
  const ids = project ? [project.id] : all.map(({ projectId }) => projectId);
  await table.storeChoices(ctx.db, userId, ids, [], ctx.clock.now());
}

/** @returns `project` null for all of somebody's projects */
async function openLink(
  ctx: Pick<Context, 'db' | 'signer'>,
  token: string,
): Promise<{ userId: UserId; project: Project | null }> {
  const meant = openUnsubscribeToken(ctx.signer, token);
  const user = meant && (await findUser(ctx.db, meant.userId));
  const project = meant?.projectId ? await findProject(ctx.db, meant.projectId) : null;
  if (!user || (meant.projectId !== null && project === null))
    throw new AppError('NOT_FOUND', 'This link no longer works. Change your notifications in your account.');
  return { userId: user.id, project };
}
