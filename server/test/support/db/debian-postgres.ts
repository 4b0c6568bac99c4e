import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { accessSync, chownSync, constants } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { waitUntil } from '../service-process.ts';

/** Whom the server runs as, since it doesn't run as root; null for whoever runs us. */
export type PostgresUser = { readonly uid: number; readonly gid: number } | null;

const BIN = '/usr/lib/postgresql/15/bin';
const run = promisify(execFile);

/** Whether Debian's PostgreSQL 15 is installed, with these of its programs. */
export function hasPostgres(programs: readonly string[]): boolean {
  try {
    for (const program of programs) accessSync(join(BIN, program), constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Runs one of its programs in a folder, to its end. */
export async function runPostgresProgram(
  program: string,
  data: string,
  args: readonly string[],
  user: PostgresUser,
): Promise<void> {
  await run(join(BIN, program), ['-D', data, ...args], placeIn(data, user));
}

/** Makes a folder that only the server may enter. */
export async function makeServerFolder(path: string, user: PostgresUser): Promise<void> {
  await mkdir(path, { mode: 0o700 });
  if (user) chownSync(path, user.uid, user.gid);
}

/** Makes an empty cluster with the superuser `postgres`, whom everybody may be. */
export async function makeCluster(data: string, user: PostgresUser): Promise<void> {
  await makeServerFolder(data, user);
  const args = ['-U', 'postgres', '--auth=trust', '-E', 'UTF8', '--locale=C', '-N'];
  await runPostgresProgram('initdb', data, args, user);
}

/** A server of its own. */
export interface RunningPostgres {
  readonly child: ChildProcess;
  output(): string;
}

/** Starts the server of a cluster on loopback, and waits until it lets somebody in. */
export async function startPostgres(
  data: string,
  settings: Readonly<Record<string, string | number>> & { readonly port: number },
  user: PostgresUser,
): Promise<RunningPostgres> {
  const all = { listen_addresses: '127.0.0.1', unix_socket_directories: '', ...settings };
  const given = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const child = spawn(join(BIN, 'postgres'), ['-D', data, ...given], {
    stdio: ['ignore', 'pipe', 'pipe'],
    ...placeIn(data, user),
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (part: string) => {
      text += part;
    });
  const output = () => text;
  try {
    await waitUntil(async () => {
      if (child.exitCode !== null || child.signalCode !== null) throw new Error(`PostgreSQL ended:\n${text}`);
      return answers(settings.port);
    }, output);
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
  return { child, output };
}

async function answers(port: number): Promise<boolean> {
  const client = new pg.Client({ host: '127.0.0.1', port, user: 'postgres', database: 'postgres' });
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

/** Its programs go back to the folder that they were started in, which another user may not be allowed to. */
function placeIn(data: string, user: PostgresUser): { cwd: string; uid?: number; gid?: number } {
  return { cwd: data, ...(user && { uid: user.uid, gid: user.gid }) };
}
