import { createSocket, type Socket } from 'node:dgram';
import { isIPv6, SocketAddress } from 'node:net';
import { createSendBatch, type Sendable, type SendBatch } from './send-batch.ts';

/** Fills the octets it is given from a cryptographic source. */
export type FillRandom = (octets: Uint8Array) => void;

/** An address and port to ask. */
export interface Target {
  readonly address: string;
  readonly port: number;
}

/** Writes an address as the system writes it, since answers are matched by that text: `2001:DB8:0::1` becomes `2001:db8::1`. */
export function toCanonical({ address, port }: Target): Target {
  if (!address.includes(':') || !isIPv6(address) || address.includes('%')) return { address, port };
  return { address: new SocketAddress({ family: 'ipv6', address }).address, port };
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
  /**
   * Takes a random socket and a random free id on it, at once where the socket is open. Null: it could not be opened, or the
   * pool is closed.
   */
  open(target: Target, listener: UdpListener): UdpSlot | null | Promise<UdpSlot | null>;
  close(): void;
}

const SOCKETS = 64;
const MAX_USES = 512;
const MAX_AGE_MS = 60_000;
/** So many answers that come at once fit in the buffer of a socket, however small a system keeps it. */
const MAX_TOGETHER = 32;
/** Of so many addresses it is known which socket was drawn last for them. */
const MAX_DRAWS = 1_000;

/** The socket that was drawn for an address in a turn, and for how many more questions of that turn it is used. */
interface Draw {
  readonly pooled: PooledSocket;
  readonly turn: number;
  left: number;
}

interface PooledSocket {
  readonly socket: Socket;
  readonly ready: Promise<boolean>;
  readonly pending: Pending;
  readonly openedAt: number;
  isOpen: boolean;
  uses: number;
  retired: boolean;
}

/**
 * Opens the pool. A forger must guess one of 64 ports, one of 65,536 ids and the case of the name within one round trip
 * (RFC 5452 §9); each socket gives way to a new one on another port after 512 questions or a minute.
 *
 * The questions of one turn to one address leave from one socket, so that their answers are read at one go: to find out that
 * a socket has no more of them costs as much as reading one. For a forger nothing changes, who has to guess that port, and an
 * id for each; who asks us about a domain of theirs sees only ports on which nothing is asked of anybody else.
 */
export function createUdpPool(
  fillRandom: FillRandom,
  options: { readonly sockets?: number | undefined; readonly maxUses?: number } = {},
): UdpPool {
  const limits = { sockets: options.sockets ?? SOCKETS, maxUses: options.maxUses ?? MAX_USES };
  const takeOctet = bufferRandom(fillRandom);
  /** Those of IPv4 first, then as many of IPv6. */
  const sockets: (PooledSocket | undefined)[] = new Array(2 * limits.sockets).fill(undefined);
  const draining = new Set<PooledSocket>();
  const draws = new Map<string, Draw>();
  let turn = 0;
  const batch = createSendBatch(() => {
    turn += 1;
  });
  let closed = false;

  function retire(index: number, pooled: PooledSocket): void {
    if (sockets[index] === pooled) sockets[index] = undefined;
    // A socket may break more than once, and throws where it is closed twice.
    if (pooled.retired) return;
    pooled.retired = true;
    draining.add(pooled);
    closeIfIdle(pooled);
  }

  function closeIfIdle(pooled: PooledSocket): void {
    if (pooled.retired && pooled.pending.size === 0 && draining.delete(pooled)) pooled.socket.close();
  }

  function draw(target: Target): PooledSocket {
    const isIpv6 = target.address.includes(':');
    const index = (takeOctet() % limits.sockets) + (isIpv6 ? limits.sockets : 0);
    const current = sockets[index];
    if (current && current.uses < limits.maxUses && performance.now() - current.openedAt < MAX_AGE_MS) return current;
    if (current) retire(index, current);
    const pooled = openSocket(isIpv6, (broken) => retire(index, broken));
    // Where no file is left, binding fails before `openSocket` returns: what is broken is not kept.
    if (!pooled.retired) sockets[index] = pooled;
    return pooled;
  }

  function take(target: Target): PooledSocket {
    const last = draws.get(target.address);
    const isOfThisTurn = last?.turn === turn && last.left > 0;
    if (isOfThisTurn && !last.pooled.retired && last.pooled.uses < limits.maxUses) {
      last.left -= 1;
      return last.pooled;
    }
    const pooled = draw(target);
    if (draws.size >= MAX_DRAWS) draws.clear();
    draws.set(target.address, { pooled, turn, left: MAX_TOGETHER - 1 });
    return pooled;
  }

  async function waitUntilOpen(slot: Slot, pooled: PooledSocket): Promise<UdpSlot | null> {
    // `close` may have come while the socket was being bound.
    if ((await pooled.ready) && slot.isPending()) return slot;
    slot.release();
    return null;
  }

  return {
    open: (target, listener) => {
      if (closed) return null;
      const pooled = take(target);
      pooled.uses += 1;
      let id = takeOctet() * 256 + takeOctet();
      while (pooled.pending.find(id)) id = takeOctet() * 256 + takeOctet();
      const slot = new Slot(id, target, listener, pooled, batch, closeIfIdle);
      pooled.pending.add(slot);
      return pooled.isOpen ? slot : waitUntilOpen(slot, pooled);
    },
    close: () => {
      closed = true;
      sockets.forEach((pooled, index) => {
        if (pooled) retire(index, pooled);
      });
      for (const pooled of [...draining]) {
        for (const { listener } of pooled.pending.list()) listener.onError(new Error('the service is shutting down'));
        pooled.pending.clear();
        closeIfIdle(pooled);
      }
    },
  };
}

