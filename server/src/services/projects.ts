import { AppError, validationError } from '../core/errors.ts';
import { buildId, type ProjectId } from '../core/ids.ts';
import { findRegion } from '../core/regions.ts';
import type { Db } from '../db/client.ts';
import * as table from '../db/projects.ts';
import type { Context } from './context.ts';

export type { Project } from '../db/projects.ts';

/** The region of a project for which none was named. */
export const DEFAULT_REGION = 'us-east-1';

/** Creates a project. @throws AppError VALIDATION_FAILED, PROJECT_ALREADY_EXISTS */
export async function createProject(
  ctx: Pick<Context, 'clock' | 'randomBytes' | 'regions'>,
  db: Db,
  input: { name: string; primaryRegion?: string },
): Promise<table.Project> {
  const name = input.name.trim();
  if (name === '' || name.length > 100) throw validationError('name', 'A project name has 1 to 100 characters.');
  const primaryRegion = input.primaryRegion ?? findDefaultRegion(ctx);
  requireRegion(ctx, primaryRegion, 'primaryRegion');
  const now = ctx.clock.now();
  const project = { id: buildId(now, ctx.randomBytes(8)) as ProjectId, name, primaryRegion, createdAt: now };
  if (await table.insertProject(db, project)) return project;
  throw new AppError('PROJECT_ALREADY_EXISTS', `There is a project "${name}" already.`);
}

/** Gets a project by name. @throws AppError NOT_FOUND */
export async function getProjectByName(ctx: Pick<Context, 'db'>, name: string): Promise<table.Project> {
  const project = await table.findProjectByName(ctx.db, name);
  if (!project) throw new AppError('NOT_FOUND', `There is no project "${name}".`);
  return project;
}

/** Lists all projects, oldest first. */
export function listProjects(ctx: Pick<Context, 'db'>): Promise<table.Project[]> {
  return table.listProjects(ctx.db);
}

/** Finds a configured region. @throws AppError VALIDATION_FAILED that names those that exist */
export function requireRegion(ctx: Pick<Context, 'regions'>, key: string, field: string) {
  const region = findRegion(ctx.regions, key);
  if (region) return region;
  const known = ctx.regions.map((each) => each.key).join(', ');
  throw validationError(field, `There is no region ${JSON.stringify(key.slice(0, 80))}. The regions are: ${known}.`);
}

// An operator's own region table need not have ours.
function findDefaultRegion(ctx: Pick<Context, 'regions'>): string {
  return findRegion(ctx.regions, DEFAULT_REGION)?.key ?? ctx.regions[0]?.key ?? DEFAULT_REGION;
}
