import { chmod, chown, mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { AppError } from '../../core/errors.ts';
import { findClosedFolder } from '../../system/closed-folder.ts';
import type { UserIds } from '../../system/system-user.ts';

/** The number in the socket's file name; every server has a folder of its own, so it can be the same everywhere. */
export const SOCKET_PORT = 5432;

const PREFIX = 'autosend-socket-';
/** `sun_path` holds 104 bytes on macOS and 108 on Linux. */
const MAX_SOCKET_PATH_BYTES = 100;

/**
 * Makes the private folder of the server's socket: in `dataDir`, or where that path is too long for a socket, in the temporary folder.
 * @param previous the folder that a server which died used; taken again so that other processes find the new server in the same place
 */
export async function makeSocketFolder(
  dataDir: string,
  user: UserIds | null,
  previous: string | null,
): Promise<string> {
  const inside = findSocketFolder(dataDir);
  if (inside !== null) {
    await mkdir(inside, { recursive: true, mode: 0o700 });
    return own(inside, user);
  }
  if (previous && isTemporary(previous) && (await isOurs(previous, user))) return previous;
  for (const parent of new Set([tmpdir(), '/tmp', '/var/tmp'])) {
    if (!isShortEnough(join(parent, `${PREFIX}XXXXXX`))) continue;
    if (user && (await findClosedFolder(parent, user))) continue;
    return own(await mkdtemp(join(parent, PREFIX)), user);
  }
  throw new AppError(
    'SERVICE_UNAVAILABLE',
    `The path ${dataDir} is too long for the database socket, and so is the temporary folder ${tmpdir()}. Set AUTOSEND_DATA_DIR or TMPDIR to a shorter path.`,
  );
}

/** The socket's folder in `dataDir`; null where its path is too long for a socket. */
export function findSocketFolder(dataDir: string): string | null {
  const inside = join(dataDir, 'socket');
  return isShortEnough(inside) ? inside : null;
}

/** Removes a folder that `makeSocketFolder` made in the temporary folder; one in the data folder stays. */
export async function removeSocketFolder(folder: string): Promise<void> {
  if (isTemporary(folder)) await rm(folder, { recursive: true, force: true });
}

function isShortEnough(folder: string): boolean {
  return Buffer.byteLength(join(folder, `.s.PGSQL.${SOCKET_PORT}`)) < MAX_SOCKET_PATH_BYTES;
}

function isTemporary(folder: string): boolean {
  return basename(folder).startsWith(PREFIX);
}

/** The temporary folder is open to all: a folder there is taken again only if it is a private one of the database user. */
async function isOurs(folder: string, user: UserIds | null): Promise<boolean> {
  const info = await stat(folder).catch(() => null);
  return info !== null && info.uid === (user?.uid ?? process.getuid?.()) && (info.mode & 0o077) === 0;
}

async function own(folder: string, user: UserIds | null): Promise<string> {
  await chmod(folder, 0o700);
  if (user) await chown(folder, user.uid, user.gid);
  return folder;
}
