import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import pg from 'pg';
import { buildRoutedUrl } from './routed-url.ts';

/** What happens at the statement: its connection breaks; the database is gone from then on; nothing is ever answered to it. */
export type BreakKind = 'cut' | 'away' | 'silent';

/** A way to a database that breaks at one statement. */
export interface BreakingProxy {
  readonly url: string;
  /** How many statements have come by, up to the one that breaks. */
  count(): number;
  hasBroken(): boolean;
  close(): Promise<void>;
}

/** Messages of the front end that begin a statement: a simple query, and the Sync behind a prepared one (PostgreSQL, "Message Formats"). */
const STATEMENTS = new Set(['Q', 'S'].map((letter) => letter.charCodeAt(0)));

/**
 * Starts a proxy on a free loopback port. It counts the statements of all connections, in the order in which they come by.
 * @param breakAt the statement that does not get through, from 1 on; 0 for none
 */
export async function startBreakingProxy(
  databaseUrl: string,
  breakAt: number,
  kind: BreakKind,
): Promise<BreakingProxy> {
  const { host, port } = new pg.Client({ connectionString: databaseUrl });
  const sockets = new Set<Socket>();
  let count = 0;
  let hasBroken = false;
  const server = createServer((client) => {
    if (hasBroken && kind === 'away') return void client.destroy();
    const upstream = host.startsWith('/') ? connect(`${host}/.s.PGSQL.${port}`) : connect(port, host);
    let isSilent = false;
    let rest: Buffer = Buffer.alloc(0);
    let hasStarted = false;
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(from);
      from
        .on('error', () => to.destroy())
        .on('close', () => {
          sockets.delete(from);
          to.destroy();
        });
    }
    upstream.on('data', (chunk) => {
      if (!isSilent) client.write(chunk);
    });
    client.on('data', (chunk: Buffer) => {
      if (isSilent) return;
      rest = Buffer.concat([rest, chunk]);
      for (;;) {
        // The first message has no letter before its length.
        const at = hasStarted ? 1 : 0;
        if (rest.length < at + 4) return;
        const length = at + rest.readInt32BE(at);
        if (rest.length < length) return;
        if (hasStarted && STATEMENTS.has(rest[0] ?? 0) && !hasBroken) {
          count += 1;
          if (count === breakAt) {
            hasBroken = true;
            if (kind === 'silent') isSilent = true;
            else for (const socket of kind === 'cut' ? [client] : sockets) socket.destroy();
            return;
          }
        }
        hasStarted = true;
        upstream.write(rest.subarray(0, length));
        rest = rest.subarray(length);
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: buildRoutedUrl(databaseUrl, (server.address() as AddressInfo).port),
    count: () => count,
    hasBroken: () => hasBroken,
    async close() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
