import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { createServer, type Server, type Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import { decode, encode, type OptAnswer, type Packet } from 'dns-packet';
import { applyFault, type Behavior, type Output } from './dns-server-faults.ts';
import {
  addressesOf,
  answerAuthoritatively,
  answerRecursively,
  isWithin,
  toPacket,
  type Zone,
  type ZoneRecord,
  type ZoneSetup,
} from './dns-server-zones.ts';

/**
 * A DNS server for tests: real UDP and TCP on 127.0.0.x, all on one free port, so that `AUTOSEND_DNS_AUTHORITATIVE_PORT` works.
 *
 *     const dns = await startDnsServer();
 *     dns.setZone('example.com', {
 *       nameservers: [{ name: 'ns1.example.com', address: '127.0.0.11' }, { name: 'ns2.example.com', address: '127.0.0.12' }],
 *       records: [{ name: '_autosend-verify.example.com', type: 'TXT', value: 'autosend-verify-…' }],
 *     });
 *     // settings of the program: resolvers [dns.resolver], authoritativePort dns.port, allowPrivate true
 *     dns.addRecord('example.com', { name: 'asend.example.com', type: 'MX', priority: 10, value: 'feedback-smtp.…' });
 *     dns.setRecords('example.com', [], '127.0.0.12');                 // this server differs from the others
 *     dns.fault({ address: '127.0.0.12' }, 'silence');                 // answers nothing any more
 *     dns.fault({ name: '_dmarc.example.com' }, 'servfail', { times: 1 });
 *     dns.questions.filter((q) => q.address !== dns.resolver.address); // what was asked of authoritative servers
 *     await dns.close();
 *
 * Name servers may use 127.0.0.11 to 127.0.0.26. 127.0.0.10 is the resolver, which validates after `dns.validate(true)`;
 * 127.0.0.8 is one that never does; name servers may use ::1 too where `HAS_IPV6`; 127.0.0.9 holds the root, which is there
 * without being set: it refers to every zone that has no parent here, and says NXDOMAIN to everything else.
 */
export interface DnsServer {
  readonly port: number;
  readonly resolver: { readonly address: string; readonly port: number };
  /** A second resolver, which does not validate. */
  readonly plainResolver: { readonly address: string; readonly port: number };
  /** Whether `resolver` validates; it does not at first. */
  validate(on: boolean): void;
  /** Every question that came in, oldest first. Empty it with `questions.length = 0`. */
  readonly questions: AskedQuestion[];
  /** Adds a zone, or replaces it with all its records. */
  setZone(name: string, setup: ZoneSetup): void;
  removeZone(name: string): void;
  /** Replaces the records of a zone, on all its servers or on one only. */
  setRecords(zone: string, records: readonly ZoneRecord[], onlyAt?: string): void;
  addRecord(zone: string, record: ZoneRecord): void;
  removeRecords(zone: string, name: string, type?: ZoneRecord['type']): void;
  /** Makes matching questions go wrong, the newest fault first. Gives back a function that ends it. */
  fault(match: FaultMatch, behavior: Behavior, options?: { times?: number }): () => void;
  clearFaults(): void;
  close(): Promise<void>;
}

/** One question as it came in. `name` is lower case; `rawName` has the case that was sent. */
export interface AskedQuestion {
  readonly name: string;
  readonly rawName: string;
  readonly type: string;
  readonly address: string;
  /** When it came in, in milliseconds since 1970. */
  readonly at: number;
  readonly transport: 'udp' | 'tcp';
  readonly id: number;
  readonly sourcePort: number;
  readonly recursionDesired: boolean;
  readonly authenticDataWanted: boolean;
  readonly checkingDisabled: boolean;
  readonly edns: boolean;
}

/** Which questions a fault strikes; what is left out matches all. `name` matches the name itself, `within` also what is below it. */
export interface FaultMatch {
  readonly address?: string;
  readonly name?: string;
  readonly within?: string;
  readonly type?: string;
  readonly transport?: 'udp' | 'tcp';
}

/** Whether this machine has the loopback address of IPv6. */
export const HAS_IPV6 = Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === '::1'));

const ROOT_ADDRESS = '127.0.0.9';
const RESOLVER_ADDRESS = '127.0.0.10';
const PLAIN_RESOLVER_ADDRESS = '127.0.0.8';
const SERVER_ADDRESSES = Array.from({ length: 16 }, (_, index) => `127.0.0.${11 + index}`);

/**
 * Starts the server; resolves when every address listens.
 * @param moreResolvers other addresses at which it is a resolver, so that it shows who asked: 127.0.0.27 and higher
 */
