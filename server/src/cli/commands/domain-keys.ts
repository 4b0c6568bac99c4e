import { readFile } from 'node:fs/promises';
import type { DomainWithKey } from '../../services/keys/key-changes.ts';
import { activateKey, listKeys, revokeKey } from '../../services/keys/keys.ts';
import { createKey, type NewKey } from '../../services/keys/new-keys.ts';
import { formatKey } from '../../services/views/key-object.ts';
import type { KeyObject } from '../../wire/key.ts';
import { type Arguments, defineCommand, PROJECT_FLAG } from '../command.ts';
import { formatTable, type Output } from '../output.ts';
import { UsageError } from '../usage-error.ts';
import { findTarget } from './domains.ts';

const NEW_KEY_FLAGS = {
  ...PROJECT_FLAG,
  type: { type: 'string', value: 'TYPE', about: 'rsa (the default) or ed25519.' },
  bits: { type: 'string', value: 'BITS', about: 'The size of an RSA key: 2048 (the default), 3072 or 4096.' },
  selector: { type: 'string', value: 'NAME', about: 'The selector (default: based on the date).' },
  import: { type: 'string', value: 'FILE', about: 'Import the private key in this PEM file instead of creating one.' },
} as const;

/** `domains keys list <name or id>`. */
export const listDomainKeys = defineCommand({
  name: 'domains keys list',
  operands: '<name or id>',
  about: 'List the DKIM keys of a domain.',
  flags: PROJECT_FLAG,
  async run(ctx, args, output) {
    const { project, domain } = await findTarget(ctx, args, 'keys list');
    const { keys } = await listKeys(ctx, project.id, domain.id);
    const shown = keys.map((key) => formatKey(domain, key));
    output.print(shown, formatTable(['SELECTOR', 'TYPE', 'STAGE', 'IN DNS', 'CREATED'], shown.map(describeRow)));
  },
});

/** `domains keys create <name or id>`. */
export const createDomainKey = defineCommand({
  name: 'domains keys create',
  operands: '<name or id>',
  about: 'Create or import a DKIM key, and show the record to publish.',
  flags: NEW_KEY_FLAGS,
  prepare: async ({ import: file }) => (file === undefined ? {} : { import: await readKeyFile(file) }),
  async run(ctx, args, output) {
    const { project, domain } = await findTarget(ctx, args, 'keys create');
    printKey(output, await createKey(ctx, project.id, domain.id, readNewKey(args)));
  },
});

/** `domains keys activate <name or id> <selector>`. */
export const activateDomainKey = defineCommand({
  name: 'domains keys activate',
  operands: '<name or id> <selector>',
  about: 'Sign with this DKIM key from now on. Its record must be published.',
  flags: PROJECT_FLAG,
  async run(ctx, args, output) {
    const { project, domain } = await findTarget(ctx, args, 'keys activate');
    printKey(output, await activateKey(ctx, project.id, domain.id, requireSelector(args.words)));
  },
});

/** `domains keys revoke <name or id> <selector>`. */
export const revokeDomainKey = defineCommand({
  name: 'domains keys revoke',
  operands: '<name or id> <selector>',
  about: 'Revoke a DKIM key and delete its private key for good.',
  flags: PROJECT_FLAG,
  async run(ctx, args, output) {
    const { project, domain } = await findTarget(ctx, args, 'keys revoke');
    printKey(output, await revokeKey(ctx, project.id, domain.id, requireSelector(args.words)));
  },
});

function printKey(output: Output, done: DomainWithKey): void {
  const key = formatKey(done.domain, done.key);
  output.print(key, describeKey(key));
}

function readNewKey({ type, bits, selector, import: privateKey }: Arguments<typeof NEW_KEY_FLAGS>): NewKey {
  if (type !== undefined && type !== 'rsa' && type !== 'ed25519')
    throw new UsageError(`--type must be rsa or ed25519, not "${type}".`);
  if (bits !== undefined && !['2048', '3072', '4096'].includes(bits))
    throw new UsageError(`--bits must be 2048, 3072 or 4096, not "${bits}".`);
  return { type, bits: bits === undefined ? undefined : Number(bits), selector, privateKey };
}

async function readKeyFile(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    throw new UsageError(`The file ${path} can't be read.`);
  }
}

function requireSelector([domain, selector]: readonly string[]): string {
  if (selector === undefined)
    throw new UsageError(`The selector is missing. List the keys with: autosend domains keys list ${domain}`);
  return selector;
}

function describeRow(key: KeyObject): string[] {
  const inDns = key.isPublished === null ? '?' : key.isPublished ? 'yes' : 'no';
  return [key.selector, describeType(key), key.stage, inDns, key.createdAt];
}

function describeKey(key: KeyObject): string {
  const { name, value, type } = key.record;
  const isRemovable = key.stage === 'retired' && type === 'TXT';
  const record = isRemovable ? [`TXT  ${name}  (safe to delete)`] : [`${type}  ${name}\n     ${value}`];
  return [`${key.selector}  ${describeType(key)}  ${key.stage}`, ...record, ...(key.warning ? [key.warning] : [])].join(
    '\n',
  );
}

function describeType({ type, bits }: KeyObject): string {
  return bits === null ? type : `${type} ${bits}`;
}
