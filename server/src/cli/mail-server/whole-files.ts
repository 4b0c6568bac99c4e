import { open, rename } from 'node:fs/promises';

/** Who is to own what is written: numeric ids, as `chown` takes them. */
export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** Files are synced side by side: the file system writes what waits at the same moment in one go. */
const AT_ONCE = 64;

/** Writes a file so that its name stands for the old text or the new one, whole, at any moment. */
export async function writeWhole(path: string, text: string, mode: number, owner: Owner | null): Promise<void> {
  const half = `${path}.new`;
  const file = await open(half, 'w', mode);
  try {
    // An earlier run that was killed may have left the file, with another mode.
    await file.chmod(mode);
    if (owner) await file.chown(owner.uid, owner.gid);
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(half, path);
}

/** Has the names in a folder on the disk. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Runs work on all of the items, some at once. */
export async function runAll<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const queue = items.values();
  const worker = async (): Promise<void> => {
    for (const item of queue) await work(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}
