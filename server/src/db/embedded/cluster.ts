import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chown, link, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { AppError } from '../../core/errors.ts';
import type { UserIds } from '../../system/system-user.ts';
import type { EmbeddedBinaries } from './binaries.ts';
import { isRunning } from './postmaster.ts';

const run = promisify(execFile);

/** PostgreSQL's own settings come from us alone, not from the variables of whoever starts the service. */
export const POSTGRES_ENV = { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };

/**
 * Makes the database in `dataDir/postgres` if there is none, and gives the superuser's password. It is made beside its place and
 * renamed into it, so that a kill leaves nothing half, and of two processes at once one takes what the other made.
 * @throws {AppError} SERVICE_UNAVAILABLE when there is a database that these programs cannot read
 */
export async function prepareCluster(options: {
  dataDir: string;
  user: UserIds | null;
  binaries: EmbeddedBinaries;
  fsync: boolean;
}): Promise<{ folder: string; password: string }> {
  const { dataDir, binaries } = options;
  const folder = join(dataDir, 'postgres');
  const found = await readVersion(folder);
  if (found === null) {
    await removeUnfinished(dataDir);
    const password = await makePassword(dataDir, options.user);
    await initialize({ ...options, folder, password });
    return { folder, password };
  }
  if (found !== binaries.majorVersion) {
    throw new AppError(
      'SERVICE_UNAVAILABLE',
      `${folder} contains a PostgreSQL ${found} database, but the embedded server is PostgreSQL ${binaries.majorVersion}. ` +
        `Nothing has been changed. Move the data with pg_dump, or set AUTOSEND_DATABASE_URL to a PostgreSQL ${found} server that uses it.`,
    );
  }
  return { folder, password: await readPassword(dataDir) };
}

async function readVersion(folder: string): Promise<string | null> {
  const version = await readIfThere(join(folder, 'PG_VERSION'));
  if (version !== null) return version.trim();
  const entries = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  if (entries.length === 0) return null;
  throw new AppError(
    'SERVICE_UNAVAILABLE',
    `${folder} isn't empty and isn't a PostgreSQL database. Nothing has been changed. Move it away, or set AUTOSEND_DATA_DIR to another folder.`,
  );
}

async function readPassword(dataDir: string): Promise<string> {
  const password = await readIfThere(join(dataDir, 'postgres.password'));
  if (password !== null && password !== '') return password;
  throw new AppError(
    'SERVICE_UNAVAILABLE',
    `${join(dataDir, 'postgres.password')} is missing, so the database next to it can't be opened. Restore it from a backup.`,
  );
}

/** Makes the password once: of two processes at once, both get the one that was there first. */
async function makePassword(dataDir: string, user: UserIds | null): Promise<string> {
  const file = join(dataDir, 'postgres.password');
  const mine = join(dataDir, `postgres.password.new-${process.pid}-${randomBytes(4).toString('hex')}`);
  await writeFile(mine, randomBytes(24).toString('base64url'), { mode: 0o600, flush: true });
  if (user) await chown(mine, user.uid, user.gid);
  try {
    await link(mine, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await rm(mine);
  }
  return readPassword(dataDir);
}

async function initialize(options: {
  dataDir: string;
  folder: string;
  password: string;
  user: UserIds | null;
  binaries: EmbeddedBinaries;
  fsync: boolean;
}): Promise<void> {
  const { dataDir, folder, password, user, binaries, fsync } = options;
  const unfinished = await mkdtemp(join(dataDir, `postgres.new-${process.pid}-`));
  const pgdata = join(unfinished, 'postgres');
  const passwordFile = join(unfinished, 'password');
  try {
    await mkdir(pgdata, { mode: 0o700 });
    await writeFile(passwordFile, password, { mode: 0o600 });
    if (user) for (const path of [unfinished, pgdata, passwordFile]) await chown(path, user.uid, user.gid);
    await runInitdb(binaries, pgdata, passwordFile, user, fsync);
    await rename(pgdata, folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const anotherWasFirst = code === 'ENOTEMPTY' || code === 'EEXIST';
    if (!anotherWasFirst) throw error;
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}

async function runInitdb(
  binaries: EmbeddedBinaries,
  pgdata: string,
  passwordFile: string,
  user: UserIds | null,
  fsync: boolean,
): Promise<void> {
  const options = [
    ...['-D', pgdata, '-U', 'postgres', '--locale=C', '-E', 'UTF8', '--auth=scram-sha-256', `--pwfile=${passwordFile}`],
    ...['--no-instructions', ...(fsync ? [] : ['--no-sync'])],
  ];
  try {
    await run(binaries.initdb, options, { cwd: pgdata, env: POSTGRES_ENV, ...user });
  } catch (cause) {
    const { stderr = '' } = cause as { stderr?: string };
    const reason = /(?:error|fatal): *(.*)/i.exec(stderr)?.[1] ?? (cause as Error).message;
    throw new AppError('SERVICE_UNAVAILABLE', `The database couldn't be created in ${pgdata}: ${reason}.`, { cause });
  }
}

/** Removes what processes that were killed while they made a database left behind. */
async function removeUnfinished(dataDir: string): Promise<void> {
  for (const name of await readdir(dataDir)) {
    const pid = /^postgres(?:\.password)?\.new-(\d+)-\w+$/.exec(name)?.[1];
    if (pid === undefined || isRunning(Number(pid))) continue;
    await rm(join(dataDir, name), { recursive: true, force: true, maxRetries: 5 });
  }
}

function readIfThere(path: string): Promise<string | null> {
  return readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
}