/** A class, since one is made for each question: its functions are made once (docs/performance.md, `dns-client`). */
class Slot implements UdpSlot, Sendable {
  readonly id: number;
  readonly target: Target;
  readonly listener: UdpListener;
  readonly #pooled: PooledSocket;
  readonly #batch: SendBatch;
  readonly #onReleased: (pooled: PooledSocket) => void;
  #message: Buffer | null = null;

  constructor(
    id: number,
    target: Target,
    listener: UdpListener,
    pooled: PooledSocket,
    batch: SendBatch,
    onReleased: (pooled: PooledSocket) => void,
  ) {
    this.id = id;
    this.target = target;
    this.listener = listener;
    this.#pooled = pooled;
    this.#batch = batch;
    this.#onReleased = onReleased;
  }

  send(message: Buffer): void {
    this.#message = message;
    this.#batch.post(this);
  }

  sendNow(): void {
    if (!this.#message || !this.isPending()) return;
    this.#pooled.socket.send(this.#message, this.target.port, this.target.address, (error) => {
      if (error && this.isPending()) this.listener.onError(error);
    });
  }

  release(): void {
    this.#pooled.pending.delete(this);
    this.#onReleased(this.#pooled);
  }

  isPending(): boolean {
    return this.#pooled.pending.find(this.id) === this;
  }
}

/** The questions on their way through one socket: a few, so that going through them is faster than a `Map` (see `deadlines.ts`, too). */
class Pending {
  readonly #slots: Slot[] = [];

  get size(): number {
    return this.#slots.length;
  }

  find(id: number): Slot | undefined {
    for (const slot of this.#slots) if (slot.id === id) return slot;
    return undefined;
  }

  add(slot: Slot): void {
    this.#slots.push(slot);
  }

  delete(slot: Slot): void {
    const place = this.#slots.indexOf(slot);
    const last = place < 0 ? undefined : this.#slots.pop();
    if (last && last !== slot) this.#slots[place] = last;
  }

  list(): readonly Slot[] {
    return [...this.#slots];
  }

  clear(): void {
    this.#slots.length = 0;
  }
}

function openSocket(ipv6: boolean, onBroken: (pooled: PooledSocket) => void): PooledSocket {
  const pending = new Pending();
  // Only literal addresses are ever asked: no name may reach the system's resolver from here.
  const lookup = (host: string, _options: unknown, done: (e: null, address: string, family: number) => void) =>
    done(null, host, ipv6 ? 6 : 4);
  const socket = createSocket({ type: ipv6 ? 'udp6' : 'udp4', lookup: lookup as never, ipv6Only: ipv6 });
  const ready = new Promise<boolean>((resolve) => {
    socket.once('listening', () => resolve(true)).once('error', () => resolve(false));
  });
  const openedAt = performance.now();
  const pooled: PooledSocket = { socket, ready, pending, openedAt, isOpen: false, uses: 0, retired: false };
  void ready.then((isOpen) => {
    pooled.isOpen = isOpen;
  });
  socket.on('message', (datagram, peer) => {
    if (datagram.length < 2) return;
    const slot = pending.find(datagram.readUInt16BE(0));
    if (slot?.target.port === peer.port && slot.target.address === peer.address) slot.listener.onDatagram(datagram);
  });
  socket.on('error', (error) => {
    for (const { listener } of pending.list()) listener.onError(error);
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
