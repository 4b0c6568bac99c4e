import { readFile } from 'node:fs/promises';
import type { Context } from '../../services/context.ts';
import type { DomainWithKey } from '../../services/keys/key-changes.ts';
import { activateKey, listKeys, revokeKey } from '../../services/keys/keys.ts';
import { createKey, type NewKey } from '../../services/keys/new-keys.ts';
import { formatKey } from '../../services/views/key-object.ts';
import type { KeyObject } from '../../wire/key.ts';
import { type Arguments, UsageError } from '../arguments.ts';
import type { Command } from '../command.ts';
import { formatTable } from '../output.ts';
import { findDomain } from './domains.ts';

/** `domains keys list|create|activate|revoke <name or id> [selector]`. */
export const manageDomainKeys: Command = async (ctx, args, output) => {
  const [, , action = '', target] = args.words;
  const act = Object.hasOwn(ACTIONS, action) ? ACTIONS[action] : undefined;
  if (!act) throw new UsageError('domains keys takes one of list, create, activate, revoke.');
  if (target === undefined) throw new UsageError(`Which domain? autosend domains keys ${action} example.com`);
  const { project, domain } = await findDomain(ctx, args, target);
  if (act === 'list') {
    const { keys } = await listKeys(ctx, project.id, domain.id);
    const shown = keys.map((key) => formatKey(domain, key));
    return output.print(shown, formatTable(['SELECTOR', 'TYPE', 'STAGE', 'IN DNS', 'CREATED'], shown.map(describeRow)));
  }
  const done = await act(ctx, project.id, domain.id, args);
  const key = formatKey(done.domain, done.key);
  output.print(key, describe(key));
};

type Act = (
  ctx: Context,
  projectId: Parameters<typeof createKey>[1],
  domainId: string,
  args: Arguments,
) => Promise<DomainWithKey>;

const ACTIONS: Readonly<Record<string, Act | 'list'>> = {
  list: 'list',
  create: async (ctx, projectId, domainId, args) => createKey(ctx, projectId, domainId, await readNewKey(args)),
  activate: (ctx, projectId, domainId, args) => activateKey(ctx, projectId, domainId, requireSelector(args)),
  revoke: (ctx, projectId, domainId, args) => revokeKey(ctx, projectId, domainId, requireSelector(args)),
};

async function readNewKey({ type, bits, selector, importFile }: Arguments): Promise<NewKey> {
  if (type !== undefined && type !== 'rsa' && type !== 'ed25519') throw new UsageError('--type takes rsa or ed25519.');
  if (bits !== undefined && !['2048', '3072', '4096'].includes(bits))
    throw new UsageError('--bits takes 2048, 3072 or 4096.');
  const privateKey = importFile === undefined ? undefined : await readKeyFile(importFile);
  return { type, bits: bits === undefined ? undefined : Number(bits), selector, privateKey };
}

async function readKeyFile(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    throw new UsageError(`The file ${path} cannot be read.`);
  }
}

function requireSelector({ words: [, , action, , selector] }: Arguments): string {
  if (selector === undefined) throw new UsageError(`Which key? autosend domains keys ${action} example.com <selector>`);
  return selector;
}

function describeRow(key: KeyObject): string[] {
  const inDns = key.isPublished === null ? '?' : key.isPublished ? 'yes' : 'no';
  return [key.selector, describeType(key), key.stage, inDns, key.createdAt];
}

function describe(key: KeyObject): string {
  const { name, value } = key.record;
  const record = key.stage === 'retired' ? [`TXT  ${name}  (safe to remove)`] : [`TXT  ${name}\n     ${value}`];
  return [`${key.selector}  ${describeType(key)}  ${key.stage}`, ...record, ...(key.warning ? [key.warning] : [])].join(
    '\n',
  );
}

function describeType({ type, bits }: KeyObject): string {
  return bits === null ? type : `${type} ${bits}`;
}
