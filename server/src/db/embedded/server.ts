/*
 * PostgreSQL for those who bring none. Before root's rights are given away the data folder is found and handed to
 * the user that stays (`data-folder.ts`, `take-over.ts`). A start finds the binaries (`binaries.ts`), prepares the
 * cluster once (`cluster.ts`), and then attaches to a running server or starts one (`process.ts`, by what
 * `postmaster.ts` reads); `early-start.ts` has one come up before anybody waits for it. It listens on a private socket (`socket-folder.ts`) only, and stops with the last process
 * that uses it. SQL belongs elsewhere.
 */

import { realpath } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { handOverFolder } from '../../system/hand-over.ts';
import type { UserIds } from '../../system/system-user.ts';
import { findEmbeddedBinaries } from './binaries.ts';
import { prepareCluster } from './cluster.ts';
import { describeFolderError, makeDataDir } from './data-folder.ts';
import { findServer, type Installation, runServer, stopServer } from './process.ts';
import { ATTACHED, buildConnection, countAttached, type EmbeddedConnection } from './server-connection.ts';

/** A running PostgreSQL that belongs to a data folder and to every process of ours that is attached to it. */
export interface EmbeddedServer {
  readonly connection: EmbeddedConnection;
  /** The same as a connection string. */
  readonly url: string;
  /** Lets go of the server, and stops it unless another process of ours is attached. Safe to call twice. */
  stop(): Promise<void>;
}

/** The part of a pino logger that is used here. */
export interface EmbeddedServerLog {
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
}

const LEAVING = 'autosend-leaving';
/** A server that ran for so long was not part of a series of failures. */
const HEALTHY_AFTER_MS = 30_000;
const MAX_RETRY_DELAY_MS = 10_000;

/**
 * Starts the PostgreSQL of `dataDir`, or attaches to it when it already runs, and keeps it running: a server that was killed is
 * started again, with growing pauses between tries that fail. Connections fail meanwhile.
 * @param options.fsync false only for data that may be lost
 * @throws {AppError} SERVICE_UNAVAILABLE with one line that says what was found and what to do
 */
export async function startEmbeddedServer(options: {
  dataDir: string;
  log: EmbeddedServerLog;
  fsync?: boolean;
  /** Whom PostgreSQL runs as where this process stays root, as `mta export` and the tests do. */
  user?: UserIds | null;
  /** Where the npm package with the programs is, if not where Node.js finds it. */
  packageDir?: string;
}): Promise<EmbeddedServer> {
  const { log } = options;
  const { installation, password } = await prepareInstallation(options);
  const stopping = new AbortController();
  let keeper: pg.Client | null = null;
  let restarting: Promise<void> = Promise.resolve();
  let failures = 0;

  const attach = () => runServer(installation, connect, stopping.signal);

  async function connect(host: string): Promise<void> {
    const client = new pg.Client({ ...buildConnection(host, password), application_name: ATTACHED, keepAlive: true });
    const since = performance.now();
    let isAttached = false;
    client.on('error', (error) => {
      if (isAttached && !stopping.signal.aborted)
        log.warn({ err: error }, 'The connection to the embedded PostgreSQL was lost');
    });
    client.on('end', () => {
      if (!isAttached || stopping.signal.aborted) return;
      if (performance.now() - since > HEALTHY_AFTER_MS) failures = 0;
      keeper = null;
      restarting = restart();
    });
    await client.connect();
    isAttached = true;
    keeper = client;
  }

  async function restart(): Promise<void> {
    while (!stopping.signal.aborted) {
      if (failures > 0)
        await delay(Math.min(100 * 2 ** failures, MAX_RETRY_DELAY_MS), null, stopping).catch(() => null);
      failures += 1;
      try {
        const socketDir = await attach();
        log.info({ socketDir }, 'The embedded PostgreSQL is running again');
        return;
      } catch (error) {
        if (!stopping.signal.aborted) log.error({ err: error }, "The embedded PostgreSQL couldn't be restarted");
      }
    }
  }

  const socketDir = await attach();
  const connection = buildConnection(socketDir, password);
  let stopped: Promise<void> | null = null;

  async function stop(): Promise<void> {
    stopping.abort();
    await restarting;
    if (keeper === null) {
      // It went away and may be back on its own: then it is stopped like any other.
      const socketDir = await findServer(installation);
      if (socketDir !== null) await connect(socketDir).catch(() => null);
    }
    if (keeper === null) return;
    const isLast = await leave(keeper);
    await keeper.end().catch(() => null);
    if (isLast) await stopServer(installation, log);
  }

  return {
    connection,
    url: buildUrl(connection),
    stop: () => {
      stopped ??= stop();
      return stopped;
    },
  };
}

async function prepareInstallation(options: {
  dataDir: string;
  fsync?: boolean;
  user?: UserIds | null;
  packageDir?: string;
}): Promise<{ installation: Installation; password: string }> {
  const { fsync = true } = options;
  try {
    const user = options.user ? { uid: options.user.uid, gid: options.user.gid } : null;
    if (user === null && process.getuid?.() === 0)
      throw new Error('PostgreSQL does not run as root, and no user was given.');
    await makeDataDir(options.dataDir, user);
    const dataDir = await realpath(options.dataDir);
    if (user) await handOverFolder(dataDir, user);
    const packageDir = options.packageDir === undefined ? {} : { packageDir: options.packageDir };
    const binaries = await findEmbeddedBinaries({ dataDir, user, ...packageDir });
    const { folder, password } = await prepareCluster({ dataDir, user, binaries, fsync });
    return { installation: { dataDir, folder, user, binaries, fsync }, password };
  } catch (error) {
    throw describeFolderError(options.dataDir, error);
  }
}

/**
 * Takes back this process's claim on the server; true when nobody else's is left. Each process first takes back its own and then
 * counts: of several that leave at once the last one to take back counts none, so the server is never left running.
 */
async function leave(keeper: pg.Client): Promise<boolean> {
  try {
    await keeper.query(`SET application_name = '${LEAVING}'`);
    return (await countAttached(keeper)) === 0;
  } catch {
    // The server is going away under us: whoever stops it finishes it, and a dead one needs no stop.
    return false;
  }
}

function buildUrl({ host, port, user, password, database }: EmbeddedConnection): string {
  return `postgresql://${user}:${encodeURIComponent(password)}@localhost:${port}/${database}?host=${encodeURIComponent(host)}`;
}
