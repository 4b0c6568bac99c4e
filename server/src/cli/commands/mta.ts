import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import type { Clock } from '../../core/clock.ts';
import { MAIL_SERVER_FORMATS, type MailServerFormat } from '../../core/mail-server/tables.ts';
import { isLoopback } from '../../core/names/loopback.ts';
import { getProjectByName } from '../../services/projects/projects.ts';
import { readApiKeyFile } from '../api-key-file.ts';
import { type Arguments, defineCommand, PROJECT_FLAG } from '../command.ts';
import { exportKeys, followKeys } from '../mail-server/export.ts';
import { openMailServerFolder } from '../mail-server/folder.ts';
import { createDatabaseKeySource, type KeySource } from '../mail-server/key-source.ts';
import { createRemoteKeySource } from '../mail-server/remote-key-source.ts';
import type { Owner } from '../mail-server/whole-files.ts';
import type { Output } from '../output.ts';
import { UsageError } from '../usage-error.ts';

const run = promisify(execFile);

const FLAGS = {
  project: { ...PROJECT_FLAG.project, about: 'Only the keys of this project (default: all projects).' },
  format: { type: 'string', value: 'FORMAT', about: `One of ${MAIL_SERVER_FORMATS.join(', ')}. Required.` },
  out: { type: 'string', value: 'DIR', about: 'The folder to write to. Required.' },
  watch: { type: 'boolean', about: 'Keep running and follow changes.' },
  owner: { type: 'string', value: 'UID:GID', about: 'The numeric user and group that own the files.' },
  'on-change': { type: 'string', value: 'COMMAND', about: 'A command to run after each change, without a shell.' },
  from: { type: 'string', value: 'URL', about: 'Get the keys from a service on another machine, through its API.' },
  'api-key-file': { type: 'string', value: 'FILE', about: 'With --from: a file that contains the API key.' },
} as const;

type MtaArguments = Arguments<typeof FLAGS>;

/** `mta export`: writes the keys and tables of verified domains for a mail server, once or with `--watch` for as long as it runs. */
export const exportForMailServer = defineCommand({
  name: 'mta export',
  about: 'Write the keys and tables of verified domains for your mail server.',
  flags: FLAGS,
  // What it writes belongs to the mail server's user.
  keepsRoot: true,
  async run(ctx, args, output) {
    if (args['api-key-file'] !== undefined) throw new UsageError('--api-key-file can only be used with --from.');
    const project = args.project === undefined ? null : await getProjectByName(ctx, args.project);
    await exportFrom(createDatabaseKeySource(ctx, project?.id), ctx.clock, args, output);
  },
  remote: { isMeant: ({ from }) => from !== undefined, run: pullForMailServer },
});

/** `mta export --from URL`: the same from a service elsewhere, by its API. */
async function pullForMailServer(clock: Clock, args: MtaArguments, output: Output): Promise<void> {
  if (args.project !== undefined)
    throw new UsageError("--project can't be combined with --from: the API key already belongs to a project.");
  if (args['api-key-file'] === undefined) throw new UsageError('--from also needs --api-key-file FILE.');
  const service = URL.canParse(args.from ?? '') ? new URL(args.from ?? '') : null;
  if (service?.protocol !== 'https:' && !(service?.protocol === 'http:' && isLoopback(service.hostname)))
    throw new UsageError(
      '--from must be an https URL, because private keys are sent. Only http://localhost is allowed without TLS.',
    );
  const apiKey = await readApiKeyFile(args['api-key-file']);
  await exportFrom(createRemoteKeySource(clock, service, apiKey), clock, args, output);
}

async function exportFrom(source: KeySource, clock: Clock, args: MtaArguments, output: Output): Promise<void> {
  const format = readFormat(args);
  if (args.out === undefined) throw new UsageError('--out DIR is missing.');
  const out = resolve(args.out);
  if (/[\s"\\]/.test(out))
    throw new UsageError(
      "--out must be a path without spaces, quotation marks or backslashes, which the tables can't contain.",
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
      output.note(`The export is delayed: ${error instanceof Error ? error.message : 'something failed'}`),
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
  throw new UsageError(`--format must be one of ${MAIL_SERVER_FORMATS.join(', ')}.`);
}

function readOwner({ owner }: MtaArguments): Owner | null {
  if (owner === undefined) return null;
  const [, uid, gid] = /^(\d{1,9}):(\d{1,9})$/.exec(owner) ?? [];
  if (uid === undefined || gid === undefined)
    throw new UsageError('--owner must be two numbers, such as --owner "$(id -u opendkim):$(id -g opendkim)".');
  return { uid: Number(uid), gid: Number(gid) };
}

function formatCount(domains: number): string {
  return domains === 1 ? '1 domain' : `${domains} domains`;
}
