import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:fs';
import { lstat, open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from '../../core/errors.ts';
import type { UserIds } from '../../system/system-user.ts';
import type { EmbeddedBinaries } from './binaries.ts';
import { POSTGRES_ENV } from './cluster.ts';
import { type Postmaster, readPostmaster, removeStalePidFile, removeStaleSocketLock } from './postmaster.ts';
import { makeSocketFolder, removeSocketFolder, SOCKET_PORT } from './socket-folder.ts';

/** All that is needed to run the server of one data folder. */
export interface Installation {
  readonly dataDir: string;
  /** The database folder; absolute, without links in it. */
  readonly folder: string;
  /** Whom the server runs as where this process is root; null where it is this process's own user. */
  readonly user: UserIds | null;
  readonly binaries: EmbeddedBinaries;
  readonly fsync: boolean;
}

const POLL_MS = 5;
const RETRY_MS = 100;
/** A server that recovers from a crash replays up to 1 GB of its log before it lets anybody in. */
const START_TIMEOUT_MS = 120_000;
/** How long a server may say that it is ready and not let us in. */
const SILENCE_TIMEOUT_MS = 10_000;
/** The file is written right after it is made; one that stays empty is what a power failure left. */
const EMPTY_PID_FILE_TIMEOUT_MS = 1000;
const STOP_TIMEOUT_MS = 30_000;
const MAX_STARTS = 20;
/** A longer log is put aside. */
export const MAX_LOG_BYTES = 10_000_000;
/** The server's log in the data folder. */
export const LOG_NAME = 'postgres.log';
/** The lock beside its socket. */
export const SOCKET_LOCK = `.s.PGSQL.${SOCKET_PORT}.lock`;

/** A server that this process spawned, and where its lines in the log begin. */
interface SpawnedServer {
  readonly child: ChildProcess;
  readonly logOffset: number;
}

/** Another process was quicker, or the remains of a killed server are not gone yet: worth another try. */
const PASSING =
  /lock file "postmaster\.pid" already exists|shared memory block .* still in use|lock file ".*" is empty/;

/**
 * Sees to it that the server of a data folder runs, and returns the folder of its socket: waits for one that is starting or
 * stopping, starts one where there is none or only the remains of one.
 * @param connect tried when the server says that it is ready; a refusal for a reason that lasts ends the try
 * @param signal ends the wait, but not while a server that was spawned here may still come up unseen
 */
export async function runServer(
  installation: Installation,
  connect: (socketDir: string) => Promise<void>,
  signal: AbortSignal,
): Promise<string> {
  const startedAt = performance.now();
  let silentSince = startedAt;
  let spawned: SpawnedServer | null = null;
  let starts = 0;
  let previousSocketDir: string | null = null;
  while (performance.now() - startedAt < START_TIMEOUT_MS) {
    if (spawned === null) signal.throwIfAborted();
    const found = await readPostmaster(installation.folder);
    previousSocketDir = found?.socketDir ?? previousSocketDir;
    if (found?.isAlive) {
      if (found.isReady && found.socketDir !== null) {
        const refusal = await tryConnect(connect, found.socketDir);
        if (refusal === null) return found.socketDir;
        if (performance.now() - silentSince > SILENCE_TIMEOUT_MS) throw buildStartError(installation, refusal);
      } else silentSince = performance.now();
    } else if (spawned === null || hasEnded(spawned.child)) {
      if (spawned !== null) await checkWorthAnotherTry(installation, spawned, starts);
      const isBeingWritten = found?.pid === null && performance.now() - silentSince < EMPTY_PID_FILE_TIMEOUT_MS;
      if (!isBeingWritten) {
        if (found !== null) await removeStalePidFile(installation.folder, found.pid);
        spawned = await spawnServer(installation, previousSocketDir);
        starts += 1;
      }
    }
    await delay(starts > 1 ? RETRY_MS : POLL_MS);
  }
  throw buildStartError(installation, `it wasn't ready after ${START_TIMEOUT_MS / 1000} seconds`);
}

/** Finds the socket folder of a server that runs and is ready; null when there is none. Starts nothing. */
export async function findServer(installation: Installation): Promise<string | null> {
  const found = await readPostmaster(installation.folder);
  return found?.isAlive && found.isReady ? found.socketDir : null;
}

/** Stops the server of a data folder and waits until it is gone: open transactions are rolled back, everything else is written. */
export async function stopServer(
  installation: Pick<Installation, 'folder'>,
  log?: { warn(details: object, message: string): void },
): Promise<void> {
  const server = await readPostmaster(installation.folder);
  if (!server?.isAlive || server.pid === null) return;
  signalServer(server.pid, 'SIGINT');
  if (!(await waitUntilGone(installation.folder, server, STOP_TIMEOUT_MS))) {
    log?.warn({ pid: server.pid }, 'The embedded PostgreSQL is slow to stop; it will recover at the next start');
    signalServer(server.pid, 'SIGQUIT');
    await waitUntilGone(installation.folder, server, STOP_TIMEOUT_MS);
  }
  if (server.socketDir !== null) await removeSocketFolder(server.socketDir);
}

async function waitUntilGone(folder: string, server: Postmaster, timeoutMs: number): Promise<boolean> {
  const startedAt = performance.now();
  while (performance.now() - startedAt < timeoutMs) {
    const now = await readPostmaster(folder);
    if (!now?.isAlive || now.pid !== server.pid) return true;
    await delay(POLL_MS);
  }
  return false;
}

function signalServer(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

async function spawnServer(installation: Installation, previousSocketDir: string | null): Promise<SpawnedServer> {
  const { dataDir, folder, user, binaries } = installation;
  const socketDir = await makeSocketFolder(dataDir, user, previousSocketDir);
  await removeStaleSocketLock(join(socketDir, SOCKET_LOCK), folder);
  const log = await openLog(join(dataDir, LOG_NAME), user);
  const { size: logOffset } = await log.stat();
  try {
    if (user) await log.chown(user.uid, user.gid);
    // A process group of its own: Ctrl-C must reach us first, and the server only when we have finished with it.
    const child = spawn(binaries.postgres, buildArguments(installation, socketDir), {
      cwd: folder,
      env: POSTGRES_ENV,
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
      ...user,
    });
    await once(child, 'spawn');
    child.unref();
    return { child, logOffset };
  } finally {
    await log.close();
  }
}

/** What PostgreSQL's program is called with. */
export function buildArguments({ folder, fsync }: Pick<Installation, 'folder' | 'fsync'>, socketDir: string): string[] {
  const settings = {
    listen_addresses: '',
    // Its own log: of a row that a constraint refuses, the rest is told as DETAIL.
    log_error_verbosity: 'terse',
    unix_socket_directories: quotePath(socketDir),
    unix_socket_permissions: '0700',
    cluster_name: 'autosend',
    max_connections: '100',
    shared_buffers: '128MB',
    // After a checkpoint, the first change to each page logs the whole page. With 1 GB, 100,000 domains that are due at once trigger a
    // checkpoint halfway through.
    max_wal_size: '2GB',
    jit: 'off',
    log_line_prefix: '%m [%p] ',
    // For tests: the nodes of several of them share one server.
    ...(fsync ? {} : { fsync: 'off', full_page_writes: 'off', max_connections: '300' }),
  };
  const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  return ['-D', folder, '-p', String(SOCKET_PORT), ...options];
}

/** `unix_socket_directories` is a list that commas separate; quotes make one name of a path. */
function quotePath(path: string): string {
  return `"${path.replaceAll('"', '""')}"`;
}

/**
 * Opens the log, which is handed to `user` where this process is root: never another file that the owner of the folder put a link to
 * in its place.
 */
async function openLog(path: string, user: UserIds | null) {
  const size = await lstat(path).then(
    (info) => info.size,
    () => 0,
  );
  if (size > MAX_LOG_BYTES) await rename(path, `${path}.old`);
  if (!user) return open(path, 'a', 0o600);
  const refuse = () =>
    new AppError('SERVICE_UNAVAILABLE', `${path} is a link, or no file of its own. Remove it, and start again.`);
  const { O_WRONLY, O_APPEND, O_CREAT, O_NOFOLLOW, O_NONBLOCK } = constants;
  const log = await open(path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK, 0o600).catch((error) => {
    throw ['ELOOP', 'ENXIO', 'EISDIR'].includes(error.code) ? refuse() : error;
  });
  const info = await log.stat();
  if (info.isFile() && info.nlink === 1) return log;
  await log.close();
  throw refuse();
}

/** Null when the connection stands, otherwise why not. */
async function tryConnect(connect: (socketDir: string) => Promise<void>, socketDir: string): Promise<string | null> {
  try {
    await connect(socketDir);
    return null;
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    // Class 28 is a wrong password; everything else passes: a server that starts, stops or has just been killed.
    if (!code.startsWith('28')) return message;
    throw new AppError(
      'SERVICE_UNAVAILABLE',
      `The embedded PostgreSQL rejects the password in postgres.password (${message}). Restore that file from a backup.`,
      { cause: error },
    );
  }
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

async function checkWorthAnotherTry(installation: Installation, server: SpawnedServer, starts: number): Promise<void> {
  const log = await readFile(join(installation.dataDir, LOG_NAME));
  const reasons = log
    .subarray(server.logOffset)
    .toString()
    .matchAll(/(?:FATAL|PANIC): +(.*)/g)
    .map(([, reason]) => reason)
    .toArray();
  if (starts < MAX_STARTS && (reasons.length === 0 || reasons.some((reason) => PASSING.test(reason ?? '')))) return;
  throw buildStartError(installation, reasons.at(-1) ?? 'it exited immediately');
}

function buildStartError(installation: Installation, reason: string): AppError {
  const logFile = join(installation.dataDir, LOG_NAME);
  return new AppError(
    'SERVICE_UNAVAILABLE',
    `The embedded PostgreSQL in ${installation.dataDir} didn't start: ${reason}. See ${logFile}.`,
  );
}
