import { createHash } from 'node:crypto';
import { AppError } from '../../core/errors.ts';
import type { ProjectId } from '../../core/ids.ts';
import { parseLogo } from '../../core/images/logo.ts';
import * as table from '../../db/queries/project-logos.ts';
import type { Project } from '../../db/queries/projects.ts';
import { noteAction } from '../audit/audit.ts';
import type { Context } from '../context.ts';

/** Gives a project a logo, in the place of the one that it had. @throws AppError VALIDATION_FAILED */
export async function setLogo(ctx: Pick<Context, 'db' | 'clock'>, project: Project, base64: string): Promise<Project> {
  const { type, image } = parseLogo(base64);
  const logo = { type, image: Buffer.from(image) };
  const logoVersion = createHash('sha256').update(image).digest('base64url').slice(0, 16);
  await ctx.db.transaction(async (tx) => {
    await table.putLogo(tx, project.id, logo, logoVersion);
    await noteAction(tx, ctx.clock.now(), describeChange(project, `${type}, ${image.length} bytes`));
  });
  return { ...project, logoVersion };
}

/** Takes a project's logo away. */
export async function removeLogo(ctx: Pick<Context, 'db' | 'clock'>, project: Project): Promise<Project> {
  await ctx.db.transaction(async (tx) => {
    await table.deleteLogo(tx, project.id);
    await noteAction(tx, ctx.clock.now(), describeChange(project, null));
  });
  return { ...project, logoVersion: null };
}

/** Gets a project's logo. @throws AppError NOT_FOUND */
export async function getLogo(ctx: Pick<Context, 'db'>, projectId: ProjectId): Promise<table.StoredLogo> {
  const logo = await table.findLogo(ctx.db, projectId);
  if (!logo) throw new AppError('NOT_FOUND', 'This project has no logo.');
  return logo;
}

function describeChange({ id, name }: Project, logo: string | null) {
  return {
    action: 'project.updated',
    projectId: id,
    object: { kind: 'project', id, name },
    after: { logo },
  } as const;
}
