import { createSocket, type Socket } from 'node:dgram';
import { createSendBatch } from './send-batch.ts';

/** Fills the octets it is given from a cryptographic source. */
export type FillRandom = (octets: Uint8Array) => void;

/** An address and port to ask. */
export interface Target {
  readonly address: string;
  readonly port: number;
}

/** One question on its way: its id is nobody else's on that socket until `release`. */
export interface UdpSlot {
  readonly id: number;
  send(message: Buffer): void;
  release(): void;
}

/** What happens to a question on its way. Only datagrams from the target's own address and port with the right id come here. */
export interface UdpListener {
  onDatagram(datagram: Buffer): void;
  onError(error: Error): void;
}

/** Sockets on random ports, shared by all questions. */
export interface UdpPool {
  /** Takes a random socket and a random free id on it. Null: the socket could not be opened, or the pool is closed. */
  open(target: Target, listener: UdpListener): Promise<UdpSlot | null>;
  close(): void;
}

const SOCKETS = 64;
const MAX_USES = 512;
const MAX_AGE_MS = 60_000;

interface Pending extends UdpListener {
  readonly target: Target;
}

interface PooledSocket {
  readonly socket: Socket;
  readonly ready: Promise<boolean>;
  readonly pending: Map<number, Pending>;
  readonly openedAt: number;
  uses: number;
  retired: boolean;
}

/**
 * Opens the pool. A forger must guess one of 64 ports, one of 65,536 ids and the case of the name within one round trip
 * (RFC 5452 §9); each socket gives way to a new one on another port after 512 questions or a minute.
 */
export function createUdpPool(fillRandom: FillRandom, limits = { sockets: SOCKETS, maxUses: MAX_USES }): UdpPool {
  const takeOctet = bufferRandom(fillRandom);
  const sockets = new Map<string, PooledSocket>();
  const draining = new Set<PooledSocket>();
  const batch = createSendBatch();
  let closed = false;

  function retire(key: string, pooled: PooledSocket): void {
    if (sockets.get(key) === pooled) sockets.delete(key);
    // A socket may break more than once, and throws where it is closed twice.
    if (pooled.retired) return;
    pooled.retired = true;
    draining.add(pooled);
    closeIfIdle(pooled);
  }

  function closeIfIdle(pooled: PooledSocket): void {
    if (pooled.retired && pooled.pending.size === 0 && draining.delete(pooled)) pooled.socket.close();
  }

  function take(target: Target): { key: string; pooled: PooledSocket } {
    const key = `${target.address.includes(':') ? 6 : 4}/${takeOctet() % limits.sockets}`;
    const current = sockets.get(key);
    if (current && current.uses < limits.maxUses && performance.now() - current.openedAt < MAX_AGE_MS) {
      return { key, pooled: current };
    }
    if (current) retire(key, current);
    const pooled = openSocket(key.startsWith('6'), (broken) => retire(key, broken));
    // Where no file is left, binding fails before `openSocket` returns: what is broken is not kept.
    if (!pooled.retired) sockets.set(key, pooled);
    return { key, pooled };
  }

  return {
    open: async (target, listener) => {
      if (closed) return null;
      const { pooled } = take(target);
      pooled.uses += 1;
      let id = takeOctet() * 256 + takeOctet();
      while (pooled.pending.has(id)) id = takeOctet() * 256 + takeOctet();
      pooled.pending.set(id, { ...listener, target });
      const release = () => {
        pooled.pending.delete(id);
        closeIfIdle(pooled);
      };
      // `close` may have come while the socket was being bound.
      if (!(await pooled.ready) || !pooled.pending.has(id)) {
        release();
        return null;
      }
      const sendNow = (message: Buffer) => {
        if (!pooled.pending.has(id)) return;
        pooled.socket.send(message, target.port, target.address, (error) => {
          if (error) pooled.pending.get(id)?.onError(error);
        });
      };
      return { id, send: (message) => batch.post(() => sendNow(message)), release };
    },
    close: () => {
      closed = true;
      for (const [key, pooled] of [...sockets]) retire(key, pooled);
      for (const pooled of [...draining]) {
        for (const { onError } of [...pooled.pending.values()]) onError(new Error('the service is shutting down'));
        pooled.pending.clear();
        closeIfIdle(pooled);
      }
    },
  };
}

function openSocket(ipv6: boolean, onBroken: (pooled: PooledSocket) => void): PooledSocket {
  const pending = new Map<number, Pending>();
  // Only literal addresses are ever asked: no name may reach the system's resolver from here.
  const lookup = (host: string, _options: unknown, done: (e: null, address: string, family: number) => void) =>
    done(null, host, ipv6 ? 6 : 4);
  const socket = createSocket({ type: ipv6 ? 'udp6' : 'udp4', lookup: lookup as never, ipv6Only: ipv6 });
  const ready = new Promise<boolean>((resolve) => {
    socket.once('listening', () => resolve(true)).once('error', () => resolve(false));
  });
  const pooled: PooledSocket = { socket, ready, pending, openedAt: performance.now(), uses: 0, retired: false };
  socket.on('message', (datagram, peer) => {
    if (datagram.length < 2) return;
    const waiting = pending.get(datagram.readUInt16BE(0));
    if (waiting?.target.port === peer.port && waiting.target.address === peer.address) waiting.onDatagram(datagram);
  });
  socket.on('error', (error) => {
    for (const { onError } of [...pending.values()]) onError(error);
    onBroken(pooled);
  });
  // Port 0: the kernel picks the port at random out of its ephemeral range.
  socket.bind({ port: 0, address: ipv6 ? '::' : '0.0.0.0', exclusive: true });
  socket.unref();
  return pooled;
}

/** Hands out random octets one at a time from a larger draw. */
export function bufferRandom(fillRandom: FillRandom): () => number {
  const octets = new Uint8Array(1024);
  let at = octets.length;
  return () => {
    if (at === octets.length) {
      fillRandom(octets);
      at = 0;
    }
    return octets[at++] ?? 0;
  };
}
