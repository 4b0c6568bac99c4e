import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { UserIds } from './system-user.ts';

/** Finds the outermost folder on the way to `folder` that `user` cannot enter, or null. What is not there yet is ours to make. */
export async function findClosedFolder(folder: string, user: UserIds): Promise<string | null> {
  const above = dirname(folder);
  const closedAbove = above === folder ? null : await findClosedFolder(above, user);
  if (closedAbove) return closedAbove;
  const info = await statIfThere(folder);
  if (!info) return null;
  const bit = info.uid === user.uid ? 0o100 : info.gid === user.gid ? 0o010 : 0o001;
  return (info.mode & bit) === 0 ? folder : null;
}

/** What the file system says about a path; null when there is nothing that we can see. */
export async function statIfThere(path: string) {
  try {
    return await stat(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'EACCES' || code === 'ENOTDIR') return null;
    throw error;
  }
}
