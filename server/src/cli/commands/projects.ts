import {
  createProject as create,
  getProjectByName,
  listProjects as list,
  updateProject as update,
} from '../../services/projects/projects.ts';
import { defineCommand } from '../command.ts';
import { formatTable } from '../output.ts';
import { UsageError } from '../usage-error.ts';
import { readDkimMode } from './dkim-mode-flag.ts';

/** `projects create <name>`. */
export const createProject = defineCommand({
  name: 'projects create',
  operands: '<name>',
  about: 'Create a project.',
  flags: {
    region: { type: 'string', value: 'KEY', about: 'Its primary region (default: the first one configured).' },
    name: { type: 'string', value: 'NAME', about: 'Its name, if it starts with a hyphen.' },
    test: { type: 'boolean', about: 'A test project: its domains follow a script and need no DNS.' },
  },
  async run(ctx, args, output) {
    const name = args.words[0] ?? args.name;
    if (name === undefined) throw new UsageError('The name is missing. Example: autosend projects create "My app"');
    const project = await create(ctx, ctx.db, {
      name,
      ...(args.region !== undefined && { primaryRegion: args.region }),
      isTest: args.test ?? false,
    });
    output.print(
      project,
      `Created ${project.isTest ? 'test project' : 'project'} "${project.name}" (${project.primaryRegion}). Create an API key with: autosend keys create --project ${JSON.stringify(project.name)}`,
    );
  },
});

/** `projects update <name>`. */
export const updateProject = defineCommand({
  name: 'projects update',
  operands: '<name or id>',
  about: 'Change the settings of a project.',
  flags: {
    'return-origins': {
      type: 'string',
      value: 'ORIGINS',
      about: 'The origins that share pages may lead back to, comma-separated; "" for none.',
    },
    'dkim-mode': {
      type: 'string',
      value: 'MODE',
      about: 'How its new domains publish their DKIM keys: txt, or cname (needs AUTOSEND_KEYS_ZONE).',
    },
  },
  async run(ctx, args, output) {
    const [name] = args.words;
    if (name === undefined)
      throw new UsageError(
        'The project is missing. Example: autosend projects update default --return-origins https://app.example.com',
      );
    const origins = args['return-origins'];
    const dkimMode = readDkimMode(args['dkim-mode']);
    if (origins === undefined && dkimMode === undefined)
      throw new UsageError('Nothing to change: use --return-origins or --dkim-mode.');
    const project = await getProjectByName(ctx, name);
    const returnOrigins = origins?.split(',').filter((text) => text.trim() !== '');
    const updated = await update(ctx, project, { returnOrigins, dkimMode }, []);
    const allowed = updated.returnOrigins ?? [];
    const said = [
      ...(origins === undefined
        ? []
        : [
            `Share pages of "${updated.name}" may lead back to ${allowed.length === 0 ? 'no origin' : allowed.join(', ')}.`,
          ]),
      ...(dkimMode === undefined
        ? []
        : [
            `New domains of "${updated.name}" publish their DKIM keys ${dkimMode === 'cname' ? 'by two CNAMEs that never change' : 'as TXT records'}. Existing domains stay as they are.`,
          ]),
    ];
    output.print(updated, said.join('\n'));
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
      project.isTest ? 'test' : 'real',
      project.createdAt.toISOString(),
    ]);
    output.print(projects, formatTable(['ID', 'NAME', 'REGION', 'KIND', 'CREATED'], rows));
  },
});
