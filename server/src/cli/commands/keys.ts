import { PERMISSIONS, type Permission } from '../../core/access/permissions.ts';
import { describeApiKey, issueApiKey, listApiKeys, revokeApiKey } from '../../services/projects/api-keys.ts';
import { getProjectByName } from '../../services/projects/projects.ts';
import { type Arguments, parseExpiry, UsageError } from '../arguments.ts';
import type { Command } from '../command.ts';
import { formatTable } from '../output.ts';

/** `keys create`: makes a key and shows it, this once. */
export const createKey: Command = async (ctx, args, output) => {
  const name = args.name ?? 'command line';
  const permission = readPermission(args);
  const expiresAt = args.expires === undefined ? undefined : parseExpiry(args.expires, ctx.clock.now());
  const project = await getProjectByName(ctx, args.project);
  const { id, key } = await issueApiKey(ctx, ctx.db, {
    projectId: project.id,
    name,
    permission,
    ...(expiresAt && { expiresAt }),
  });
  output.print(
    { id, key, name, permission, project: project.name, expiresAt: expiresAt ?? null },
    `${key}\n\nThis is the key "${name}" (${permission}) of project "${project.name}". It is shown only now.`,
  );
};

/** `keys list`. */
export const listKeys: Command = async (ctx, args, output) => {
  const project = await getProjectByName(ctx, args.project);
  const keys = await listApiKeys(ctx, project.id);
  const now = ctx.clock.now();
  const rows = keys.map((key) => [
    key.id,
    key.prefix,
    key.name,
    key.permission,
    describeApiKey(key, now),
    key.lastUsedAt?.toISOString() ?? 'never used',
  ]);
  output.print(keys, formatTable(['ID', 'PREFIX', 'NAME', 'PERMISSION', 'STATE', 'LAST USED'], rows));
};

/** `keys revoke <id>`. */
export const revokeKey: Command = async (ctx, args, output) => {
  const id = args.words[2];
  if (id === undefined) throw new UsageError('Which key? autosend keys revoke <id>; autosend keys list shows the ids.');
  const project = await getProjectByName(ctx, args.project);
  await revokeApiKey(ctx, project.id, id);
  output.print({ id, revoked: true }, `The key ${id} is revoked.`);
};

function readPermission({ permission = 'full_access' }: Arguments): Permission {
  const known = PERMISSIONS.find((each) => each === permission);
  if (known) return known;
  throw new UsageError(`--permission takes one of ${PERMISSIONS.join(', ')}, not "${permission}".`);
}
