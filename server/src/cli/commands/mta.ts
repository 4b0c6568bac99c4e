import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import type { Clock } from '../../core/clock.ts';
import { MAIL_SERVER_FORMATS, type MailServerFormat } from '../../core/mail-server/tables.ts';
import { parseApiKey } from '../../crypto/api-keys.ts';
import { getProjectByName } from '../../services/projects/projects.ts';
import { type Arguments, defineCommand, PROJECT_FLAG } from '../command.ts';
import { exportKeys, followKeys } from '../mail-server/export.ts';
import { openMailServerFolder } from '../mail-server/folder.ts';
import { createDatabaseKeySource, type KeySource } from '../mail-server/key-source.ts';
import { createRemoteKeySource } from '../mail-server/remote-key-source.ts';
import type { Owner } from '../mail-server/whole-files.ts';
import type { Output } from '../output.ts';
import { UsageError } from '../usage-error.ts';

const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];

const run = promisify(execFile);

const FLAGS = {
  ...PROJECT_FLAG,
  format: { type: 'string' },
  out: { type: 'string' },
  watch: { type: 'boolean' },
  owner: { type: 'string' },
  'on-change': { type: 'string' },
  from: { type: 'string' },
  'api-key-file': { type: 'string' },
} as const;

type MtaArguments = Arguments<typeof FLAGS>;

/** `mta export`: writes the keys and tables of verified domains for a mail server, once or with `--watch` for as long as it runs. */
export const exportForMailServer = defineCommand({
  name: 'mta export',
  usage:
    '--format opendkim|rspamd|folders --out DIR [--watch] [--owner UID:GID] [--on-change COMMAND] [--from https://service.example.com --api-key-file FILE]',
  about: [
    'keys and tables of verified domains for your mail server; --watch follows changes',
    '--from does the same on another machine, by the API',
  ],
  flags: FLAGS,
  async run(ctx, args, output) {
    if (args['api-key-file'] !== undefined) throw new UsageError('--api-key-file belongs to --from.');
    const project = args.project === undefined ? null : await getProjectByName(ctx, args.project);
    await exportFrom(createDatabaseKeySource(ctx, project?.id), ctx.clock, args, output);
  },
  remote: { isMeant: ({ from }) => from !== undefined, run: pullForMailServer },
});

/** `mta export --from URL`: the same from a service elsewhere, by its API. */
async function pullForMailServer(clock: Clock, args: MtaArguments, output: Output): Promise<void> {
  if (args.project !== undefined)
    throw new UsageError("--project can't be combined with --from: the API key already belongs to a project.");
  if (args['api-key-file'] === undefined) throw new UsageError('--from needs --api-key-file FILE.');
  const service = URL.canParse(args.from ?? '') ? new URL(args.from ?? '') : null;
  if (service?.protocol !== 'https:' && !(service?.protocol === 'http:' && LOOPBACK.includes(service.hostname)))
    throw new UsageError('--from takes an https URL, or an http one of this machine: private keys are sent.');
  const file = args['api-key-file'];
  const text = await readFile(file, 'utf8').catch(() => null);
  if (text === null) throw new UsageError(`${file} cannot be read.`);
  // The dashboard's download is a variable.
  const apiKey = parseApiKey(text.trim().replace(/^AUTOSEND_API_KEY=/, ''));
  if (apiKey === null) throw new UsageError(`${file} does not hold an API key and nothing else.`);
  await exportFrom(createRemoteKeySource(clock, service, apiKey), clock, args, output);
}

async function exportFrom(source: KeySource, clock: Clock, args: MtaArguments, output: Output): Promise<void> {
  const format = readFormat(args);
  if (args.out === undefined) throw new UsageError('Where to? Give --out DIR.');
  const out = resolve(args.out);
  if (/[\s"\\]/.test(out))
    throw new UsageError(
      '--out must be a path without white space, quotation marks or backslashes: the tables could not hold it.',
    );
  const folder = await openMailServerFolder(out, format, readOwner(args));
  const command = args['on-change'];
  const onChange = async () => void (command !== undefined && (await notify(command)));
  const job = { source, folder, clock, onChange };
  if (!args.watch) {
    const { domains } = await exportKeys(job);
    output.print(
      { format, out, domains },
      `Wrote the keys and tables of ${formatCount(domains)} for ${format} to ${out}.`,
    );
    return;
  }
  const stopping = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stopping.abort());
  await followKeys(job, stopping.signal, {
    exported: (domains) => output.print({ domains }, `${clock.now().toISOString()}  ${formatCount(domains)}`),
    failed: (error) =>
      void process.stderr.write(`The export is late: ${error instanceof Error ? error.message : 'something failed'}\n`),
  });
}

/** Runs the operator's command, such as one that has the signer read its tables again. Without a shell. */
async function notify(command: string): Promise<void> {
  const [program = '', ...words] = command.split(' ').filter(Boolean);
  await run(program, words);
}

function readFormat({ format }: MtaArguments): MailServerFormat {
  const known = MAIL_SERVER_FORMATS.find((each) => each === format);
  if (known) return known;
  throw new UsageError(`--format takes one of ${MAIL_SERVER_FORMATS.join(', ')}.`);
}

function readOwner({ owner }: MtaArguments): Owner | null {
  if (owner === undefined) return null;
  const [, uid, gid] = /^(\d{1,9}):(\d{1,9})$/.exec(owner) ?? [];
  if (uid === undefined || gid === undefined)
    throw new UsageError('--owner takes two numbers, such as --owner "$(id -u opendkim):$(id -g opendkim)".');
  return { uid: Number(uid), gid: Number(gid) };
}

function formatCount(domains: number): string {
  return domains === 1 ? '1 domain' : `${domains} domains`;
}
