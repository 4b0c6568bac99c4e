import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';

/** A proxy on loopback that lets other people's clients reach a stub under the public name of the provider. */
export interface ConnectProxy {
  /** For `HTTPS_PROXY`. */
  readonly url: string;
  /** The hosts to which tunnels were opened, in order. */
  readonly tunnels: readonly string[];
  /** What was asked for and refused: hosts that no stub plays, and requests without a tunnel. Nothing of it left this machine. */
  readonly refused: readonly string[];
  close(): Promise<void>;
}

/**
 * Starts a proxy (RFC 9110 §9.3.6). It connects to loopback only, whatever it is asked for.
 * @param stubs the port of the stub that plays each public host
 */
export async function startConnectProxy(stubs: Readonly<Record<string, number>>): Promise<ConnectProxy> {
  const tunnels: string[] = [];
  const refused: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    refused.push(`${request.method} ${request.url}`);
    response.writeHead(403).end();
  });
  server.on('connect', (request, client: Socket) => {
    const [host = '', port] = (request.url ?? '').split(':');
    const stub = port === '443' ? stubs[host] : undefined;
    if (stub === undefined) {
      refused.push(`CONNECT ${request.url}`);
      return void client.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    }
    tunnels.push(host);
    const upstream = connect(stub, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      client.pipe(upstream).pipe(client);
    });
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    tunnels,
    refused,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
