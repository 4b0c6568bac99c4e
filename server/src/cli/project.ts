import type { Context } from '../services/context.ts';
import { getProjectByName, type Project } from '../services/projects/projects.ts';

/** Finds the project of `--project`, or the one called default. @throws AppError NOT_FOUND */
export function findProject(ctx: Context, { project = 'default' }: { readonly project?: string }): Promise<Project> {
  return getProjectByName(ctx, project);
}
