import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type Socket as TcpSocket } from 'node:net';
import { decode, encode } from 'dns-packet';
import type { RealServer } from './real-name-servers.ts';

/**
 * Stands before a real server, over UDP only, as a firewall or a home router does: it refuses questions of some types and hands
 * on all others. Nobody listens for TCP at its address, or nobody answers there.
 */
export async function startDnsFilter(options: {
  address: string;
  port: number;
  server: Pick<RealServer, 'address' | 'port'>;
  refused: readonly string[];
  /** Connections over TCP are taken and never answered, as by a firewall that swallows what comes next. */
  isTcpSilent?: boolean;
}): Promise<{ address: string; port: number; stop(): Promise<void> }> {
  const { address, port, server, refused } = options;
  const socket = createSocket('udp4');
  const asking = new Set<Socket>();
  socket.on('message', (message, from) => {
    const query = decode(message);
    const [asked] = query.questions ?? [];
    if (asked && refused.includes(asked.type)) {
      const reply = encode({ type: 'response', id: query.id ?? 0, flags: REFUSED, questions: [asked] });
      socket.send(reply, from.port, from.address);
      return;
    }
    const upstream = createSocket('udp4');
    asking.add(upstream);
    upstream.on('error', () => undefined);
    upstream.once('message', (reply) => {
      asking.delete(upstream);
      upstream.close();
      socket.send(reply, from.port, from.address);
    });
    upstream.send(message, server.port, server.address);
  });
  socket.bind({ address, port, exclusive: true });
  await once(socket, 'listening');
  const taken = new Set<TcpSocket>();
  const tcp = createServer((connection) => {
    taken.add(connection.on('error', () => undefined));
  });
  if (options.isTcpSilent) await once(tcp.listen({ host: address, port, exclusive: true }), 'listening');
  return {
    address,
    port,
    async stop() {
      for (const upstream of asking) upstream.close();
      for (const connection of taken) connection.destroy();
      tcp.close();
      socket.close();
      await once(socket, 'close');
    },
  };
}

const REFUSED = 5;
