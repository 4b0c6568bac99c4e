import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { parentPort, workerData } from 'node:worker_threads';
import type { Target } from '../server/src/dns/udp/sockets.ts';

/** What the worker is told: where it listens, what stands behind it, and how far away that is to seem. */
export interface DelayOptions {
  readonly listen: Target;
  readonly server: Target;
  readonly roundTripMs: number;
}

// A thread of its own: passes each datagram on after half of a round trip, and its answer after the other half.
const { listen, server, roundTripMs } = workerData as DelayOptions;
const front = createSocket('udp4');
const behind = new Map<string, Socket>();
front.on('message', (question, { port, address }) => {
  let socket = behind.get(`${address} ${port}`);
  if (!socket) {
    socket = createSocket('udp4').on('message', (answer) => {
      setTimeout(() => front.send(answer, port, address), roundTripMs / 2);
    });
    behind.set(`${address} ${port}`, socket);
  }
  const through = socket;
  setTimeout(() => through.send(question, server.port, server.address), roundTripMs / 2);
});
front.bind(listen.port, listen.address);
await once(front, 'listening');
parentPort?.postMessage('listening');
