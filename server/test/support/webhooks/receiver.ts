import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request that a receiver got. */
export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A receiver of webhooks on a free loopback port. */
export interface Receiver {
  /** Such as `http://127.0.0.1:40123`. */
  readonly url: string;
  readonly port: number;
  /** All that came, in order. */
  readonly received: readonly Received[];
  /** The most requests that were open at once. */
  readonly mostAtOnce: () => number;
  close(): Promise<void>;
}

/** Answers one request; left out, with 200. */
export type Answering = (request: Received, response: ServerResponse) => void | Promise<void>;

/** Starts a receiver. */
export async function startReceiver(
  answer: Answering = (_request, response) => void response.end('ok'),
): Promise<Receiver> {
  const received: Received[] = [];
  let open = 0;
  let most = 0;
  const server = createServer((request, response) => {
    open += 1;
    most = Math.max(most, open);
    response.once('close', () => {
      open -= 1;
    });
    void readBody(request).then(async (body) => {
      const got = { path: request.url ?? '', headers: request.headers, body };
      received.push(got);
      await answer(got, response);
    }, response.destroy.bind(response));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    received,
    mostAtOnce: () => most,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

/**
 * Verifies a delivery as the hosted AutoSend service documents it: the HMAC-SHA256 of the JSON text in hex, compared in constant
 * time. Its samples sign the parsed body that they put into words again, so that has to give the same octets.
 */
export function verifyAsDocumented({ headers, body }: Received, secret: string): boolean {
  const payload = JSON.stringify(JSON.parse(body));
  const expected = Buffer.from(createHmac('sha256', secret).update(payload).digest('hex'));
  const given = Buffer.from(String(headers['x-webhook-signature']));
  return given.length === expected.length && timingSafeEqual(given, expected);
}
