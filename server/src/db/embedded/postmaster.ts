import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFile, readlink, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** What `postmaster.pid` says about the server of a database folder. */
export interface Postmaster {
  /** Null while the file is still empty. */
  readonly pid: number | null;
  /** Null until the server has opened its socket. */
  readonly socketDir: string | null;
  readonly isReady: boolean;
  /** Whether the process is this folder's server: false after `kill -9`, also when the pid has gone to somebody else. */
  readonly isAlive: boolean;
}

const run = promisify(execFile);

/**
 * Reads `postmaster.pid` of a database folder; null when there is none.
 * Its lines (miscadmin.h): pid, folder, start time, port, socket folder, listen address, shared memory, status.
 * @param folder an absolute path without links in it
 */
export async function readPostmaster(folder: string): Promise<Postmaster | null> {
  const text = await readFile(join(folder, 'postmaster.pid'), 'utf8').catch(ignoreMissing);
  if (text === null) return null;
  const lines = text.split('\n').map((line) => line.trim());
  const pid = parsePid(text);
  if (pid === null) return { pid: null, socketDir: null, isReady: false, isAlive: false };
  return {
    pid,
    socketDir: lines[4] || null,
    isReady: lines[7] === 'ready',
    isAlive: await isServerOf(pid, folder),
  };
}

/**
 * Removes the pid file of a dead server where PostgreSQL would not: it is empty, or the pid is now another process's. PostgreSQL
 * replaces any other. A file that another process has put in its place meanwhile is put back.
 */
export async function removeStalePidFile(folder: string, stalePid: number | null): Promise<void> {
  if (stalePid === null || isRunning(stalePid)) await removeFileOf(stalePid, join(folder, 'postmaster.pid'));
}

/**
 * Removes the lock of a dead server's socket where PostgreSQL would not, as above; also where the dead server is a child that
 * nobody has collected yet.
 * @param file such as `.s.PGSQL.5432.lock`
 */
export async function removeStaleSocketLock(file: string, folder: string): Promise<void> {
  const text = await readFile(file, 'utf8').catch(ignoreMissing);
  if (text === null) return;
  const pid = parsePid(text);
  if (pid === null || (isRunning(pid) && !(await isServerOf(pid, folder)))) await removeFileOf(pid, file);
}

async function removeFileOf(stalePid: number | null, file: string): Promise<void> {
  const aside = `${file}.stale-${randomBytes(4).toString('hex')}`;
  await rename(file, aside).catch(ignoreMissing);
  const text = await readFile(aside, 'utf8').catch(ignoreMissing);
  if (text === null) return;
  if (parsePid(text) === stalePid) await rm(aside);
  else await rename(aside, file);
}

/** Whether a process has this pid, whoever it belongs to. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

function parsePid(text: string): number | null {
  const pid = Number.parseInt(text, 10);
  return pid > 0 ? pid : null;
}

function ignoreMissing(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null;
  throw error;
}

/**
 * Whether the process is the server of `folder`. That it exists is not enough: after a crash or in a new container the pid may be
 * anybody's, and PostgreSQL itself then refuses to start. A server's working folder is its database folder.
 */
async function isServerOf(pid: number, folder: string): Promise<boolean> {
  if (process.platform === 'linux') {
    // ENOENT also for a dead child that nobody has collected, EACCES for a process of another user.
    const workingFolder = await readlink(`/proc/${pid}/cwd`).catch(() => null);
    return workingFolder === folder;
  }
  const command = await run('ps', ['-ww', '-o', 'command=', '-p', String(pid)]).then(
    ({ stdout }) => stdout,
    () => '',
  );
  return command.includes('postgres') && command.includes(folder);
}
