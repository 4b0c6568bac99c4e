import { chown, mkdir, readdir, readFile, readlink, rename, rm, stat, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { LINK_FOLDERS, listKeyLinks } from '../../core/mail-server/links.ts';
import {
  formatMailServerTables,
  type MailServerFormat,
  nameKeyFile,
  type SigningEntry,
} from '../../core/mail-server/tables.ts';
import { type Owner, runAll, syncFolder, writeWhole } from './whole-files.ts';

/** rspamd checks its maps every half minute: until then it signs with the key that they named before. */
export const KEEP_MS = 60_000;

const KEY = /^([a-f\d]{24})(?:\.pem)?$/;
const SHARD = /^[a-f\d]{2}$/;

/**
 * The folder that a mail server's signer reads. What belongs to a key never changes, and the tables always name whole files:
 * keys are written first, then links and tables, each in one step, and only when every signer has read those are keys
 * removed that nothing names any more. A process that is killed at any moment leaves a folder that works.
 */
export interface MailServerFolder {
  /** Which keys have their file already. */
  listKeys(): Promise<Set<string>>;
  writeKey(key: { readonly keyId: string; readonly selector: string; readonly privateKey: string }): Promise<void>;
  /** Writes links and tables, and says whether any of them changed. */
  writeTables(entries: readonly SigningEntry[]): Promise<boolean>;
  /** Removes keys, and the links that the last tables have no use for, once that is so for `KEEP_MS`; how many are left. */
  removeKeys(ids: ReadonlySet<string>, now: Date): Promise<number>;
}

/** Opens the folder, and makes it where it is missing. @param folder a whole path */
export async function openMailServerFolder(
  folder: string,
  format: MailServerFormat,
  owner: Owner | null,
): Promise<MailServerFolder> {
  const keys = join(folder, 'keys');
  const pathOf = (keyId: string) => join(folder, nameKeyFile(format, keyId));
  const links = LINK_FOLDERS[format] === null ? null : join(folder, LINK_FOLDERS[format]);
  const made = new Set<string>();
  const makeFolder = async (path: string): Promise<void> => {
    if (made.has(path)) return;
    await mkdir(path, { recursive: true, mode: 0o700 });
    if (owner) await chown(path, owner.uid, owner.gid);
    made.add(path);
  };
  for (const path of [folder, keys, ...(links === null ? [] : [links])]) await makeFolder(path);
  const written = new Map<string, string>();
  const unsynced = new Set<string>();
  /** Where each link points to; read once. */
  let linked: Map<string, string> | null = null;
  let unused = new Set<string>();

  const writeLinks = async (path: string, entries: readonly SigningEntry[]): Promise<boolean> => {
    const known = linked ?? (await readLinks(path));
    linked = known;
    const wanted = listKeyLinks(format, entries);
    const changed = wanted.filter(({ name, target }) => known.get(name) !== target);
    await runAll(changed, async ({ name, target }) => {
      await rm(join(path, `${name}.new`), { force: true });
      await symlink(target, join(path, `${name}.new`));
      await rename(join(path, `${name}.new`), join(path, name));
      known.set(name, target);
    });
    if (changed.length > 0) await syncFolder(path);
    const names = new Set(wanted.map(({ name }) => name));
    const left = new Set([...known.keys()].filter((name) => !names.has(name)));
    const isChanged = changed.length > 0 || [...left].some((name) => !unused.has(name));
    unused = left;
    return isChanged;
  };

  return {
    async listKeys() {
      const found = new Set<string>();
      for (const shard of (await readdir(keys)).filter((name) => SHARD.test(name)))
        for (const name of await readdir(join(keys, shard))) {
          const [, id] = KEY.exec(name) ?? [];
          if (id !== undefined && pathOf(id) === join(keys, shard, name)) found.add(id);
        }
      return found;
    },
    async writeKey({ keyId, selector, privateKey }) {
      const path = pathOf(keyId);
      await makeFolder(dirname(path));
      unsynced.add(dirname(path));
      if (format !== 'folders') return writeWhole(path, privateKey, 0o600, owner);
      const half = `${path}.new`;
      await rm(half, { recursive: true, force: true });
      await mkdir(half, { mode: 0o700 });
      if (owner) await chown(half, owner.uid, owner.gid);
      await writeWhole(join(half, 'selector'), `${selector}\n`, 0o600, owner);
      await writeWhole(join(half, 'private'), privateKey, 0o600, owner);
      await syncFolder(half);
      await rename(half, path);
    },
    async writeTables(entries) {
      // What the tables name must be on the disk before they are.
      if (unsynced.size > 0) await runAll([...unsynced, keys], syncFolder);
      unsynced.clear();
      const isRelinked = links !== null && (await writeLinks(links, entries));
      const tables = formatMailServerTables(format, entries, folder);
      const changed = tables.filter(({ name, text }) => written.get(name) !== text);
      for (const { name, text } of changed) {
        const path = join(folder, name);
        // One that is right stays as old as it is: its age says how long the signer has had to read it.
        if ((await readFile(path, 'utf8').catch(() => null)) !== text) await writeWhole(path, text, 0o644, owner);
        written.set(name, text);
      }
      if (changed.length > 0) await syncFolder(folder);
      return isRelinked || changed.length > 0;
    },
    async removeKeys(ids, now) {
      const named = [...(links === null ? [] : [links]), ...[...written.keys()].map((name) => join(folder, name))];
      const changedAt = Math.max(...(await Promise.all(named.map(async (path) => (await stat(path)).mtimeMs))));
      if (now.getTime() - changedAt < KEEP_MS) return ids.size + unused.size;
      await runAll([...unused], async (name) => {
        await rm(join(links ?? '', name), { force: true });
        linked?.delete(name);
      });
      unused = new Set();
      await runAll([...ids], (id) => rm(pathOf(id), { recursive: true, force: true }));
      return 0;
    },
  };
}

/** Reads where each link of a folder points to; what an earlier run left half done is not among them. */
async function readLinks(path: string): Promise<Map<string, string>> {
  const links = new Map<string, string>();
  const names = (await readdir(path)).filter((name) => !name.endsWith('.new'));
  await runAll(names, async (name) => {
    links.set(name, await readlink(join(path, name)));
  });
  return links;
}
