import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import pg from 'pg';
import { buildRoutedUrl } from './routed-url.ts';

/** A way to a database that can be cut and restored, as a restart of the server does. */
export interface DatabaseProxy {
  /** The address of a database by way of this proxy. */
  route(url: string): string;
  /** Ends every connection and takes no new one. */
  cut(): Promise<void>;
  restore(): Promise<void>;
  /** Passes nothing more on of the connections that there are, and tells nobody: as a firewall does that has forgotten them. */
  forget(): void;
  close(): Promise<void>;
}

/** Starts a proxy on a free loopback port. */
export async function startDatabaseProxy(): Promise<DatabaseProxy> {
  const sockets = new Set<Socket>();
  const forgotten = new WeakSet<Socket>();
  let target: { host: string; port: number } | null = null;
  // Half open, so that it is the other end that answers an end.
  const server = createServer({ allowHalfOpen: true }, (client) => {
    if (!target) return void client.destroy();
    const { host, port } = target;
    // A host that is a folder means a Unix socket in it, as everywhere in PostgreSQL.
    const upstream = host.startsWith('/') ? connect(`${host}/.s.PGSQL.${port}`) : connect(port, host);
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(from);
      from
        .on('error', () => to.destroy())
        .on('close', () => {
          sockets.delete(from);
          if (!forgotten.has(from)) to.destroy();
        });
      from.pipe(to);
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  async function cut(): Promise<void> {
    const closed = once(server, 'close');
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  }
  return {
    route(url) {
      const { host, port: targetPort } = new pg.Client({ connectionString: url });
      target = { host, port: targetPort };
      return buildRoutedUrl(url, port);
    },
    cut,
    async restore() {
      server.listen(port, '127.0.0.1');
      await once(server, 'listening');
    },
    forget() {
      for (const socket of sockets) {
        forgotten.add(socket);
        socket.unpipe().resume();
      }
    },
    close: () => (server.listening ? cut() : Promise.resolve()),
  };
}
