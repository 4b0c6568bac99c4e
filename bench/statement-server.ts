import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, chownSync, constants, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import { findFreePort } from '../server/test/support/service-process.ts';

const BIN = '/usr/lib/postgresql/15/bin';
const READY_TRIES = 200;
const READY_PAUSE_MS = 100;
const run = promisify(execFile);

/** A PostgreSQL that counts its statements. */
export interface StatementServer {
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * Starts Debian's PostgreSQL 15 in `folder` with `pg_stat_statements`, which the embedded one comes without. The other settings
 * are those that the embedded one has in production.
 * @throws Error that says what to install, or which server to name, where it isn't there
 */
export async function startStatementServer(
  folder: string,
  user: { readonly uid: number; readonly gid: number } | null,
): Promise<StatementServer> {
  try {
    for (const program of ['postgres', 'initdb']) accessSync(join(BIN, program), constants.X_OK);
  } catch {
    throw new Error(
      'The embedded PostgreSQL comes without pg_stat_statements. Install another one (apt-get install postgresql-15), or name a server that preloads it in AUTOSEND_TEST_DATABASE_URL.',
    );
  }
  const data = join(folder, 'statements');
  mkdirSync(data, { mode: 0o700 });
  if (user) for (const path of [folder, data]) chownSync(path, user.uid, user.gid);
  await run(join(BIN, 'initdb'), ['-D', data, '-U', 'postgres', '--locale=C', '-E', 'UTF8', '--auth=trust'], {
    cwd: data,
    ...user,
  });
  const port = await findFreePort();
  const settings = {
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: '',
    shared_buffers: '128MB',
    jit: 'off',
    shared_preload_libraries: 'pg_stat_statements',
  };
  const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const child = spawn(join(BIN, 'postgres'), ['-D', data, ...options], { cwd: data, stdio: 'ignore', ...user });
  const ended = once(child, 'close');
  const url = `postgresql://postgres@127.0.0.1:${port}/postgres`;
  for (let tries = 0; !(await answers(url)); tries += 1) {
    if (tries === READY_TRIES || child.exitCode !== null) throw new Error("Debian's PostgreSQL 15 didn't start.");
    await delay(READY_PAUSE_MS);
  }
  return {
    url,
    async stop() {
      child.kill('SIGINT');
      await ended;
    },
  };
}

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}
