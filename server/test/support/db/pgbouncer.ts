import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { type Daemon, startDaemon } from '../daemon.ts';
import { findFreePort } from '../service-process.ts';
import { testUser } from '../test-user.ts';
import { buildRoutedUrl } from './routed-url.ts';

/** A real PgBouncer on a free loopback port. */
export interface PgBouncer {
  /** The address of a database by way of it. */
  route(url: string): string;
  /** Ends it at once, as a crash does: clients and servers see their connections break. */
  kill(): Promise<void>;
  /** Ends it as its service does. */
  end(): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

const ADMIN = 'pgbouncer';

/**
 * Writes its configuration and starts it, in transaction mode.
 * @param options.poolSize how many connections to the server it has for a database
 * @param options.settings further lines of its section `[pgbouncer]`
 * @param options.connectQuery what it runs on each new connection to the server
 */
export async function startPgBouncer(
  databaseUrl: string,
  options: { poolSize: number; settings?: Readonly<Record<string, string | number>>; connectQuery?: string },
): Promise<PgBouncer> {
  const { host, port: serverPort, user = '', password } = new pg.Client({ connectionString: databaseUrl });
  const folder = await mkdtemp(join(tmpdir(), 'autosend-pgbouncer-'));
  // It leaves root before it reads the file again.
  await chmod(folder, 0o755);
  const port = await findFreePort();
  const settings = {
    listen_addr: '127.0.0.1',
    listen_port: port,
    unix_socket_dir: '',
    pool_mode: 'transaction',
    auth_type: 'scram-sha-256',
    auth_file: join(folder, 'users.txt'),
    admin_users: ADMIN,
    default_pool_size: options.poolSize,
    max_client_conn: 1_000,
    server_login_retry: 1,
    ...(testUser && { user: testUser.name }),
    ...options.settings,
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name} = ${value}`);
  const onConnect = options.connectQuery === undefined ? '' : ` connect_query='${options.connectQuery}'`;
  await writeFile(
    join(folder, 'pgbouncer.ini'),
    `[databases]\n* = host=${host} port=${serverPort}${onConnect}\n[pgbouncer]\n${lines.join('\n')}\n`,
  );
  // It knows the password itself: it signs in to the server with it, and checks clients by it.
  await writeFile(join(folder, 'users.txt'), `"${user}" "${password ?? ''}"\n"${ADMIN}" "${ADMIN}"\n`);
  let daemon: Daemon | null = null;

  async function start(): Promise<void> {
    const started = startDaemon('pgbouncer', [join(folder, 'pgbouncer.ini')]);
    daemon = started;
    await started.until(() => answers(port));
  }
  async function end(signal: NodeJS.Signals): Promise<void> {
    daemon?.signal(signal);
    await daemon?.stop();
    daemon = null;
  }
  await start();
  return {
    route: (url) => buildRoutedUrl(url, port),
    start,
    kill: () => end('SIGKILL'),
    end: () => end('SIGTERM'),
    async stop() {
      await end('SIGTERM');
      await rm(folder, { recursive: true });
    },
  };
}

/** Whether its own console answers. */
async function answers(port: number): Promise<boolean> {
  const client = new pg.Client({ host: '127.0.0.1', port, user: ADMIN, password: ADMIN, database: ADMIN });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('SHOW VERSION');
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}
