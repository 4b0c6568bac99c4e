import { createProject as create, listProjects as list } from '../../services/projects/projects.ts';
import { UsageError } from '../arguments.ts';
import type { Command } from '../command.ts';
import { formatTable } from '../output.ts';

/** `projects create <name>`. */
export const createProject: Command = async (ctx, args, output) => {
  const name = args.words[2] ?? args.name;
  if (name === undefined) throw new UsageError('Which name? autosend projects create <name> [--region us-east-1]');
  const project = await create(ctx, ctx.db, { name, ...(args.region !== undefined && { primaryRegion: args.region }) });
  output.print(
    project,
    `The project "${project.name}" (${project.primaryRegion}) is there. A key for it: autosend keys create --project ${JSON.stringify(project.name)}`,
  );
};

/** `projects list`. */
export const listProjects: Command = async (ctx, _args, output) => {
  const projects = await list(ctx);
  const rows = projects.map((project) => [project.name, project.primaryRegion, project.createdAt.toISOString()]);
  output.print(projects, formatTable(['NAME', 'REGION', 'CREATED'], rows));
};
