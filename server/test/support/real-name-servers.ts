import { type ChildProcess, spawn } from 'node:child_process';
import { Resolver } from 'node:dns/promises';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { formatKnotConfig, formatNsdConfig, formatUnboundConfig, type Stub } from './name-server-config.ts';
import { formatZone, type ZoneText } from './zone-text.ts';

/** Name server programs of other people, run as child processes on loopback addresses: what is proved on them is not proved on our own idea of DNS. */
const PACKAGE_OF = { nsd: 'nsd', knotd: 'knot', unbound: 'unbound' } as const;
type Program = keyof typeof PACKAGE_OF;

// Debian keeps daemons in folders that are not in everyone's PATH.
const MORE_FOLDERS = ['/usr/sbin', '/usr/local/sbin', '/sbin', '/opt/homebrew/sbin'];
const ANSWER_TIMEOUT_MS = 10_000;
const STOP_TIMEOUT_MS = 5_000;
const POLL_MS = 20;
const RELOAD_EVERY_MS = 1_000;

/** An authoritative server, NSD or Knot. */
export interface NameServer {
  readonly address: string;
  readonly port: number;
  /** Writes the zone file, has the server read it, and waits until its serial is served. */
  publish(zone: ZoneText): Promise<void>;
  /** Starts it again after `stop`, with the zones that were published last. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** A recursive resolver, Unbound. */
export interface RecursiveResolver {
  readonly address: string;
  readonly port: number;
  stop(): Promise<void>;
}

/** Finds an installed program; null where it is not there. */
export function findProgram(name: string): string | null {
  const folders = [...(process.env.PATH ?? '').split(delimiter), ...MORE_FOLDERS];
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path)) ?? null;
}

/**
 * Says in one line what to install where a program is not there, for `describe(…, { skip })`; false when all are.
 * @throws Error with that line where `CI=true`: there a test that did not run must not look like one that passed
 */
export function explainMissing(programs: readonly Program[]): string | false {
  const missing = programs.filter((name) => findProgram(name) === null);
  if (missing.length === 0) return false;
  const line = `Needs ${missing.join(', ')}: apt-get install ${missing.map((name) => PACKAGE_OF[name]).join(' ')}`;
  if (process.env.CI === 'true') throw new Error(line);
  return line;
}

/** Starts an authoritative server for `zones`; its files are in `folder`, which it has to itself. */
export async function startNameServer(options: {
  software: 'nsd' | 'knot';
  folder: string;
  address: string;
  port: number;
  zones: readonly ZoneText[];
}): Promise<NameServer> {
  const { software, folder, address, port } = options;
  const zones = new Map(options.zones.map((zone) => [zone.name, zone]));
  await mkdir(folder, { recursive: true });
  for (const zone of zones.values()) await writeZone(folder, zone);
  const config = join(folder, `${software}.conf`);
  const format = software === 'nsd' ? formatNsdConfig : formatKnotConfig;
  await writeFile(config, format({ folder, address, port, zones: [...zones.keys()] }));

  let daemon: Daemon | null = null;
  const start = async (): Promise<void> => {
    daemon = software === 'nsd' ? runDaemon('nsd', ['-d', '-c', config]) : runDaemon('knotd', ['-c', config]);
    for (const zone of zones.values()) await daemon.until(() => servesSerial(address, port, zone));
  };
  await start();
  return {
    address,
    port,
    start,
    async publish(zone) {
      if (!zones.has(zone.name)) throw new Error(`${address} was not started with the zone ${zone.name}.`);
      zones.set(zone.name, zone);
      await writeZone(folder, zone);
      if (!daemon) return;
      let reloadedAt = Number.NEGATIVE_INFINITY;
      await daemon.until(async (running) => {
        // Repeated, because a server that is still busy with the last reload may let a signal pass.
        if (performance.now() - reloadedAt > RELOAD_EVERY_MS) {
          running.kill('SIGHUP');
          reloadedAt = performance.now();
        }
        return servesSerial(address, port, zone);
      });
    },
    async stop() {
      await daemon?.stop();
      daemon = null;
    },
  };
}

/** Starts a resolver that knows the way to `stubs` and, instead of the Internet, an empty root zone. */
export async function startResolver(options: {
  folder: string;
  address: string;
  port: number;
  stubs: readonly Stub[];
}): Promise<RecursiveResolver> {
  const { folder, address, port } = options;
  await mkdir(folder, { recursive: true });
  await writeZone(folder, { name: '', serial: 1, nameservers: ['a.root-servers.net'], records: [] });
  const config = join(folder, 'unbound.conf');
  await writeFile(config, formatUnboundConfig(options));
  const daemon = runDaemon('unbound', ['-d', '-c', config]);
  for (const { zone } of options.stubs) await daemon.until(async () => (await askSerial(address, port, zone)) !== null);
  return { address, port, stop: daemon.stop };
}

interface Daemon {
  /** Waits until the condition holds; throws with the program's output when it ended or the time is up. */
  until(condition: (running: ChildProcess) => Promise<boolean>): Promise<void>;
  stop(): Promise<void>;
}

function runDaemon(program: Program, args: readonly string[]): Daemon {
  const path = findProgram(program);
  if (path === null) throw new Error(`${program} is not installed: apt-get install ${PACKAGE_OF[program]}`);
  const child = spawn(path, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  let failure: Error | null = null;
  child.once('error', (error) => {
    failure = error;
  });
  const ended = once(child, 'close').catch(() => undefined);
  const hasEnded = () => failure !== null || child.exitCode !== null || child.signalCode !== null;
  // A test run that is cut short must not leave a server behind.
  const killAtExit = () => void child.kill('SIGTERM');
  process.once('exit', killAtExit);
  return {
    async until(condition) {
      const startedAt = performance.now();
      for (;;) {
        if (hasEnded()) throw new Error(`${program} ended by itself. ${failure ?? ''}\n${output}`);
        if (await condition(child)) return;
        if (performance.now() - startedAt > ANSWER_TIMEOUT_MS) throw new Error(`${program} did not get there.\n${output}`);
        await delay(POLL_MS);
      }
    },
    async stop() {
      process.off('exit', killAtExit);
      if (hasEnded()) return;
      child.kill('SIGTERM');
      const patience = new AbortController();
      const impatient = delay(STOP_TIMEOUT_MS, 'late', { signal: patience.signal }).catch(() => 'ended');
      if ((await Promise.race([ended, impatient])) === 'late') child.kill('SIGKILL');
      patience.abort();
      await ended;
    },
  };
}

// Under another name first: the server must never read half a zone.
async function writeZone(folder: string, zone: ZoneText): Promise<void> {
  const file = join(folder, `${zone.name}.zone`);
  await writeFile(`${file}.new`, formatZone(zone));
  await rename(`${file}.new`, file);
}

async function servesSerial(address: string, port: number, zone: ZoneText): Promise<boolean> {
  return (await askSerial(address, port, zone.name)) === zone.serial;
}

async function askSerial(address: string, port: number, zone: string): Promise<number | null> {
  const resolver = new Resolver({ timeout: 250, tries: 1 });
  resolver.setServers([`${address}:${port}`]);
  return resolver.resolveSoa(zone).then(
    ({ serial }) => serial,
    () => null,
  );
}
