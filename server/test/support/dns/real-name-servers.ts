import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { Resolver } from 'node:dns/promises';
import { once } from 'node:events';
import { copyFile, mkdir, rename, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { type Daemon, findProgram, type Program, startDaemon } from '../daemon.ts';
import {
  formatBindConfig,
  formatKnotConfig,
  formatNsdConfig,
  formatUnboundConfig,
  type Stub,
  type UpdateRights,
} from './name-server-config.ts';
import type { SignedZone } from './sign-zone.ts';
import { formatZone, type ZoneFile, type ZoneText } from './zone-text.ts';

/**
 * Name servers that other people wrote, as child processes on loopback addresses: our own test server knows DNS only as
 * we understand it. `explainMissing` of daemon.ts says whether they are installed.
 */
export interface RealServer {
  readonly address: string;
  readonly port: number;
  /** Starts it again after `stop`, with nothing remembered but its zones. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** An authoritative server. */
export interface RealNameServer extends RealServer {
  /** Writes the zone file and waits until its serial is served; a server that is stopped serves it when it starts. */
  publish(zone: ZoneText | ZoneFile): Promise<void>;
}

const ASK_TIMEOUT_MS = 250;
// Nobody asks again when a busy machine let one answer wait.
const TXT_TRIES = 5;
// A server that is still busy with one reload may let the next signal pass.
const RELOAD_EVERY_MS = 1_000;
// Below the ports that systems give to sockets that ask for any, so that no question of ours can sit on it.
const PORTS = [20_000, 30_000] as const;
const PORT_TRIES = 50;

/** The authoritative servers, and how each is run in the foreground. */
const SOFTWARE = {
  nsd: { program: 'nsd', formatConfig: formatNsdConfig, listArguments: (config: string) => ['-d', '-c', config] },
  knot: { program: 'knotd', formatConfig: formatKnotConfig, listArguments: (config: string) => ['-c', config] },
  bind: {
    program: 'named',
    formatConfig: formatBindConfig,
    listArguments: (config: string) => ['-g', '-n', '1', '-c', config],
  },
} as const;
export type Software = keyof typeof SOFTWARE;

/**
 * Starts NSD, Knot or BIND with `zones`, and Knot with zones that have `expired`; its files are in `folder`, which it has to
 * itself. With `updates` BIND and Knot take updates of their zones (dynamic-zones.ts), which are then published so alone.
 */
export async function startNameServer(options: {
  software: Software;
  folder: string;
  address: string;
  port: number;
  zones: readonly (ZoneText | ZoneFile)[];
  expired?: readonly string[];
  updates?: UpdateRights;
}): Promise<RealNameServer> {
  const { software, folder, address, port, expired = [], updates } = options;
  const zones = new Map(options.zones.map((zone) => [zone.name, zone]));
  const config = join(folder, `${software}.conf`);
  const { program, formatConfig, listArguments } = SOFTWARE[software];
  await mkdir(folder, { recursive: true });
  await writeFile(
    config,
    formatConfig({ folder, address, port, zones: [...zones.keys()], expired, ...(updates && { updates }) }),
  );
  for (const zone of zones.values()) await writeZone(folder, zone);
  const path = await copyProgram(program, folder);

  let daemon: Daemon | null = null;
  const isServed = async ({ name, serial }: ZoneText | ZoneFile) => {
    const served = await askSerial(address, port, name);
    return updates ? served !== null : served === serial;
  };
  const server: RealNameServer = {
    address,
    port,
    async start() {
      daemon = startDaemon(program, listArguments(config), path);
      for (const zone of zones.values()) await daemon.until(() => isServed(zone));
    },
    async publish(zone) {
      if (updates) throw new Error('A dynamic zone is changed by updates.');
      if (!zones.has(zone.name)) throw new Error(`${address} was not started with the zone ${zone.name}.`);
      zones.set(zone.name, zone);
      await writeZone(folder, zone);
      const running = daemon;
      let reloadedAt = Number.NEGATIVE_INFINITY;
      await running?.until(() => {
        if (performance.now() - reloadedAt > RELOAD_EVERY_MS) {
          running.signal('SIGHUP');
          reloadedAt = performance.now();
        }
        return isServed(zone);
      });
    },
    async stop() {
      await daemon?.stop();
      daemon = null;
    },
  };
  await startOrStop(server);
  return server;
}

/**
 * Starts Unbound, which knows the way to `stubs` and has a root zone of its own in place of the Internet: an empty one, or
 * one that is signed, and then it validates.
 */
export async function startResolver(options: {
  folder: string;
  address: string;
  port: number;
  stubs: readonly Stub[];
  signedRoot?: SignedZone;
}): Promise<RealServer> {
  const { folder, address, port, signedRoot } = options;
  const config = join(folder, 'unbound.conf');
  await mkdir(folder, { recursive: true });
  await writeFile(config, formatUnboundConfig({ ...options, rootDs: signedRoot?.ds }));
  await writeZone(folder, signedRoot ?? { name: '', serial: 1, nameservers: ['a.root-servers.net'], records: [] });
  const program = await copyProgram('unbound', folder);

  let daemon: Daemon | null = null;
  const server: RealServer = {
    address,
    port,
    async start() {
      daemon = startDaemon('unbound', ['-d', '-c', config], program);
      // The root, which it has itself: the servers of the stubs may be away.
      await daemon.until(async () => (await askSerial(address, port, '.')) !== null);
    },
    async stop() {
      await daemon?.stop();
      daemon = null;
    },
  };
  await startOrStop(server);
  return server;
}

/** Finds a port that is free on all of these addresses, for UDP and TCP. */
export async function findSharedPort(addresses: readonly string[]): Promise<number> {
  for (let tries = 0; tries < PORT_TRIES; tries += 1) {
    const port = randomInt(...PORTS);
    const isFree = await Promise.all(
      addresses.flatMap((address) => [canBindUdp(address, port), canListen(address, port)]),
    );
    if (isFree.every(Boolean)) return port;
  }
  throw new Error(`No port is free on all of ${addresses.join(', ')}.`);
}

/** Asks one server for the texts at a name, each as its character-strings; throws ENOTFOUND, ENODATA, … as node:dns does. */
export function askTxt(server: Pick<RealServer, 'address' | 'port'>, name: string): Promise<string[][]> {
  return resolverFor(server.address, server.port, TXT_TRIES).resolveTxt(name);
}

/** AppArmor ties Debian's Unbound and BIND, by their paths, to the system's own configuration; a copy may read ours. */
async function copyProgram(program: Program, folder: string): Promise<string> {
  const copy = join(folder, program);
  await copyFile(findProgram(program) ?? program, copy);
  return copy;
}

async function startOrStop(server: RealServer): Promise<void> {
  try {
    await server.start();
  } catch (error) {
    await server.stop();
    throw error;
  }
}

// Under another name first: a server must never read half a zone.
async function writeZone(folder: string, zone: ZoneText | ZoneFile): Promise<void> {
  const file = join(folder, `${zone.name}.zone`);
  await writeFile(`${file}.new`, 'text' in zone ? zone.text : formatZone(zone));
  await rename(`${file}.new`, file);
}

async function askSerial(address: string, port: number, zone: string): Promise<number | null> {
  return resolverFor(address, port)
    .resolveSoa(zone)
    .then(
      ({ serial }) => serial,
      () => null,
    );
}

function resolverFor(address: string, port: number, tries = 1): Resolver {
  const resolver = new Resolver({ timeout: ASK_TIMEOUT_MS, tries });
  resolver.setServers([`${address}:${port}`]);
  return resolver;
}

async function canBindUdp(address: string, port: number): Promise<boolean> {
  const socket = createSocket('udp4');
  socket.bind({ address, port, exclusive: true });
  const isFree = await once(socket, 'listening').then(
    () => true,
    () => false,
  );
  socket.close();
  return isFree;
}

async function canListen(address: string, port: number): Promise<boolean> {
  const server = createServer().listen({ host: address, port, exclusive: true });
  const isFree = await once(server, 'listening').then(
    () => true,
    () => false,
  );
  server.close();
  return isFree;
}
