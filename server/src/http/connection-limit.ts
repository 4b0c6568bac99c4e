import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { findNetwork } from '../core/access/address-network.ts';

/** Whoever is here for less than this may be about to ask, or to be answered: the others go first. */
const SETTLED_MS = 1_000;
/** From this part of all connections on, a network makes room for its own newcomers. */
const SHARE = 4;

/** Keeps a process from having more connections than it can. */
export interface ConnectionLimit {
  /** Counts the connections of a server that does not listen yet. */
  watch(server: Server): void;
  /** The request is of somebody who is known, or counted elsewhere: it is not cut off for a newcomer. */
  keep(request: IncomingMessage): void;
  readonly count: number;
}

interface Connection {
  readonly network: string;
  /** Since when it has waited for a request, or for its answer. */
  sinceMs: number;
  /** Requests that are not answered yet. */
  active: number;
  isKept: boolean;
}

/**
 * Creates the limit. A newcomer beyond it is let in, and the connection that has waited for longest goes: one that has
 * sent no whole request header; where there is none, one whose request nobody vouches for. So silence, half requests, bodies
 * that drip and answers that nobody reads cost whoever sends them, and not the next one. A network that holds a quarter of all makes
 * room for itself; otherwise it is the oldest of all. Only where everything is in use does the newcomer have to go.
 */
export function createConnectionLimit(max: number): ConnectionLimit {
  const connections = new Map<Socket, Connection>();
  // Sets keep the order in which their members came: the first has waited for longest.
  const silent = new Set<Socket>();
  const silentOf = new Map<string, Set<Socket>>();
  const unknown = new Set<Socket>();

  const setSilent = (socket: Socket, network: string): void => {
    silent.add(socket);
    const own = silentOf.get(network) ?? new Set();
    silentOf.set(network, own.add(socket));
  };
  const unsetSilent = (socket: Socket, network: string): void => {
    silent.delete(socket);
    const own = silentOf.get(network);
    own?.delete(socket);
    if (own?.size === 0) silentOf.delete(network);
  };
  const forget = (socket: Socket): void => {
    const connection = connections.get(socket);
    if (!connection) return;
    connections.delete(socket);
    unsetSilent(socket, connection.network);
    unknown.delete(socket);
  };
  const findOldest = (newcomer: Socket, network: string): Socket => {
    const own = silentOf.get(network);
    const groups = own && own.size > max / SHARE ? [own, silent, unknown] : [silent, unknown];
    const settledMs = performance.now() - SETTLED_MS;
    for (const beforeMs of [settledMs, Number.POSITIVE_INFINITY])
      for (const group of groups)
        for (const socket of group) {
          if (socket === newcomer) continue;
          if ((connections.get(socket)?.sinceMs ?? 0) < beforeMs) return socket;
          break;
        }
    return newcomer;
  };

  const onConnection = (socket: Socket): void => {
    const network = findNetwork(socket.remoteAddress ?? '');
    connections.set(socket, { network, sinceMs: performance.now(), active: 0, isKept: false });
    setSilent(socket, network);
    socket.once('close', () => forget(socket));
    if (connections.size <= max) return;
    const oldest = findOldest(socket, network);
    forget(oldest);
    oldest.destroy();
  };
  const onRequest = ({ socket }: IncomingMessage, response: ServerResponse): void => {
    const connection = connections.get(socket);
    if (!connection) return;
    connection.active += 1;
    connection.sinceMs = performance.now();
    unsetSilent(socket, connection.network);
    if (!connection.isKept) unknown.add(socket);
    response.once('close', () => {
      connection.active -= 1;
      if (connection.active > 0 || !connections.has(socket)) return;
      connection.isKept = false;
      connection.sinceMs = performance.now();
      unknown.delete(socket);
      setSilent(socket, connection.network);
    });
  };

  return {
    watch(server) {
      // Above ours, for the moment between the two: beyond it Node.js drops what comes, unseen.
      server.maxConnections = max + 1;
      server.on('connection', onConnection);
      server.prependListener('request', onRequest);
    },
    keep({ socket }) {
      const connection = connections.get(socket);
      if (connection) connection.isKept = true;
      unknown.delete(socket);
    },
    get count() {
      return connections.size;
    },
  };
}
