import { randomBytes } from 'node:crypto';
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { connect } from 'node:net';
import { systemClock } from '../../../src/compose.ts';
import type {
  DnsProviderAnswer,
  ProviderReply,
  ProviderRequest,
  ProviderTools,
} from '../../../src/core/publishing/dns-provider.ts';

/**
 * Tools for an adapter whose server is on loopback: whatever it is told to ask, it asks there.
 * @param options.ca the certificate of the test's own authority, in PEM
 * @param options.nameServers what every zone is delegated to; null where that can't be told
 */
export function createLocalTools({
  ca,
  nameServers = null,
}: {
  readonly ca?: string;
  readonly nameServers?: readonly string[] | null;
} = {}): ProviderTools {
  return {
    clock: systemClock,
    randomBytes,
    send: (request) => send(request, ca),
    findNameServers: async () => nameServers,
    exchange: ({ host, port, message, signal }) => exchange(host, port, message, signal),
  };
}

function send({ method, url, headers, body, signal }: ProviderRequest, ca: string | undefined) {
  const { promise, resolve } = Promise.withResolvers<ProviderReply | { outcome: 'unreachable'; detail: string }>();
  const start = url.startsWith('https:') ? requestHttps : requestHttp;
  const fail = (error: Error) => resolve({ outcome: 'unreachable', detail: error.message });
  const request = start(url, { method, headers, signal, agent: false, ...(ca !== undefined && { ca }) }, (response) => {
    const chunks: Buffer[] = [];
    response.on('data', (chunk: Buffer) => chunks.push(chunk));
    response.on('error', fail);
    response.on('end', () => {
      const entries = Object.entries(response.headers).map(([name, value]) => [name, String(value)]);
      const text = Buffer.concat(chunks).toString('utf8');
      resolve({ outcome: 'done', status: response.statusCode ?? 0, headers: Object.fromEntries(entries), body: text });
    });
  });
  request.on('error', fail);
  request.end(body);
  return promise;
}

/** Sends a DNS message with its length before it (RFC 1035 §4.2.2), and reads one. */
function exchange(host: string, port: number, message: Uint8Array, signal: AbortSignal) {
  const { promise, resolve } = Promise.withResolvers<DnsProviderAnswer<Uint8Array>>();
  const socket = connect({ host, port, signal });
  let received = Buffer.alloc(0);
  socket.on('connect', () => {
    const length = Buffer.alloc(2);
    length.writeUInt16BE(message.length);
    socket.write(Buffer.concat([length, message]));
  });
  socket.on('data', (chunk) => {
    received = Buffer.concat([received, chunk]);
    if (received.length < 2 || received.length < received.readUInt16BE(0) + 2) return;
    resolve({ outcome: 'done', value: received.subarray(2, received.readUInt16BE(0) + 2) });
    socket.destroy();
  });
  socket.on('error', (error) => resolve({ outcome: 'unreachable', detail: error.message }));
  socket.on('close', () => resolve({ outcome: 'unreachable', detail: 'The connection was closed.' }));
  return promise;
}
