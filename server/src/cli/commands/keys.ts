import { PERMISSIONS, type Permission } from '../../core/access/permissions.ts';
import { describeApiKey, issueApiKey, listApiKeys, revokeApiKey } from '../../services/projects/api-keys.ts';
import { defineCommand, PROJECT_FLAG } from '../command.ts';
import { formatTable } from '../output.ts';
import { findProject } from '../project.ts';
import { UsageError } from '../usage-error.ts';

/** `keys create`: makes a key and shows it, this once. */
export const createKey = defineCommand({
  name: 'keys create',
  about: 'Create an API key and show it once.',
  flags: {
    ...PROJECT_FLAG,
    name: { type: 'string', value: 'NAME', about: 'What the key is for (default: "command line").' },
    permission: {
      type: 'string',
      value: 'PERMISSION',
      about: `One of ${PERMISSIONS.join(', ')} (default: full_access).`,
    },
    domains: { type: 'string', value: 'A,B', about: 'The only domains the key works on (default: all).' },
    networks: {
      type: 'string',
      value: 'CIDR,CIDR',
      about: 'The only networks the key works from, such as 192.0.2.0/24 (default: all).',
    },
    expires: { type: 'string', value: 'TIME', about: 'When the key expires: 90d, 12h, 30m or an ISO 8601 time.' },
  },
  async run(ctx, args, output) {
    const name = args.name ?? 'command line';
    const permission = readPermission(args.permission);
    const expiresAt = args.expires === undefined ? undefined : parseExpiry(args.expires, ctx.clock.now());
    const project = await findProject(ctx, args);
    const { id, key, allowedDomains, allowedNetworks } = await ctx.db.transaction((tx) =>
      issueApiKey(ctx, tx, {
        projectId: project.id,
        name,
        permission,
        domains: splitList(args.domains),
        networks: splitList(args.networks),
        ...(expiresAt && { expiresAt }),
      }),
    );
    output.print(
      {
        ...{ id, key, name, permission, project: project.name },
        ...{ domains: allowedDomains, networks: allowedNetworks, expiresAt: expiresAt ?? null },
      },
      `${key}\n\nCreated key "${name}" (${permission}) in project "${project.name}". Copy it now – you won't be able to see it again.`,
    );
  },
});

/** `keys list`. */
export const listKeys = defineCommand({
  name: 'keys list',
  about: 'List the API keys of a project.',
  flags: PROJECT_FLAG,
  async run(ctx, args, output) {
    const project = await findProject(ctx, args);
    const keys = await listApiKeys(ctx, project.id);
    const now = ctx.clock.now();
    const rows = keys.map((key) => [
      key.id,
      key.prefix,
      key.name,
      key.permission,
      describeApiKey(key, now),
      key.author ?? '?',
      [...(key.allowedDomains ?? []), ...(key.allowedNetworks ?? [])].join(' ') || 'none',
      key.lastUsedAt ? `${key.lastUsedAt.toISOString()} ${key.lastUsedAddress ?? ''}`.trim() : 'never',
    ]);
    output.print(
      keys,
      formatTable(['ID', 'PREFIX', 'NAME', 'PERMISSION', 'STATE', 'MADE BY', 'LIMITS', 'LAST USED'], rows),
    );
  },
});

/** `keys revoke <id>`. */
export const revokeKey = defineCommand({
  name: 'keys revoke',
  operands: '<id>',
  about: 'Revoke an API key. It stops working immediately.',
  flags: PROJECT_FLAG,
  async run(ctx, args, output) {
    const id = args.words[0];
    if (id === undefined) throw new UsageError('The id of the key is missing. List the keys with: autosend keys list');
    const project = await findProject(ctx, args);
    await revokeApiKey(ctx, project.id, id);
    output.print({ id, revoked: true }, `Revoked key ${id}.`);
  },
});

/** Splits what stands between commas. */
function splitList(text: string | undefined): string[] | undefined {
  return text?.split(',').map((entry) => entry.trim());
}

function readPermission(permission = 'full_access'): Permission {
  const known = PERMISSIONS.find((each) => each === permission);
  if (known) return known;
  throw new UsageError(`--permission must be one of ${PERMISSIONS.join(', ')}, not "${permission}".`);
}

/** Parses `90d`, `12h`, `30m` or an ISO 8601 time into a time. @throws UsageError */
function parseExpiry(text: string, now: Date): Date {
  const [, amount, unit] = /^(\d{1,5})([mhd])$/.exec(text) ?? [];
  if (amount !== undefined && unit !== undefined) {
    const unitMs = { m: 60_000, h: 3_600_000, d: 86_400_000 }[unit] ?? 0;
    return new Date(now.getTime() + Number(amount) * unitMs);
  }
  const time = new Date(text);
  if (!/^\d{4}-\d\d-\d\d/.test(text) || Number.isNaN(time.getTime()))
    throw new UsageError(`--expires must be 90d, 12h, 30m or an ISO 8601 time, not "${text}".`);
  return time;
}
