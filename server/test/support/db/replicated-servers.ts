import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { listProcesses } from '../processes.ts';
import { findFreePort, waitUntil } from '../service-process.ts';
import { testUser } from '../test-user.ts';
import { hasPostgres, makeCluster, makeServerFolder, runPostgresProgram, startPostgres } from './debian-postgres.ts';

/** A PostgreSQL server of Debian's, one of two that replicate. */
export interface ReplicatedServer {
  readonly name: string;
  readonly port: number;
  /** Its database `autosend`, at this server alone. */
  readonly url: string;
  /** Runs one statement here, on a connection of its own. */
  query<Row extends object>(text: string, values?: unknown[]): Promise<Row[]>;
  /** Sends a signal to the server and all its processes, as when its machine stops. */
  signalAll(signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): Promise<void>;
  /** Stops it as an administrator does who switches over: what it has written reaches the standby first. */
  stop(): Promise<void>;
  isRunning(): boolean;
}

/** A primary and its synchronous standby: a commit is answered when both have it on disk. */
export interface ReplicatedServers {
  /** Both hosts, the first one first whoever is the primary. */
  readonly url: string;
  primary(): ReplicatedServer;
  standby(): ReplicatedServer;
  /** Makes the standby the primary; gives the time (`performance.now`) at which it had become one. From then on it waits for nobody. */
  promote(): Promise<number>;
  /** Makes the former primary the synchronous standby of the new one: from a new copy, or from what it has where it was stopped in order. */
  rejoin(how: 'copy' | 'as it is'): Promise<void>;
  close(): Promise<void>;
}

const STANDBY_NAME = 'standby';

/**
 * Says in one line what to install where Debian's PostgreSQL isn't there; false when it is.
 * @throws Error with that line where `CI=true`
 */
export function explainMissingPostgres(): string | false {
  if (hasPostgres(['postgres', 'initdb', 'pg_basebackup']) && existsSync('/proc/self/stat')) return false;
  const line = 'needs PostgreSQL 15 with its tools, on Linux: apt-get install postgresql-15';
  if (process.env.CI === 'true') throw new Error(`This test ${line}`);
  return line;
}

/** Starts both servers in `folder`, with an empty database `autosend`. */
export async function startReplicatedServers(folder: string): Promise<ReplicatedServers> {
  const ports = [await findFreePort(), await findFreePort()] as const;
  const servers = [createServer(folder, 'one', ports[0]), createServer(folder, 'two', ports[1])] as const;
  let [primary, standby] = servers;
  await primary.initialize();
  await primary.start();
  // As an operator sets it up: the service is no superuser.
  await primary.queryIn('postgres', 'CREATE ROLE autosend LOGIN');
  await primary.queryIn('postgres', 'CREATE DATABASE autosend OWNER autosend');
  await joinAsStandby('copy');

  async function joinAsStandby(how: 'copy' | 'as it is'): Promise<void> {
    if (how === 'copy') await standby.copyFrom(primary);
    await standby.follow(primary);
    await standby.start();
    await primary.queryIn('postgres', `ALTER SYSTEM SET synchronous_standby_names = '${STANDBY_NAME}'`);
    await primary.queryIn('postgres', 'SELECT pg_reload_conf()');
    await waitUntil(async () => {
      const { rows } = await primary.queryIn(
        'postgres',
        "SELECT FROM pg_stat_replication WHERE sync_state = 'sync' AND state = 'streaming'",
      );
      return rows.length === 1;
    }, standby.output);
  }

  return {
    url: `postgresql://autosend@127.0.0.1:${ports[0]},127.0.0.1:${ports[1]}/autosend?target_session_attrs=read-write`,
    primary: () => primary,
    standby: () => standby,
    async promote() {
      await standby.queryIn('postgres', 'SELECT pg_promote(true, 60)');
      [primary, standby] = [standby, primary];
      await waitUntil(async () => {
        const [row] = await primary.query<{ is_standby: boolean }>('SELECT pg_is_in_recovery() AS is_standby');
        return row?.is_standby === false;
      }, primary.output);
      return performance.now();
    },
    async rejoin(how) {
      if (standby.isRunning()) await standby.signalAll('SIGKILL');
      await joinAsStandby(how);
    },
    async close() {
      for (const server of servers) if (server.isRunning()) await server.signalAll('SIGKILL');
    },
  };
}

