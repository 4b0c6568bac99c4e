import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import type { DomainName, ProjectId } from '../../core/ids.ts';
import { MAIL_SERVER_FORMATS, type MailServerFormat } from '../../core/mail-server/tables.ts';
import type { SigningKeyRow } from '../../db/dkim-keys.ts';
import { findNewestEventId } from '../../db/live-changes.ts';
import type { Context } from '../../services/context.ts';
import { listExportableKeys, openExportedKeys } from '../../services/exported-keys.ts';
import { getProjectByName } from '../../services/projects.ts';
import { type Arguments, UsageError } from '../arguments.ts';
import type { Command } from '../command.ts';
import { type MailServerFolder, type Owner, openMailServerFolder, runAll } from '../mail-server-folder.ts';

/** Each page costs the database a look at all domains. */
const PAGE = 10_000;
const OPEN_AT_ONCE = 500;
const WATCH_EVERY_MS = 1_000;
/** However the history was read, nothing is missed for longer. */
const WHOLE_EVERY_MS = 60_000;

const run = promisify(execFile);

/** `mta export`: writes the keys and tables of verified domains for a mail server, once or with `--watch` for as long as it runs. */
export const exportForMailServer: Command = async (ctx, args, output) => {
  const format = readFormat(args);
  if (args.out === undefined) throw new UsageError('Where to? Give --out DIR.');
  const out = resolve(args.out);
  if (/[\s"\\]/.test(out))
    throw new UsageError(
      '--out must be a path without white space, quotation marks or backslashes: the tables could not hold it.',
    );
  const folder = await openMailServerFolder(out, format, readOwner(args));
  const project = args.ownProject === undefined ? null : await getProjectByName(ctx, args.ownProject);
  const exportOnce = async (): Promise<{ domains: number; isChanged: boolean }> => {
    const result = await exportKeys(ctx, folder, project?.id);
    if (result.isChanged && args.onChange !== undefined) await notify(args.onChange);
    return result;
  };
  if (!args.watch) {
    const { domains } = await exportOnce();
    output.print(
      { format, out, domains },
      `Wrote the keys and tables of ${formatCount(domains)} for ${format} to ${out}.`,
    );
    return;
  }
  const stopping = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stopping.abort());
  let seen: number | null = null;
  let wholeDueAt = 0;
  while (!stopping.signal.aborted) {
    try {
      const newest = await findNewestEventId(ctx.db);
      const now = ctx.clock.monotonicMs();
      if (newest !== seen || now >= wholeDueAt) {
        const { domains, isChanged } = await exportOnce();
        if (isChanged) output.print({ domains }, `${ctx.clock.now().toISOString()}  ${formatCount(domains)}`);
        seen = newest;
        wholeDueAt = now + WHOLE_EVERY_MS;
      }
    } catch (error) {
      // What is there goes on working; the next round tries again.
      process.stderr.write(`The export is late: ${error instanceof Error ? error.message : 'something failed'}\n`);
    }
    await ctx.clock.sleep(WATCH_EVERY_MS, stopping.signal);
  }
};

/** Brings the folder up to what the database says now: keys first, then the tables, and last the keys that went. */
async function exportKeys(
  ctx: Context,
  folder: MailServerFolder,
  projectId?: ProjectId,
): Promise<{ domains: number; isChanged: boolean }> {
  const stale = await folder.listKeys();
  const entries: { domain: DomainName; selector: string; keyFile: string }[] = [];
  let after: DomainName | null = null;
  do {
    const page: Awaited<ReturnType<typeof listExportableKeys>> = await listExportableKeys(ctx, {
      limit: PAGE,
      ...(projectId && { projectId }),
      ...(after && { after }),
    });
    const isMissing = ({ keyId }: SigningKeyRow) => !stale.has(keyId);
    const missing = page.keys.filter(isMissing);
    const written = new Set<string>();
    for (let from = 0; from < missing.length; from += OPEN_AT_ONCE) {
      const opened = await openExportedKeys(ctx, missing.slice(from, from + OPEN_AT_ONCE));
      await runAll(opened, ({ keyId, privateKey }) => folder.writeKey(keyId, privateKey));
      for (const { keyId } of opened) written.add(keyId);
    }
    for (const { domain, selector, keyId } of page.keys) {
      // A key that went between the two reads: its domain comes with the next round.
      if (!stale.delete(keyId) && !written.has(keyId)) continue;
      entries.push({ domain, selector, keyFile: folder.pathOf(keyId) });
    }
    after = page.next;
  } while (after);
  const isChanged = await folder.writeTables(entries);
  await folder.removeKeys(stale);
  return { domains: entries.length, isChanged };
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