export async function startDnsServer({
  moreResolvers = [],
}: {
  moreResolvers?: readonly string[];
} = {}): Promise<DnsServer> {
  const resolvers = [RESOLVER_ADDRESS, PLAIN_RESOLVER_ADDRESS, ...moreResolvers];
  const zones = new Map<string, Zone>();
  const questions: AskedQuestion[] = [];
  let validates = false;
  const faults: { match: FaultMatch; behavior: Behavior; left: number }[] = [];
  const keepZone = (name: string, setup: ZoneSetup) =>
    zones.set(name, { name, setup, records: setup.records ?? [], perServer: new Map() });
  keepZone('', { nameservers: [{ name: 'a.root-servers.net', address: ROOT_ADDRESS }] });

  async function respond(message: Buffer, from: Omit<AskedQuestion, QueryField>): Promise<Output> {
    const query = decode(message);
    const asked = query.questions?.[0];
    if (!asked) return { messages: [] };
    const name = asked.name.toLowerCase() === '.' ? '' : asked.name.toLowerCase();
    const opt = query.additionals?.find((record): record is OptAnswer => record.type === 'OPT');
    const noted: AskedQuestion = {
      ...from,
      at: Date.now(),
      name,
      rawName: asked.name,
      type: asked.type,
      id: query.id ?? 0,
      recursionDesired: query.flag_rd,
      authenticDataWanted: query.flag_ad,
      checkingDisabled: query.flag_cd,
      edns: opt !== undefined,
    };
    questions.push(noted);
    const recursive = resolvers.includes(from.address);
    const validation = {
      validates: validates && from.address === RESOLVER_ADDRESS,
      checkingDisabled: query.flag_cd,
    };
    const all = [...zones.values()];
    const reply = recursive
      ? answerRecursively(all, name, asked.type, validation)
      : answerAuthoritatively(all, from.address, name, asked.type);
    const normal = toPacket(query, reply, recursive);
    const context = { query, message, transport: from.transport, normal };
    for (const fault of faults) {
      if (fault.left <= 0 || !matches(fault.match, noted)) continue;
      const output = await behave(fault.behavior, context);
      if (output === null) continue;
      fault.left -= 1;
      return output;
    }
    return { messages: [fit(normal, from.transport, opt?.udpPayloadSize ?? 512)] };
  }

  const listeners = await listenEverywhere(
    [...resolvers, ROOT_ADDRESS, ...SERVER_ADDRESSES, ...(HAS_IPV6 ? ['::1'] : [])],
    respond,
  );
  return {
    port: listeners.port,
    resolver: { address: RESOLVER_ADDRESS, port: listeners.port },
    plainResolver: { address: PLAIN_RESOLVER_ADDRESS, port: listeners.port },
    validate: (on) => {
      validates = on;
    },
    questions,
    setZone: (name, setup) => {
      for (const address of setup.nameservers.flatMap((ns) => [...addressesOf(ns)])) {
        const ours = !address.startsWith('127.') || [ROOT_ADDRESS, ...SERVER_ADDRESSES].includes(address);
        if (!ours) throw new Error(`Use 127.0.0.11 to 127.0.0.26 for name servers, not ${address}.`);
      }
      keepZone(name, setup);
    },
    removeZone: (name) => void zones.delete(name),
    setRecords: (name, records, onlyAt) => {
      const zone = get(zones, name);
      if (onlyAt === undefined) zone.records = records;
      else zone.perServer.set(onlyAt, records);
    },
    addRecord: (name, record) => {
      const zone = get(zones, name);
      zone.records = [...zone.records, record];
    },
    removeRecords: (name, owner, type) => {
      const zone = get(zones, name);
      zone.records = zone.records.filter((r) => r.name !== owner || (type !== undefined && r.type !== type));
    },
    fault: (match, behavior, options) => {
      const fault = { match, behavior, left: options?.times ?? Number.POSITIVE_INFINITY };
      faults.unshift(fault);
      return () => {
        fault.left = 0;
      };
    },
    clearFaults: () => {
      faults.length = 0;
    },
    close: listeners.close,
  };
}

type QueryField = Exclude<keyof AskedQuestion, 'address' | 'transport' | 'sourcePort'>;
type Respond = (message: Buffer, from: Omit<AskedQuestion, QueryField>) => Promise<Output>;

function get(zones: ReadonlyMap<string, Zone>, name: string): Zone {
  const zone = zones.get(name);
  if (!zone) throw new Error(`There is no zone ${name}; call setZone first.`);
  return zone;
}

function matches(match: FaultMatch, asked: AskedQuestion): boolean {
  if (match.address !== undefined && match.address !== asked.address) return false;
  if (match.name !== undefined && match.name.toLowerCase() !== asked.name) return false;
  if (match.within !== undefined && !isWithin(asked.name, match.within)) return false;
  if (match.type !== undefined && match.type !== asked.type) return false;
  return match.transport === undefined || match.transport === asked.transport;
}

