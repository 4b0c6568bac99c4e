import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** The Debian package of each program that tests may need. */
const PACKAGE_OF = {
  nsd: 'nsd',
  knotd: 'knot',
  kzonesign: 'knot-dnssecutils',
  named: 'bind9',
  pdns_server: 'pdns-server pdns-backend-sqlite3',
  pdnsutil: 'pdns-server pdns-backend-sqlite3',
  dig: 'bind9-dnsutils',
  nsupdate: 'bind9-dnsutils',
  knsupdate: 'knot-dnsutils',
  unbound: 'unbound',
  opendkim: 'opendkim',
  postfix: 'postfix',
  rspamd: 'rspamd',
  lego: 'lego',
  lexicon: 'lexicon',
  certbot: 'python3-certbot-dns-cloudflare',
  pebble: 'pebble',
  openssl: 'openssl',
  pgbouncer: 'pgbouncer',
} as const;
export type Program = keyof typeof PACKAGE_OF;

// Debian keeps daemons in folders that are not in everyone's PATH.
const MORE_FOLDERS = ['/usr/sbin', '/usr/local/sbin', '/sbin'];
const READY_TIMEOUT_MS = 15_000;
const STOP_TIMEOUT_MS = 5_000;
const POLL_MS = 20;

/** A program that runs in the foreground as our child. */
export interface Daemon {
  signal(signal: NodeJS.Signals): void;
  /** Waits until the condition holds; throws with the program's output when it ended by itself or takes too long. */
  until(condition: () => Promise<boolean>): Promise<void>;
  stop(): Promise<void>;
}

/** Finds an installed program; null where it is not there. */
export function findProgram(name: string): string | null {
  const folders = [...(process.env.PATH ?? '').split(delimiter).filter(Boolean), ...MORE_FOLDERS];
  return folders.map((folder) => join(folder, name)).find(isExecutable) ?? null;
}

/**
 * Says in one line what to install where a program is not there, for `describe(…, { skip })`; false when all are.
 * @throws Error with that line where `CI=true`: a test that did not run must not look there like one that passed
 */
export function explainMissing(programs: readonly Program[]): string | false {
  const missing = programs.filter((name) => findProgram(name) === null);
  if (missing.length === 0) return false;
  const packages = new Set(missing.map((name) => PACKAGE_OF[name]));
  const line = `needs ${missing.join(', ')}: apt-get install ${[...packages].join(' ')}`;
  if (process.env.CI === 'true') throw new Error(`This test ${line}`);
  return line;
}

/** Starts a program, or the one at `path` in its place, and does not wait for it. */
export function startDaemon(program: Program, args: readonly string[], path = findProgram(program)): Daemon {
  // The kernel ends it when this process dies, however that comes about: a killed test run must leave no server behind.
  const setpriv = findProgram('setpriv');
  const [command = program, ...rest] = [
    ...(setpriv === null ? [] : [setpriv, '--pdeathsig', 'TERM', '--']),
    path ?? program,
    ...args,
  ];
  const child = spawn(command, rest, { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  child.once('error', (error) => {
    output += error.message;
  });
  const closed = once(child, 'close').catch(() => undefined);
  return {
    signal: (signal) => void child.kill(signal),
    async until(condition) {
      const startedAt = performance.now();
      while (!(await condition())) {
        if (hasEnded(child)) throw new Error(`${program} ended by itself: ${output}`);
        if (performance.now() - startedAt > READY_TIMEOUT_MS) throw new Error(`${program} takes too long: ${output}`);
        await delay(POLL_MS);
      }
    },
    async stop() {
      child.kill();
      const late = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
      await closed;
      clearTimeout(late);
    },
  };
}

function hasEnded(child: ChildProcess): boolean {
  return child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
