import { createProject as create, listProjects as list } from '../../services/projects/projects.ts';
import { defineCommand } from '../command.ts';
import { formatTable } from '../output.ts';
import { UsageError } from '../usage-error.ts';

/** `projects create <name>`. */
export const createProject = defineCommand({
  name: 'projects create',
  operands: '<name>',
  about: 'Create a project.',
  flags: {
    region: { type: 'string', value: 'KEY', about: 'Its primary region (default: the first one configured).' },
    name: { type: 'string', value: 'NAME', about: 'Its name, if it starts with a hyphen.' },
  },
  async run(ctx, args, output) {
    const name = args.words[0] ?? args.name;
    if (name === undefined) throw new UsageError('The name is missing. Example: autosend projects create "My app"');
    const project = await create(ctx, ctx.db, {
      name,
      ...(args.region !== undefined && { primaryRegion: args.region }),
    });
    output.print(
      project,
      `Created project "${project.name}" (${project.primaryRegion}). Create an API key with: autosend keys create --project ${JSON.stringify(project.name)}`,
    );
  },
});

/** `projects list`. */
export const listProjects = defineCommand({
  name: 'projects list',
  about: 'List the projects.',
  async run(ctx, _args, output) {
    const projects = await list(ctx);
    const rows = projects.map((project) => [
      project.id,
      project.name,
      project.primaryRegion,
      project.createdAt.toISOString(),
    ]);
    output.print(projects, formatTable(['ID', 'NAME', 'REGION', 'CREATED'], rows));
  },
});
