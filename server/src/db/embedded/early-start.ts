import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { UserIds } from '../../system/system-user.ts';
import { findServerProgram } from './binaries.ts';
import { POSTGRES_ENV } from './cluster.ts';
import { buildArguments, LOG_NAME, MAX_LOG_BYTES, SOCKET_LOCK } from './process.ts';
import { findSocketFolder } from './socket-folder.ts';

// The shell writes the log and not this process, which may still be root: the data folder is the user's, who could have put a
// link to another file in its place.
const SCRIPT = 'umask 077; [ -x "$0" ] || exit 1; log=$1; shift; exec "$0" "$@" >>"$log" 2>&1';

/**
 * Has the server of a data folder come up while this process has other work, where nothing has to be put right first: there is a
 * database, and its last server stopped cleanly. Waits for nothing and tells nothing: `runServer` finds the server starting,
 * and does all of it where there is none.
 * @param user whom the server runs as, if not as this process
 * @returns what was started; null where nothing was
 */
export async function startServerEarly(given: string, user: UserIds | null): Promise<ChildProcess | null> {
  try {
    const dataDir = await realpath(given);
    const folder = join(dataDir, 'postgres');
    const socketDir = findSocketFolder(dataDir);
    const program = await findServerProgram(dataDir);
    if (socketDir === null || program === null) return null;
    const version = await readFile(join(folder, 'PG_VERSION'), 'utf8');
    const { size } = await stat(join(dataDir, LOG_NAME));
    if (version.trim() !== program.majorVersion || size > MAX_LOG_BYTES) return null;
    const left = [join(folder, 'postmaster.pid'), join(socketDir, SOCKET_LOCK)];
    if ((await Promise.all(left.map(isThere))).includes(true) || !(await isThere(socketDir))) return null;
    const args = buildArguments({ folder, fsync: true }, socketDir);
    const child = spawn('/bin/sh', ['-c', SCRIPT, program.postgres, join(dataDir, LOG_NAME), ...args], {
      cwd: folder,
      env: POSTGRES_ENV,
      detached: true,
      stdio: 'ignore',
      ...(user && { uid: user.uid, gid: user.gid }),
    });
    // Not being early is no fault.
    child.on('error', () => undefined).unref();
    return child;
  } catch {
    // Neither is that a file is missing: the usual start says which.
    return null;
  }
}

/** Stops a server that came up early, and that its process doesn't come to use, and waits until it is gone. */
export async function stopEarlyServer(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const ended = once(server, 'exit');
  server.kill('SIGINT');
  await ended;
}

function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
