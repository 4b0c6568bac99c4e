import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import type { RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ConnectionLimit } from './connection-limit.ts';
import { createServer } from './node-http.ts';

/** What a client has time for (docs/operations.md, "Limits"). Each is kept to within `CHECK_EVERY_MS`. */
const HEADERS_MS = 10_000;
const REQUEST_MS = 30_000;
const CHECK_EVERY_MS = 5_000;
/** Between two requests on a connection. */
const IDLE_MS = 70_000;
/** Without an octet in either direction, such as by somebody who does not read the answer. */
const SILENT_MS = 60_000;
/**
 * How many connections the kernel keeps that have not been accepted yet, as far as it allows (`net.core.somaxconn`). Of more it drops the
 * first packet, and whoever came is answered only after its repetition, a second later (RFC 6298 §2); of Node's 511, a crowd left none.
 */
export const BACKLOG = 4_096;

/** Builds a server that holds its clients to these times. */
export function buildServer(listener: RequestListener, limit: ConnectionLimit): Server {
  const server = createServer(
    {
      headersTimeout: HEADERS_MS,
      requestTimeout: REQUEST_MS,
      connectionsCheckingInterval: CHECK_EVERY_MS,
      keepAliveTimeout: IDLE_MS,
      // Node.js would answer a missing Host itself, without our envelope.
      requireHostHeader: false,
    },
    listener,
  );
  server.setTimeout(SILENT_MS);
  limit.watch(server);
  // A body may be announced with "Expect: 100-continue" or anything else there: answered like any other request.
  server.on('checkExpectation', (request, response) => server.emit('request', request, response));
  return server;
}

/**
 * Has further servers listen on the other addresses of `localhost`, at the port that `server` has: it is two addresses on most
 * machines. One that cannot be had is left out.
 */
export async function listenBeside(server: Server, build: () => Server): Promise<void> {
  const { address, port } = server.address() as AddressInfo;
  const all = await lookup('localhost', { all: true }).catch(() => []);
  for (const { address: host } of all) {
    if (host === address) continue;
    const other = build();
    other.listen({ host, port, backlog: BACKLOG });
    const isListening = await once(other, 'listening').then(
      () => true,
      () => false,
    );
    if (!isListening) continue;
    server.once('close', () => {
      other.close();
      other.closeAllConnections();
    });
  }
}
