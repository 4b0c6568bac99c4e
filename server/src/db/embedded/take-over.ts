import { lstat, readFile, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../core/errors.ts';
import { handOver, handOverFolder } from '../../system/hand-over.ts';
import type { SystemUser, UserIds } from '../../system/system-user.ts';
import { describeFolderError, findDataOwner, listDataFolder } from './data-folder.ts';
import { readPostmaster } from './postmaster.ts';
import { stopServer } from './process.ts';
import { isAttachedTo } from './server-connection.ts';

const ROOT: UserIds = { uid: 0, gid: 0 };

/**
 * For root: sees to it that a data folder belongs to `user`, with all that is ours in it, whoever made it and with whatever mode:
 * root, `nobody` (whom installations of before ran their database as), or a backup that did not keep the owners. A server that
 * was left running as somebody else is stopped first.
 * @throws {AppError} SERVICE_UNAVAILABLE where the folder is one of somebody else's, or a service of ours still works in it
 */
export async function takeOver(given: string, user: SystemUser, say: (line: string) => void): Promise<void> {
  try {
    const dataDir = await realpath(given);
    const { ours, others } = await listDataFolder(dataDir);
    const folder = await stat(dataDir);
    if (folder.uid === user.uid && (await areAllOf(user, dataDir, ours))) {
      if ((folder.mode & 0o777) !== 0o700) await handOverFolder(dataDir, user);
      return;
    }
    if (folder.uid !== user.uid && others.length > 0 && !isInstallation(ours)) throw refuseForeign(dataDir, others);
    if (ours.length === 0) return await handOverFolder(dataDir, user);
    await stopServerOfAnother(dataDir, user);
    const before = await findDataOwner(dataDir);
    // Nobody but root gets in while it is half done, and whoever is interrupted begins again.
    await handOverFolder(dataDir, ROOT);
    for (const name of (await listDataFolder(dataDir)).ours) {
      const path = join(dataDir, name);
      await handOver(path, user, (await lstat(path)).uid);
    }
    await handOverFolder(dataDir, user);
    say(
      `The data folder ${dataDir} belonged to uid ${before} and is handed to the user ${user.name}, with its database.`,
    );
  } catch (cause) {
    throw describeFolderError(given, cause);
  }
}

async function areAllOf({ uid }: UserIds, dataDir: string, ours: readonly string[]): Promise<boolean> {
  const samples = ours.includes('postgres') ? ['postgres/PG_VERSION', 'postgres/global'] : [];
  for (const name of [...ours, ...samples]) {
    const info = await lstat(join(dataDir, name)).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null;
      throw error;
    });
    if (info !== null && info.uid !== uid) return false;
  }
  return true;
}

function isInstallation(ours: readonly string[]): boolean {
  return ours.includes('postgres') && ours.includes('postgres.password');
}

async function stopServerOfAnother(dataDir: string, user: SystemUser): Promise<void> {
  const folder = join(dataDir, 'postgres');
  const server = await readPostmaster(folder);
  if (!server?.isAlive) return;
  const { uid } = await stat(join(folder, 'postmaster.pid'));
  if (uid === user.uid) return;
  const password = await readFile(join(dataDir, 'postgres.password'), 'utf8').catch(() => '');
  if (server.socketDir !== null && (await isAttachedTo(server.socketDir, password)))
    throw new AppError(
      'SERVICE_UNAVAILABLE',
      `A service works with the database in ${dataDir}, which runs as another user (uid ${uid}). Stop that service first; this one runs as ${user.name}.`,
    );
  await stopServer({ folder });
}

function refuseForeign(dataDir: string, others: readonly string[]): AppError {
  return new AppError(
    'SERVICE_UNAVAILABLE',
    `The data folder ${dataDir} holds what is not ours (${others.slice(0, 3).join(', ')}${others.length > 3 ? ', …' : ''}). Nothing was changed. Set AUTOSEND_DATA_DIR to a folder of its own.`,
  );
}
