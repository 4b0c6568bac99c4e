import { DNS_PROVIDER_NAMES, listSettings, PROVIDER_TABLE } from '../../core/publishing/provider-table.ts';
import { describeProviderProblem } from '../../core/publishing/words.ts';
import type { ConnectionOwner, StoredDnsConnection } from '../../db/queries/dns-connections.ts';
import type { Context } from '../../services/context.ts';
import { getProjectByName } from '../../services/projects/projects.ts';
import {
  createDnsConnection,
  deleteDnsConnection,
  getDnsConnection,
  listDnsConnections,
} from '../../services/publishing/connections.ts';
import { testDnsConnection } from '../../services/publishing/test-connection.ts';
import { formatDnsConnection, formatDnsConnectionTest } from '../../services/views/dns-connection-object.ts';
import { type Arguments, defineCommand, type Flags, PROJECT_FLAG } from '../command.ts';
import { formatTable } from '../output.ts';
import { findProject } from '../project.ts';
import { readSecret } from '../read-secret.ts';
import { UsageError } from '../usage-error.ts';

const OWNER_FLAGS = {
  ...PROJECT_FLAG,
  instance: { type: 'boolean', about: "The operator's own connections instead of a project's." },
} as const satisfies Flags;

/** A flag for each setting that is no secret, such as `--tsig-name`. */
const SETTING_FLAGS: Flags = Object.fromEntries(
  DNS_PROVIDER_NAMES.flatMap((provider) =>
    listSettings(provider)
      .filter(([, { isSecret }]) => !isSecret)
      .map(([name]) => [nameFlag(name), { type: 'string' as const, value: 'VALUE', about: describeFlag(name) }]),
  ),
);

