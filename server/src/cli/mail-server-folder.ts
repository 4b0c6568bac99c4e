import { chown, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  formatMailServerTables,
  type MailServerFormat,
  type SigningEntry,
  type TableFile,
} from '../core/mail-server/tables.ts';

/** Who is to own what is written: numeric ids, as `chown` takes them. */
export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

const KEY_FILE = /^[a-f\d]{24}\.pem$/;
const SHARD = /^[a-f\d]{2}$/;
/** Files are synced side by side: the file system writes what waits at the same moment in one go. */
const AT_ONCE = 64;

/**
 * The folder that a mail server's signer reads. Key files are named after their key and never change, so that the tables
 * always name whole files: keys are written first, then the tables, each in one step, and only then are keys removed that
 * no table names any more. A process that is killed at any moment leaves a folder that works.
 */
export interface MailServerFolder {
  /** The whole path of a key's file. */
  pathOf(keyId: string): string;
  /** Which keys have their file already. */
  listKeys(): Promise<Set<string>>;
  writeKey(keyId: string, pem: string): Promise<void>;
  /** Writes the tables; whether any of them is another one than before. */
  writeTables(entries: readonly SigningEntry[]): Promise<boolean>;
  removeKeys(ids: Iterable<string>): Promise<void>;
}

/** Opens the folder, and makes it where it is missing. @param folder a whole path */
export async function openMailServerFolder(
  folder: string,
  format: MailServerFormat,
  owner: Owner | null,
): Promise<MailServerFolder> {
  const keys = join(folder, 'keys');
  const shardOf = (keyId: string) => join(keys, keyId.slice(-2));
  const pathOf = (keyId: string) => join(shardOf(keyId), `${keyId}.pem`);
  const shards = new Set<string>();
  const makeFolder = async (path: string): Promise<void> => {
    if (shards.has(path)) return;
    await mkdir(path, { recursive: true, mode: 0o700 });
    if (owner) await chown(path, owner.uid, owner.gid);
    shards.add(path);
  };
  const write = async (path: string, text: string, mode: number): Promise<void> => {
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
  };
  await makeFolder(folder);
  await makeFolder(keys);
  const written = new Map<string, string>();
  const unsynced = new Set<string>();

  return {
    pathOf,
    async listKeys() {
      const found = new Set<string>();
      for (const shard of (await readdir(keys)).filter((name) => SHARD.test(name)))
        for (const name of await readdir(join(keys, shard)))
          if (KEY_FILE.test(name)) found.add(name.slice(0, -'.pem'.length));
      return found;
    },
    async writeKey(keyId, pem) {
      await makeFolder(shardOf(keyId));
      unsynced.add(shardOf(keyId));
      await write(pathOf(keyId), pem, 0o600);
    },
    async writeTables(entries) {
      // What the tables name must be on the disk before they are.
      if (unsynced.size > 0) await runAll([...unsynced, keys], syncFolder);
      unsynced.clear();
      const files: readonly TableFile[] = formatMailServerTables(format, entries, folder);
      const changed = files.filter(({ name, text }) => written.get(name) !== text);
      for (const { name, text } of changed) {
        await write(join(folder, name), text, 0o644);
        written.set(name, text);
      }
      if (changed.length > 0) await syncFolder(folder);
      return changed.length > 0;
    },
    async removeKeys(ids) {
      await runAll([...ids], (id) => rm(pathOf(id), { force: true }));
    },
  };
}

/** Runs work on all of the items, some at once. */
export async function runAll<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const queue = items.values();
  const worker = async (): Promise<void> => {
    for (const item of queue) await work(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
