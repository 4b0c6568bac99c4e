import { chmod, mkdir, readFile, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { AppError, validationError } from '../../core/errors.ts';

/** A user of the operating system, as `spawn` and `chown` want it. */
export interface SystemUser {
  readonly uid: number;
  readonly gid: number;
}

/** Where a service that runs as root keeps its data when its own folder is closed to others. */
const ROOT_DATA_DIR = '/var/lib/autosend';

/** Finds `nobody` in the text of /etc/passwd; systems write its uid as 65534, 99 or -2. */
export function parseNobody(passwd: string): SystemUser {
  const fields = passwd
    .split('\n')
    .find((line) => line.startsWith('nobody:'))
    ?.split(':');
  const uid = Number(fields?.[2] ?? Number.NaN);
  const gid = Number(fields?.[3] ?? Number.NaN);
  return Number.isInteger(uid) && Number.isInteger(gid) && uid !== 0
    ? { uid: uid >>> 0, gid: gid >>> 0 }
    : { uid: 65534, gid: 65534 };
}

/**
 * Finds the user that PostgreSQL has to run as, because it refuses to run as root: the owner of the database that is
 * already in `dataDir`, otherwise `nobody`. Null means the user of this process.
 * @param uid the user of this process; undefined where the platform has none
 */
export async function findDatabaseUser(dataDir: string, uid = process.getuid?.()): Promise<SystemUser | null> {
  if (uid !== 0) return null;
  const existing = await statIfThere(join(dataDir, 'postgres'));
  if (existing && existing.uid !== 0) return { uid: existing.uid, gid: existing.gid };
  const passwd = await readFile('/etc/passwd', 'utf8').catch(() => '');
  return parseNobody(passwd);
}

/** Finds the outermost folder on the way to `folder` that `user` cannot enter, or null. What is not there yet is ours to make. */
export async function findClosedFolder(folder: string, user: SystemUser): Promise<string | null> {
  const above = dirname(folder);
  const closedAbove = above === folder ? null : await findClosedFolder(above, user);
  if (closedAbove) return closedAbove;
  const info = await statIfThere(folder);
  if (!info) return null;
  const bit = info.uid === user.uid ? 0o100 : info.gid === user.gid ? 0o010 : 0o001;
  return (info.mode & bit) === 0 ? folder : null;
}

/**
 * Decides where the data of this installation is, as an absolute path; makes nothing.
 * @param configured what AUTOSEND_DATA_DIR says
 * @throws {AppError} VALIDATION_FAILED when a configured folder cannot be entered by the user PostgreSQL runs as
 */
export async function resolveDataDir(options: {
  configured: string | undefined;
  cwd: string;
  uid?: number | undefined;
  rootDataDir?: string;
}): Promise<string> {
  const { configured, cwd, uid = process.getuid?.(), rootDataDir = ROOT_DATA_DIR } = options;
  const dataDir = resolve(cwd, configured ?? 'data');
  const user = await findDatabaseUser(dataDir, uid);
  const closed = user && (await findClosedFolder(dataDir, user));
  if (!closed) return dataDir;
  if (configured === undefined) return rootDataDir;
  throw buildClosedError(dataDir, closed, user);
}

/** Makes `dataDir` and what is missing above it; as root, so that the database user can pass through it. */
export async function makeDataDir(dataDir: string, user: SystemUser | null): Promise<void> {
  try {
    const mode = user ? 0o711 : 0o700;
    const first = await mkdir(dataDir, { recursive: true, mode });
    if (!user) return;
    if (first !== undefined) {
      for (let made = dataDir; made.length >= first.length; made = dirname(made)) await chmod(made, mode);
    }
    const closed = await findClosedFolder(dataDir, user);
    if (closed) throw buildClosedError(dataDir, closed, user);
  } catch (cause) {
    throw describeFolderError(dataDir, cause);
  }
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

function buildClosedError(dataDir: string, closed: string, user: SystemUser): AppError {
  return validationError(
    'AUTOSEND_DATA_DIR',
    `The data folder is ${dataDir}, and the user that PostgreSQL runs as (uid ${user.uid}, because it refuses to run as root) ` +
      `cannot enter ${closed}. Set AUTOSEND_DATA_DIR to a folder that others can enter, such as ${ROOT_DATA_DIR}, or run as another user.`,
  );
}

async function statIfThere(path: string) {
  try {
    return await stat(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'EACCES' || code === 'ENOTDIR') return null;
    throw error;
  }
}