function nameFlag(setting: string): string {
  return setting.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** What a setting is, and for which providers. */
function describeFlag(setting: string): string {
  const owners = DNS_PROVIDER_NAMES.flatMap((provider) => {
    const [, found] = listSettings(provider).find(([name]) => name === setting) ?? [];
    return found ? [{ provider, help: found.help }] : [];
  });
  return `${owners.map(({ provider }) => provider).join(', ')}: ${owners[0]?.help}`;
}

/** `dns-connections add`: the secret comes from a file or from standard input, never from the command line. */
export const addDnsConnection = defineCommand({
  name: 'dns-connections add',
  about: 'Add credentials for a DNS provider, if they work. The secret is read from standard input.',
  flags: {
    ...OWNER_FLAGS,
    provider: { type: 'string', value: 'PROVIDER', about: `One of ${DNS_PROVIDER_NAMES.join(', ')}. Required.` },
    name: { type: 'string', value: 'NAME', about: "A display name (default: the provider's name)." },
    'secret-file': { type: 'string', value: 'FILE', about: 'A file with the secret (default: standard input).' },
    for: {
      type: 'string',
      value: 'A,B',
      about:
        'With --instance: the projects that may publish through it, or "all" (default: none, only the service itself).',
    },
    ...(SETTING_FLAGS as Record<string, { type: 'string'; about: string }>),
  },
  async run(ctx, args, output) {
    const provider = DNS_PROVIDER_NAMES.find((each) => each === args.provider);
    if (!provider)
      throw new UsageError(
        `--provider must be one of ${DNS_PROVIDER_NAMES.join(', ')}${args.provider === undefined ? '.' : `, not "${args.provider}".`}`,
      );
    const owner = await findOwner(ctx, args);
    if (args.for !== undefined && owner !== null) throw new UsageError('--for is only for --instance.');
    const openTo = await readOpenTo(ctx, args.for);
    const given = args as Readonly<Record<string, unknown>>;
    const settings: Record<string, string> = {};
    for (const name of Object.keys(SETTING_FLAGS).map(nameSetting)) {
      const value = given[nameFlag(name)];
      if (typeof value === 'string') settings[name] = value;
    }
    for (const [name, { isSecret, label }] of listSettings(provider))
      if (isSecret) settings[name] = await readSecret(args['secret-file'], label.toLowerCase().replace('api', 'API'));
    const name = args.name?.trim() || PROVIDER_TABLE[provider].title;
    const created = await createDnsConnection(ctx, owner, { name, provider, settings }, { openTo });
    output.print(
      describeForPrograms(created),
      `Added the DNS connection "${created.name}" (${created.id}). ${describeZones(created)}`,
    );
  },
});

function nameSetting(flag: string): string {
  return flag.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** `dns-connections list`. */
export const showDnsConnections = defineCommand({
  name: 'dns-connections list',
  about: 'List DNS connections, with the zones they reach and their last errors.',
  flags: OWNER_FLAGS,
  async run(ctx, args, output) {
    const connections = await listDnsConnections(ctx, await findOwner(ctx, args));
    const rows = connections.map((connection) => [
      connection.id,
      connection.name,
      connection.provider,
      connection.zones.slice(0, 3).join(' ') + (connection.zones.length > 3 ? ' …' : '') || '-',
      connection.lastSuccessAt?.toISOString() ?? 'never',
      describeLastError(connection),
    ]);
    output.print(
      connections.map(describeForPrograms),
      formatTable(['ID', 'NAME', 'PROVIDER', 'ZONES', 'LAST SUCCESS', 'LAST ERROR'], rows),
    );
  },
});

/** `dns-connections test <id>`: exit code 1 where it doesn't work. */
export const tryDnsConnection = defineCommand({
  name: 'dns-connections test',
  operands: '<id>',
  about: 'Try the credentials of a DNS connection; with --zone, also create and remove a record there.',
  flags: {
    ...OWNER_FLAGS,
    zone: { type: 'string', value: 'ZONE', about: 'A zone in which a TXT record is created and removed again.' },
  },
  async run(ctx, args, output) {
    const connection = await getDnsConnection(ctx, await findOwner(ctx, args), readId(args));
    const test = await testDnsConnection(ctx, connection, args.zone);
    const { problem, writtenTo } = test;
    const wrote = writtenTo === null ? '' : ` A record was created in ${writtenTo} and removed.`;
    const failure = problem && `${problem.message}${problem.detail === null ? '' : ` (${problem.detail})`}`;
    output.print(formatDnsConnectionTest(test), failure ?? `It works. ${describeZones(test)}${wrote}`);
    if (problem) output.fail();
  },
});

/** `dns-connections remove <id>`. */
export const removeDnsConnection = defineCommand({
  name: 'dns-connections remove',
  operands: '<id>',
  about: 'Delete the credentials of a DNS connection. Records that were published through it stay.',
  flags: OWNER_FLAGS,
  async run(ctx, args, output) {
    const { id, name } = await deleteDnsConnection(ctx, await findOwner(ctx, args), readId(args));
    output.print(
      { id, removed: true },
      `Removed the DNS connection "${name}". Records published through it stay in DNS.`,
    );
  },
});

function readId({ words: [id] }: { readonly words: readonly string[] }): string {
  if (id === undefined)
    throw new UsageError('The id of the connection is missing. List them with: autosend dns-connections list');
  return id;
}

/** @throws UsageError, AppError NOT_FOUND */
async function findOwner(ctx: Context, args: Arguments<typeof OWNER_FLAGS>): Promise<ConnectionOwner> {
  if (args.instance !== true) return (await findProject(ctx, args)).id;
  if (args.project !== undefined) throw new UsageError("--instance and --project can't be used together.");
  return null;
}

/** The ids of the projects that `--for` names. */
async function readOpenTo(ctx: Context, text: string | undefined): Promise<string[]> {
  if (text === undefined) return [];
  if (text === 'all') return ['*'];
  const projects = await Promise.all(text.split(',').map((name) => getProjectByName(ctx, name.trim())));
  return projects.map(({ id }) => id);
}

function describeForPrograms(connection: StoredDnsConnection): object {
  const { projectId, openTo } = connection;
  return { ...formatDnsConnection(connection), ...(projectId === null && { openTo }) };
}

function describeZones({ zones, hasAllZones }: Pick<StoredDnsConnection, 'zones' | 'hasAllZones'>): string {
  if (zones.length === 0) return "The provider can't list its zones; each is found when it is needed.";
  return `It reaches ${hasAllZones ? '' : 'at least '}${zones.length === 1 ? 'the zone' : `${zones.length} zones:`} ${zones.join(', ')}.`;
}

function describeLastError({ provider, lastError, lastErrorAt, lastSuccessAt }: StoredDnsConnection): string {
  if (!lastError || !lastErrorAt) return 'none';
  const isOver = lastSuccessAt !== null && lastSuccessAt > lastErrorAt;
  const { message } = describeProviderProblem(provider, lastError, lastError.operation);
  return `${lastErrorAt.toISOString()}${isOver ? ' (over)' : ''} ${message}`;
}
