import { createProject as create, listProjects as list } from '../../services/projects/projects.ts';
import { defineCommand } from '../command.ts';
import { formatTable } from '../output.ts';
import { UsageError } from '../usage-error.ts';

/** `projects create <name>`. */
export const createProject = defineCommand({
  name: 'projects create',
  usage: '<name> [--region us-east-1]',
  flags: { region: { type: 'string' }, name: { type: 'string' } },
  async run(ctx, args, output) {
    const name = args.words[0] ?? args.name;
    if (name === undefined) throw new UsageError('Which name? autosend projects create <name> [--region us-east-1]');
    const project = await create(ctx, ctx.db, {
      name,
      ...(args.region !== undefined && { primaryRegion: args.region }),
    });
    output.print(
      project,
      `The project "${project.name}" (${project.primaryRegion}) is there. A key for it: autosend keys create --project ${JSON.stringify(project.name)}`,
    );
  },
});

/** `projects list`. */
export const listProjects = defineCommand({
  name: 'projects list',
  async run(ctx, _args, output) {
    const projects = await list(ctx);
    const rows = projects.map((project) => [project.name, project.primaryRegion, project.createdAt.toISOString()]);
    output.print(projects, formatTable(['NAME', 'REGION', 'CREATED'], rows));
  },
});
