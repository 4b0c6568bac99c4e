import { chmod, lstat, mkdir, readdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { AppError, validationError } from '../../core/errors.ts';
import { findClosedFolder, statIfThere } from '../../system/closed-folder.ts';
import type { UserIds } from '../../system/system-user.ts';

/** Where a service that is started by root keeps its data when its own folder is closed to others. */
export const ROOT_DATA_DIR = '/var/lib/autosend';

/** What we put into a data folder. */
const OURS =
  /^(?:postgres|postgres\.password|postgres\.log(?:\.old)?|secret\.key(?:\.new)?|socket|postgresql-[\w.+-]+|postgres(?:\.password)?\.new-[\w-]+)$/;

/** Lists what of a data folder is ours, and what is somebody else's. */
export async function listDataFolder(dataDir: string): Promise<{ ours: string[]; others: string[] }> {
  const names = (await readdir(dataDir)).sort();
  return {
    ours: names.filter((name) => OURS.test(name)),
    // The root of a file system has this one.
    others: names.filter((name) => !OURS.test(name) && name !== 'lost+found'),
  };
}

/** The owner of the database in `dataDir`, or of a folder that was made for it; null when neither is there. */
export async function findDataOwner(dataDir: string): Promise<number | null> {
  const info = (await statIfThere(join(dataDir, 'postgres'))) ?? (await statIfThere(dataDir));
  return info?.uid ?? null;
}

/**
 * Decides where the data of this installation is, as an absolute path; makes nothing.
 * @param configured what AUTOSEND_DATA_DIR says
 * @param user whom root is to become; null where the process is that user already
 * @throws {AppError} VALIDATION_FAILED when a configured folder cannot be entered by that user
 */
export async function resolveDataDir(options: {
  configured: string | undefined;
  cwd: string;
  user: UserIds | null;
  rootDataDir?: string;
}): Promise<string> {
  const { configured, cwd, user, rootDataDir = ROOT_DATA_DIR } = options;
  const dataDir = resolve(cwd, configured ?? 'data');
  // The folder itself is handed to the user; what is above it has to let the user through.
  const closed = user && (await findClosedFolder(dirname(dataDir), user));
  if (!closed) return dataDir;
  if (configured === undefined) return rootDataDir;
  throw buildClosedError(dataDir, closed, user);
}

/**
 * Makes `dataDir` for this process alone, and what is missing above it.
 * @param user whom root is to become: has to pass through the folders above
 */
export async function makeDataDir(dataDir: string, user: UserIds | null): Promise<void> {
  try {
    const mode = user ? 0o755 : 0o700;
    const first = await mkdir(dataDir, { recursive: true, mode });
    if (!user) return;
    if (first !== undefined) {
      for (let made = dataDir; made.length >= first.length; made = dirname(made)) await chmod(made, mode);
    }
    const closed = await findClosedFolder(dirname(dataDir), user);
    if (closed) throw buildClosedError(dataDir, closed, user);
  } catch (cause) {
    throw describeFolderError(dataDir, cause);
  }
}

/**
 * Takes from others what they may do with the data folder and with what is in it, where it is ours; says so in a line each.
 * @throws {AppError} SERVICE_UNAVAILABLE where it belongs to somebody else, and others may write to it or read a secret
 */
export async function closeDataFolder(dataDir: string, say: (line: string) => void): Promise<void> {
  const uid = process.getuid?.();
  if (uid === undefined) return;
  await close(dataDir, uid, 0o002, say);
  for (const name of (await listDataFolder(dataDir)).ours) {
    // Programs that anybody may run, and where no secret is.
    if (name.startsWith('postgresql-')) continue;
    await close(join(dataDir, name), uid, 0o006, say);
  }
}

async function close(path: string, uid: number, refused: number, say: (line: string) => void): Promise<void> {
  const info = await lstat(path);
  const mode = (info.mode & 0o777).toString(8).padStart(4, '0');
  if (info.isSymbolicLink() || (info.mode & 0o077) === 0) return;
  if (info.uid === uid) {
    await chmod(path, info.mode & 0o700);
    say(`${path} had the mode ${mode} and is closed to others now.`);
  } else if ((info.mode & refused) !== 0)
    throw new AppError(
      'SERVICE_UNAVAILABLE',
      `${path} belongs to another user (uid ${info.uid}) and is open to others (mode ${mode}). Run: chmod go= '${path}'`,
    );
}

/** Builds the error for a data folder that the file system refuses. */
export function describeFolderError(dataDir: string, cause: unknown): AppError {
  if (cause instanceof AppError) return cause;
  const { code = 'unknown error', path = dataDir } = cause as NodeJS.ErrnoException;
  return new AppError(
    'SERVICE_UNAVAILABLE',
    `The data folder ${dataDir} can't be used (${code}, ${path}). Run as the user that owns it, or set AUTOSEND_DATA_DIR to another folder.`,
    { cause },
  );
}

function buildClosedError(dataDir: string, closed: string, user: UserIds): AppError {
  return validationError(
    'AUTOSEND_DATA_DIR',
    `The data folder is ${dataDir}, and the user that the service runs as (uid ${user.uid}, in the place of root) ` +
      `cannot enter ${closed}. Set AUTOSEND_DATA_DIR to a folder that others can enter, such as ${ROOT_DATA_DIR}, or run as another user.`,
  );
}