async function behave(behavior: Behavior, context: Parameters<typeof applyFault>[1]): Promise<Output | null> {
  if (typeof behavior === 'string') return applyFault(behavior, context);
  if ('messages' in behavior) {
    return { messages: behavior.messages(context), strangers: behavior.strangers?.(context) ?? [] };
  }
  await behavior.hold;
  return null;
}

/** The message, or over UDP and too long for the client: an empty one with TC. */
function fit(packet: Packet & { flags: number }, transport: 'udp' | 'tcp', limit: number): Buffer {
  const message = encode(packet);
  if (transport === 'tcp' || message.length <= limit) return message;
  return encode({ ...packet, flags: packet.flags | 0x0200, answers: [], authorities: [], additionals: [] });
}

async function listenEverywhere(
  addresses: readonly string[],
  respond: Respond,
): Promise<{ port: number; close(): Promise<void> }> {
  for (let attempt = 0; ; attempt++) {
    const closers: (() => Promise<void>)[] = [];
    const close = async () => void (await Promise.all(closers.map((end) => end())));
    try {
      let port = 0;
      for (const address of addresses) {
        const tcp = await listenTcp(address, port, respond);
        closers.push(tcp.close);
        port = tcp.port;
        closers.push(await listenUdp(address, port, respond));
      }
      return { port, close };
    } catch (error) {
      await close();
      if (attempt === 20) throw error; // another process took the port on one of the addresses, again and again
    }
  }
}

async function listenUdp(address: string, port: number, respond: Respond): Promise<() => Promise<void>> {
  const family = address.includes(':') ? 'udp6' : 'udp4';
  const sockets = [createSocket(family), createSocket(family)] as const;
  const [socket, other] = sockets;
  socket.on('message', (message, peer) => {
    void respond(message, { address, transport: 'udp', sourcePort: peer.port }).then(async (output) => {
      const sender = output.from === 'other-port' ? other : socket;
      for (const bytes of output.strangers ?? []) await sendTo(other, bytes, peer);
      for (const bytes of output.messages) await sendTo(sender, bytes, peer);
    });
  });
  await bind(socket, address, port);
  await bind(other, address, 0);
  return async () => void (await Promise.all(sockets.map((each) => new Promise<void>((done) => each.close(done)))));
}

/** One for each turn of the event loop, so that a flood from here does not overflow the receiver's buffer in the same process. */
function sendTo(socket: UdpSocket, bytes: Buffer, peer: { port: number; address: string }): Promise<void> {
  return new Promise((resolve) => socket.send(bytes, peer.port, peer.address, () => setImmediate(resolve)));
}

function bind(socket: UdpSocket, address: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.bind({ address, port, exclusive: true }, () => {
      socket.on('error', () => undefined).off('error', reject);
      resolve();
    });
  });
}

async function listenTcp(
  address: string,
  port: number,
  respond: Respond,
): Promise<{ port: number; close(): Promise<void> }> {
  const open = new Set<Socket>();
  const server: Server = createServer((socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket)).on('error', () => socket.destroy());
    let received = Buffer.alloc(0);
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      if (received.length < 2 || received.length < 2 + received.readUInt16BE(0)) return;
      const message = received.subarray(2, 2 + received.readUInt16BE(0));
      received = received.subarray(2 + message.length);
      const sourcePort = socket.remotePort ?? 0;
      void respond(message, { address, transport: 'tcp', sourcePort }).then((output) => writeTcp(socket, output));
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen({ host: address, port, exclusive: true }, resolve);
  });
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new Error('A TCP server without an address.');
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      for (const socket of open) socket.destroy();
    });
  return { port: bound.port, close };
}

function writeTcp(socket: Socket, output: Output): void {
  if (output.how === 'close') socket.destroy();
  for (const message of output.messages) {
    const extra = output.how === 'length-lies' ? 500 : 0;
    const framed = Buffer.concat([Buffer.alloc(2), message]);
    framed.writeUInt16BE(Math.min(0xffff, message.length + extra), 0);
    if (output.how === 'byte-by-byte') trickle(socket, framed);
    else socket.write(framed);
    if (output.how === 'length-lies') socket.end();
  }
}

/** One octet every 20 ms: alive at every moment, and never done. */
function trickle(socket: Socket, bytes: Buffer): void {
  let at = 0;
  const timer = setInterval(() => {
    if (socket.destroyed || at >= bytes.length) return clearInterval(timer);
    socket.write(bytes.subarray(at, at + 1));
    at += 1;
  }, 20);
  socket.on('close', () => clearInterval(timer));
}
