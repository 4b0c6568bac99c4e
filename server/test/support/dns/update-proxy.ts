import { once } from 'node:events';
import { createConnection, createServer, type Socket } from 'node:net';
import type { RealServer } from './real-name-servers.ts';

/** How far a DNS update gets that is held: not to the server, or there and its answer not back. */
export type HeldAt = 'request' | 'answer';

/** A way to a name server over TCP, on which an update can be held. */
export interface UpdateProxy {
  readonly address: string;
  readonly port: number;
  /** Holds the next update that changes anything; resolves when it is held. What was held before is lost. */
  hold(at: HeldAt): Promise<void>;
  /** Holds none that has not come yet. */
  letThrough(): void;
  /** Delivers a request that was held, whoever sent it and however long ago, and waits for the server's answer; none where none is held. */
  deliverLate(): Promise<void>;
  /** How many updates that change anything were passed on to the server. */
  countPassed(): number;
  close(): Promise<void>;
}

const LENGTH_OCTETS = 2;
const UPDATE = 5;

/** Starts it before a server. */
export async function startUpdateProxy(server: Pick<RealServer, 'address' | 'port'>): Promise<UpdateProxy> {
  const sockets = new Set<Socket>();
  let passed = 0;
  let armed: { readonly at: HeldAt; readonly isHeld: () => void } | null = null;
  let held: Buffer | null = null;

  const track = (socket: Socket): Socket => {
    sockets.add(socket);
    // Whoever is killed resets its connections.
    socket.on('error', () => socket.destroy()).on('close', () => sockets.delete(socket));
    return socket;
  };
  const connect = () => track(createConnection({ host: server.address, port: server.port }));

  const front = createServer((client) => {
    track(client);
    const upstream = connect();
    let isSilent = false;
    let waiting = Buffer.alloc(0);
    let isHeld: (() => void) | null = null;
    upstream.on('data', (octets) => {
      isHeld?.();
      isHeld = null;
      if (!isSilent) client.write(octets);
    });
    upstream.on('close', () => isSilent || client.destroy());
    client.on('close', () => upstream.destroy());
    client.on('data', (octets) => {
      waiting = Buffer.concat([waiting, octets]);
      for (let size = sizeOf(waiting); size <= waiting.length; size = sizeOf(waiting)) {
        const message = waiting.subarray(0, size);
        waiting = waiting.subarray(size);
        if (isChange(message) && armed) {
          const { at, isHeld: tell } = armed;
          armed = null;
          isSilent = true;
          if (at === 'request') {
            held = Buffer.from(message);
            tell();
            continue;
          }
          isHeld = tell;
        }
        if (isChange(message)) passed += 1;
        upstream.write(message);
      }
    });
  });
  front.listen(0, '127.0.0.1');
  await once(front, 'listening');
  const address = front.address();
  if (address === null || typeof address === 'string') throw new Error('No port was given.');
  return {
    address: address.address,
    port: address.port,
    hold(at) {
      const { promise, resolve } = Promise.withResolvers<void>();
      held = null;
      armed = { at, isHeld: resolve };
      return promise;
    },
    letThrough() {
      armed = null;
    },
    async deliverLate() {
      if (!held) return;
      const late = connect();
      late.write(held);
      held = null;
      passed += 1;
      await Promise.race([once(late, 'data'), once(late, 'close')]);
      late.destroy();
    },
    countPassed: () => passed,
    async close() {
      front.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** How many octets the first message has, with its length before it (RFC 1035 §4.2.2); more than there are where that isn't known. */
function sizeOf(octets: Buffer): number {
  return octets.length < LENGTH_OCTETS ? Number.POSITIVE_INFINITY : LENGTH_OCTETS + octets.readUInt16BE(0);
}

/** Whether a message is an update (RFC 2136 §2.2) with anything in its update section. */
function isChange(message: Buffer): boolean {
  const header = message.subarray(LENGTH_OCTETS);
  return header.length >= 12 && ((header[2] ?? 0) >> 3) % 16 === UPDATE && header.readUInt16BE(8) > 0;
}
