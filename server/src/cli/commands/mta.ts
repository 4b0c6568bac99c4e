import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import type { Clock } from '../../core/clock.ts';
import { MAIL_SERVER_FORMATS, type MailServerFormat } from '../../core/mail-server/tables.ts';
import { parseApiKey } from '../../crypto/api-keys.ts';
import { getProjectByName } from '../../services/projects/projects.ts';
import { type Arguments, UsageError } from '../arguments.ts';
import type { Command } from '../command.ts';
import { exportKeys, followKeys } from '../mail-server/export.ts';
import { openMailServerFolder } from '../mail-server/folder.ts';
import { createDatabaseKeySource, type KeySource } from '../mail-server/key-source.ts';
import { createRemoteKeySource } from '../mail-server/remote-key-source.ts';
import type { Owner } from '../mail-server/whole-files.ts';
import type { Output } from '../output.ts';

const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];

const run = promisify(execFile);

/** `mta export`: writes the keys and tables of verified domains for a mail server, once or with `--watch` for as long as it runs. */
export const exportForMailServer: Command = async (ctx, args, output) => {
  if (args.apiKeyFile !== undefined) throw new UsageError('--api-key-file belongs to --from.');
  const project = args.ownProject === undefined ? null : await getProjectByName(ctx, args.ownProject);
  await exportFrom(createDatabaseKeySource(ctx, project?.id), ctx.clock, args, output);
};

/** `mta export --from URL`: the same from a service elsewhere, by its API. */
export async function pullForMailServer(clock: Clock, args: Arguments, output: Output): Promise<void> {
  if (args.ownProject !== undefined)
    throw new UsageError('--project cannot be combined with --from: the API key says which project it is.');
  if (args.apiKeyFile === undefined) throw new UsageError('--from needs --api-key-file FILE.');
  const service = URL.canParse(args.from ?? '') ? new URL(args.from ?? '') : null;
  if (service?.protocol !== 'https:' && !(service?.protocol === 'http:' && LOOPBACK.includes(service.hostname)))
    throw new UsageError('--from takes an https URL, or an http one of this machine: private keys are sent.');
  const file = args.apiKeyFile;
  const text = await readFile(file, 'utf8').catch(() => null);
  if (text === null) throw new UsageError(`${file} cannot be read.`);
  // The dashboard's download is a variable.
  const apiKey = parseApiKey(text.trim().replace(/^AUTOSEND_API_KEY=/, ''));
  if (apiKey === null) throw new UsageError(`${file} does not hold an API key and nothing else.`);
  await exportFrom(createRemoteKeySource(clock, service, apiKey), clock, args, output);
}

async function exportFrom(source: KeySource, clock: Clock, args: Arguments, output: Output): Promise<void> {
  const format = readFormat(args);
  if (args.out === undefined) throw new UsageError('Where to? Give --out DIR.');
  const out = resolve(args.out);
  if (/[\s"\\]/.test(out))
    throw new UsageError(
      '--out must be a path without white space, quotation marks or backslashes: the tables could not hold it.',
    );
  const folder = await openMailServerFolder(out, format, readOwner(args));
  const onChange = async () => void (args.onChange !== undefined && (await notify(args.onChange)));
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

function readFormat({ format }: Arguments): MailServerFormat {
  const known = MAIL_SERVER_FORMATS.find((each) => each === format);
  if (known) return known;
  throw new UsageError(`--format takes one of ${MAIL_SERVER_FORMATS.join(', ')}.`);
}

function readOwner({ owner }: Arguments): Owner | null {
  if (owner === undefined) return null;
  const [, uid, gid] = /^(\d{1,9}):(\d{1,9})$/.exec(owner) ?? [];
  if (uid === undefined || gid === undefined)
    throw new UsageError('--owner takes two numbers, such as --owner "$(id -u opendkim):$(id -g opendkim)".');
  return { uid: Number(uid), gid: Number(gid) };
}

function formatCount(domains: number): string {
  return domains === 1 ? '1 domain' : `${domains} domains`;
}
