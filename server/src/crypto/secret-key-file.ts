import { randomBytes } from 'node:crypto';
import { access, chown, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../core/errors.ts';
import { parseSecretKeys } from './secret-box.ts';

/**
 * Reads the secret key of an embedded installation, and makes it on the first start. Next to a database that is there
 * already a new key is never made: the private keys in it could not be opened any more.
 * @param owner whom a new file is to belong to, where that is not this process's user
 * @throws AppError SERVICE_UNAVAILABLE that says which file is missing or unreadable
 */
export async function loadSecretKeyFile(
  dataDir: string,
  databaseFolder: string,
  owner: { readonly uid: number; readonly gid: number } | null = null,
): Promise<string> {
  const file = secretKeyFile(dataDir);
  const existing = await readKey(file);
  if (existing !== null) return existing;
  const hasDatabase = await access(databaseFolder).then(
    () => true,
    () => false,
  );
  if (hasDatabase)
    throw new AppError(
      'SERVICE_UNAVAILABLE',
      `${file} is missing, but the private keys of the database in ${databaseFolder} were sealed with it. ` +
        'Restore the file from a backup, or set AUTOSEND_SECRET_KEY. Nothing has been changed.',
    );
  const key = randomBytes(32).toString('base64');
  try {
    await writeFile(file, `${key}\n`, { mode: 0o600, flag: 'wx', flush: true });
    if (owner) await chown(file, owner.uid, owner.gid);
    return key;
  } catch (error) {
    // Another process that started at the same time was first: its key counts.
    const theirs = await readKey(file);
    if (theirs !== null) return theirs;
    throw new AppError('SERVICE_UNAVAILABLE', `${file} couldn't be written.`, { cause: error });
  }
}

/** Where an embedded installation keeps its secret keys, one on a line; the first seals. */
export function secretKeyFile(dataDir: string): string {
  return join(dataDir, 'secret.key');
}

/** Replaces the secret keys of an embedded installation, in one step. @param keys in base64 */
export async function writeSecretKeyFile(dataDir: string, keys: readonly string[]): Promise<void> {
  const file = secretKeyFile(dataDir);
  await writeFile(`${file}.new`, keys.map((key) => `${key}\n`).join(''), { mode: 0o600, flush: true });
  await rename(`${file}.new`, file);
}

async function readKey(file: string): Promise<string | null> {
  let text: string;
  try {
    text = (await readFile(file, 'utf8')).trim();
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return null;
    throw new AppError('SERVICE_UNAVAILABLE', `${file} couldn't be read.`, { cause });
  }
  try {
    parseSecretKeys(text);
    return text;
  } catch (cause) {
    throw new AppError(
      'SERVICE_UNAVAILABLE',
      `${file} doesn't contain a secret key (32 bytes in base64). Restore it from a backup.`,
      { cause },
    );
  }
}