interface Server extends ReplicatedServer {
  initialize(): Promise<void>;
  copyFrom(primary: Server): Promise<void>;
  /** Makes it a standby from its next start on. */
  follow(primary: Server): Promise<void>;
  start(): Promise<void>;
  /** As the owner of the database: `autosend`, or the superuser `postgres`. */
  queryIn(database: 'autosend' | 'postgres', text: string, values?: unknown[]): Promise<pg.QueryResult>;
  output(): string;
}

function createServer(folder: string, name: string, port: number): Server {
  const data = join(folder, name);
  let child: ChildProcess | null = null;
  let output = () => '';
  const isRunning = () => child !== null && child.exitCode === null && child.signalCode === null;
  const settings = {
    port,
    // A kill loses nothing that the operating system has taken.
    fsync: 'off',
    shared_buffers: '16MB',
    max_connections: 80,
    wal_keep_size: '64MB',
    log_min_messages: 'warning',
  };

  async function queryIn(database: 'autosend' | 'postgres', text: string, values?: unknown[]): Promise<pg.QueryResult> {
    const client = new pg.Client({
      host: '127.0.0.1',
      port,
      user: database,
      database,
      connectionTimeoutMillis: 5_000,
    });
    client.on('error', () => undefined);
    await client.connect();
    try {
      return await client.query(text, values);
    } finally {
      await client.end();
    }
  }

  return {
    name,
    port,
    url: `postgresql://autosend@127.0.0.1:${port}/autosend`,
    output: () => output(),
    isRunning,
    queryIn,
    query: async <Row extends object>(text: string, values?: unknown[]) =>
      (await queryIn('autosend', text, values)).rows as Row[],
    initialize: () => makeCluster(data, testUser),
    async copyFrom(primary) {
      await rm(data, { recursive: true, force: true });
      await makeServerFolder(data, testUser);
      const from = `host=127.0.0.1 port=${primary.port} user=postgres application_name=copy`;
      const args = ['-d', from, '-X', 'stream', '-c', 'fast', '--no-sync'];
      await runPostgresProgram('pg_basebackup', data, args, testUser);
    },
    async follow(primary) {
      const from = `host=127.0.0.1 port=${primary.port} user=postgres application_name=${STANDBY_NAME}`;
      await writeFile(join(data, 'standby.signal'), '');
      await writeFile(join(data, 'postgresql.auto.conf'), `primary_conninfo = '${from}'\n`);
    },
    async start() {
      ({ child, output } = await startPostgres(data, settings, testUser));
    },
    async signalAll(signal) {
      const pid = child?.pid;
      if (child === null || pid === undefined) return;
      const ended = once(child, 'close');
      // The server first, so that it starts nothing more. Its processes are in sessions of their own.
      const all = signal === 'SIGCONT' ? [...(await listChildren(pid)), pid] : [pid];
      for (const each of all) sendSignal(each, signal);
      if (signal !== 'SIGCONT') for (const each of await listChildren(pid)) sendSignal(each, signal);
      if (signal === 'SIGKILL') await ended;
    },
    async stop() {
      if (child === null) return;
      const ended = once(child, 'close');
      child.kill('SIGINT');
      await ended;
    },
  };
}

function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    // It has ended by itself meanwhile.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

/** The processes that this one has started. */
async function listChildren(parent: number): Promise<number[]> {
  return (await listProcesses()).filter((each) => each.parent === parent).map(({ id }) => id);
}
