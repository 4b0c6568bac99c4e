import { once } from 'node:events';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TestAuthority } from './test-authority.ts';

/** A request as it came in. */
export interface StubRequest {
  readonly method: string;
  /** Without the query, as it was sent. */
  readonly path: string;
  /** Everything behind the first `?`, as it was sent. */
  readonly search: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** What a stub answers: a text as it is, anything else as JSON, nothing where `body` is left out. */
export interface StubReply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/**
 * What goes wrong with a request: `silent` is never heard, `silent_after` is carried out and never answered, `cut_after` loses
 * the connection after it was carried out; a reply is given in place of doing anything.
 */
export type StubFault = 'silent' | 'silent_after' | 'cut_after' | StubReply;

/** A server for HTTPS on loopback that plays a provider's API. */
export interface HttpsStub {
  /** Such as `https://127.0.0.1:40123`. */
  readonly url: string;
  readonly port: number;
  /** Every request, in order; empty it with `requests.length = 0`. */
  readonly requests: StubRequest[];
  /** Spoils the next request that matches. */
  failNext(matches: (request: StubRequest) => boolean, fault: StubFault): void;
  /** Calls `act` once, just before the next request that matches is carried out: what somebody else does in between. */
  interfere(matches: (request: StubRequest) => boolean, act: () => void): void;
  close(): Promise<void>;
}

/**
 * Starts a stub.
 * @param options.host the public host of the provider, which the certificate is for
 * @param options.answer carries a request out; what it throws is an error of the stub, and answered with 500 and its message
 */
export async function startHttpsStub(options: {
  readonly authority: TestAuthority;
  readonly host: string;
  readonly answer: (request: StubRequest) => StubReply | Promise<StubReply>;
}): Promise<HttpsStub> {
  const requests: StubRequest[] = [];
  const faults: { matches: (request: StubRequest) => boolean; fault: StubFault }[] = [];
  const interferences: { matches: (request: StubRequest) => boolean; act: () => void }[] = [];

  async function respond(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = await readRequest(message);
    requests.push(request);
    takeMatching(interferences, request)?.act();
    const fault = takeMatching(faults, request)?.fault;
    if (fault === 'silent') return;
    if (typeof fault === 'object') return sendReply(response, fault);
    const reply = await options.answer(request);
    if (fault === 'cut_after') message.socket.destroy();
    if (fault === undefined) sendReply(response, reply);
  }

  const { cert, key } = await options.authority.certify(options.host);
  const server = createServer({ cert, key }, (message, response) => {
    respond(message, response).catch((error: unknown) => sendReply(response, { status: 500, body: String(error) }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `https://127.0.0.1:${port}`,
    port,
    requests,
    failNext: (matches, fault) => void faults.push({ matches, fault }),
    interfere: (matches, act) => void interferences.push({ matches, act }),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function takeMatching<T extends { matches: (request: StubRequest) => boolean }>(queue: T[], request: StubRequest) {
  const index = queue.findIndex(({ matches }) => matches(request));
  return index < 0 ? undefined : queue.splice(index, 1)[0];
}

async function readRequest(message: IncomingMessage): Promise<StubRequest> {
  const body = Buffer.concat(await message.toArray()).toString('utf8');
  const url = message.url ?? '/';
  const mark = url.indexOf('?');
  const search = mark < 0 ? '' : url.slice(mark + 1);
  return {
    method: message.method ?? '',
    path: mark < 0 ? url : url.slice(0, mark),
    search,
    query: new URLSearchParams(search),
    headers: message.headers,
    body,
  };
}

function sendReply(response: ServerResponse, { status, headers = {}, body }: StubReply): void {
  if (typeof body === 'string' || body === undefined) return void response.writeHead(status, headers).end(body);
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}
