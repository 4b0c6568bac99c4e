import { constants, type Stats } from 'node:fs';
import { type FileHandle, lchown, lstat, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../core/errors.ts';
import type { UserIds } from './system-user.ts';

/**
 * Gives `path` and all that is in it to `user` and takes it from everybody else: folders get mode 0700, files lose what their
 * group and others may do. For root, over files that another user could write until now, who may still be at work:
 *
 * - each folder is closed before what is in it is looked at, so that nothing in it can be exchanged any more;
 * - what is changed is what was opened, and a link is never followed;
 * - a file with a second name that the owner of the folder does not own (/etc/shadow, linked into it) is refused.
 *
 * @param owner who had all of it so far
 * @throws {AppError} SERVICE_UNAVAILABLE that names such a file
 */
export async function handOver(path: string, user: UserIds, owner: number): Promise<void> {
  const info = await lstat(path);
  if (!info.isDirectory() && !info.isFile()) return lchown(path, user.uid, user.gid);
  const handle = await openItself(path, info);
  try {
    await change(handle, path, user, owner);
  } finally {
    await handle.close();
  }
  if (!info.isDirectory()) return;
  for (const name of await readdir(path)) await handOver(join(path, name), user, owner);
}

/** Gives one folder away, and nothing in it. */
export async function handOverFolder(path: string, user: UserIds): Promise<void> {
  const handle = await openItself(path, await lstat(path));
  try {
    await handle.chown(user.uid, user.gid);
    await handle.chmod(0o700);
  } finally {
    await handle.close();
  }
}

function openItself(path: string, info: Stats): Promise<FileHandle> {
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK, O_DIRECTORY } = constants;
  return open(path, O_RDONLY | O_NOFOLLOW | (info.isDirectory() ? O_DIRECTORY : O_NONBLOCK));
}

async function change(handle: FileHandle, path: string, user: UserIds, owner: number): Promise<void> {
  const info = await handle.stat();
  if (info.isFile() && info.nlink > 1 && info.uid !== owner && info.uid !== user.uid)
    throw new AppError(
      'SERVICE_UNAVAILABLE',
      `${path} is a second name of a file that belongs to somebody else (uid ${info.uid}). Nothing of it was changed. Remove it, and start again.`,
    );
  await handle.chown(user.uid, user.gid);
  await handle.chmod(info.isDirectory() ? 0o700 : (info.mode & 0o700) | 0o600);
}
