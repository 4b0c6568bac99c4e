import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, readdir, readFile, symlink } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { testUserEnvironment } from './test-user.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const READY_TIMEOUT_MS = 30_000;
const POLL_MS = 25;

/** A service that runs as a process of its own, started the way `npm start` does. */
export interface ServiceProcess {
  readonly url: string;
  /** The launcher's. */
  readonly pid: number;
  readonly output: () => string;
  /** Sends a signal to the launcher alone, as `kill` does. */
  signal(signal: NodeJS.Signals): void;
  /** Sends a signal to the launcher and the service, as Ctrl-C does. */
  signalGroup(signal: NodeJS.Signals): void;
  /** Waits for the end; gives the exit code, or the signal that ended it. */
  ended(): Promise<number | NodeJS.Signals>;
}

/** Copies the project to `folder`, without data, with the built dashboard, and with the installed packages by a link. */
export async function copyProject(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const name of await readdir(ROOT)) {
    if (['package.json', 'package-lock.json', 'scripts'].includes(name)) {
      await cp(join(ROOT, name), join(folder, name), { recursive: true });
    }
  }
  for (const workspace of ['server', 'dashboard']) {
    const left = [join(ROOT, workspace, 'node_modules'), join(ROOT, workspace, 'test')];
    await cp(join(ROOT, workspace), join(folder, workspace), {
      recursive: true,
      filter: (path) => !left.includes(path),
    });
    if ((await readdir(join(ROOT, workspace))).includes('node_modules'))
      await symlink(join(ROOT, workspace, 'node_modules'), join(folder, workspace, 'node_modules'));
  }
  await cp(join(ROOT, 'packages', 'sdk', 'src'), join(folder, 'packages', 'sdk', 'src'), { recursive: true });
  await cp(join(ROOT, 'packages', 'sdk', 'package.json'), join(folder, 'packages', 'sdk', 'package.json'));
  await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
}

/** The environment of this process without what is meant for the service, Node.js or npm. */
export function readOuterEnvironment(): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(AUTOSEND_|NODE_|npm_)/.test(name)));
}

/** Starts the project in `folder` and does not wait for it. */
export function launchService(options: {
  folder: string;
  port: number;
  env?: Record<string, string>;
  uid?: number;
  gid?: number;
}): ServiceProcess {
  const { folder, port, env, ...user } = options;
  const asUser = user.uid === undefined ? testUserEnvironment : {};
  const child = spawn(process.execPath, [join(folder, 'scripts/start.mjs')], {
    cwd: folder,
    env: { ...readOuterEnvironment(), ...asUser, AUTOSEND_PORT: String(port), AUTOSEND_KEY_POOL_SIZE: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
    ...user,
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const ended = once(child, 'close').then(() => child.signalCode ?? child.exitCode ?? Number.NaN);
  return {
    url: `http://localhost:${port}`,
    pid: child.pid ?? Number.NaN,
    output: () => output,
    signal: (signal) => void child.kill(signal),
    signalGroup: (signal) => killGroup(child, signal),
    ended: () => ended,
  };
}

/** Starts the project in `folder` and waits until it says where it serves. */
export async function startService(options: Parameters<typeof launchService>[0]): Promise<ServiceProcess> {
  const service = launchService(options);
  let end: number | NodeJS.Signals | undefined;
  void service.ended().then((code) => {
    end = code;
  });
  await waitUntil(async () => {
    if (end !== undefined) throw new Error(`The service ended (${end}) before it was ready:\n${service.output()}`);
    return service.output().includes(service.url);
  }, service.output);
  return service;
}

/** Waits until `probe` gives true; a throw ends the wait at once. */
export async function waitUntil(
  probe: () => Promise<boolean>,
  describe: () => string = () => '',
  boundMs = READY_TIMEOUT_MS,
): Promise<void> {
  const startedAt = performance.now();
  while (!(await probe())) {
    if (performance.now() - startedAt > boundMs) throw new Error(`Waited for too long. ${describe()}`);
    await delay(POLL_MS);
  }
}

/** Asks the service whether it is ready to work; false also when nobody answers. */
export async function isReady(service: ServiceProcess): Promise<boolean> {
  return fetch(`${service.url}/health/ready`).then(
    (answer) => answer.ok,
    () => false,
  );
}

/** Finds a port that nobody uses at this moment. */
export async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('No port was given.');
  return address.port;
}

/** Reads the pid of the database server of a data folder; null when none runs that ended cleanly. */
export async function readDatabasePid(dataDir: string): Promise<number | null> {
  const text = await readFile(join(dataDir, 'postgres/postmaster.pid'), 'utf8').catch(() => null);
  return text === null ? null : Number.parseInt(text, 10);
}

function killGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid !== undefined) process.kill(-child.pid, signal);
}
