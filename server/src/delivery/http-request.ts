/*
 * What leaves the service for addresses that its users name: HTTP requests, and email to the operator's mail server.
 * The only folder that opens such connections. It is told which address to connect to and decides nothing: who
 * looks up names and refuses addresses is `services/outgoing/`.
 */

import type { ClientRequest, IncomingMessage, RequestOptions } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP } from 'node:net';

// As in http/node-http.ts: an `import` would run undici at every start.
const { request: requestHttp } = process.getBuiltinModule('node:http');

/** One request. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: string;
  /** Where to connect: the name in the URL is not looked up again. */
  readonly address: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  /** For all of it, from the connection to the end of the answer. */
  readonly timeoutMs: number;
  /** So much of an answer's body is read; then the connection is cut. */
  readonly maxOctets: number;
  /** The certificate authorities that are trusted in the place of those of the system, in PEM: for tests. */
  readonly ca?: string | undefined;
  readonly signal: AbortSignal;
}

/** Why no answer came. */
export type HttpProblem = 'connection_failed' | 'tls_failed' | 'timeout' | 'bad_answer';

/** What came back. */
export type HttpReply =
  | {
      readonly status: number;
      /** Names in lower case. */
      readonly headers: Readonly<Record<string, string>>;
      /** As UTF-8. What the database can't hold is replaced. */
      readonly body: string;
      /** Why the body ends before its end; null where it is whole. */
      readonly cut: 'timeout' | 'too_long' | 'closed' | null;
    }
  | {
      readonly problem: HttpProblem;
      /** Whether there was a connection: then the request may have arrived. */
      readonly isConnected: boolean;
    };

/**
 * Sends one request on a connection of its own, to this very address and to no other: no proxy, no redirect, no cookie. The
 * certificate is checked against the URL's host. Never throws for what the other side does.
 */
export function sendHttp(given: HttpRequest): Promise<HttpReply> {
  const url = new URL(given.url);
  const isTls = url.protocol === 'https:';
  const { promise, resolve } = Promise.withResolvers<HttpReply>();
  const request: ClientRequest = (isTls ? requestHttps : requestHttp)(buildOptions(url, given));
  let received: { response: IncomingMessage; chunks: Buffer[] } | null = null;
  let isConnected = false;
  const finish = (problem: HttpProblem, cut: 'timeout' | 'too_long' | 'closed' | null): void => {
    clearTimeout(timer);
    // An answer whose head came in time is one, whatever becomes of the rest.
    resolve(received ? { ...readReply(received), cut } : { problem, isConnected });
    request.destroy();
  };
  const timer = setTimeout(() => finish('timeout', 'timeout'), given.timeoutMs);
  request.on('socket', (socket) =>
    socket.once(isTls ? 'secureConnect' : 'connect', () => {
      isConnected = true;
    }),
  );
  request.on('error', (error) => finish(nameProblem(error), 'closed'));
  // Nobody asked for another protocol.
  request.on('upgrade', (_response, socket) => {
    socket.destroy();
    finish('bad_answer', 'closed');
  });
  request.on('response', (response) => {
    const chunks: Buffer[] = [];
    received = { response, chunks };
    let octets = 0;
    response.on('data', (chunk: Buffer) => {
      chunks.push(chunk.subarray(0, given.maxOctets - octets));
      octets += chunk.length;
      if (octets > given.maxOctets) finish('bad_answer', 'too_long');
    });
    response.on('end', () => finish('bad_answer', null));
    response.on('error', () => finish('bad_answer', 'closed'));
  });
  request.end(given.body);
  return promise;
}

function buildOptions(
  url: URL,
  { method, address, headers, body, ca, signal }: HttpRequest,
): RequestOptions & { servername?: string; ca?: string } {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const isTls = url.protocol === 'https:';
  return {
    method,
    host: address,
    port: url.port === '' ? (isTls ? 443 : 80) : Number(url.port),
    path: `${url.pathname}${url.search}`,
    headers: {
      ...headers,
      host: url.host,
      ...(body !== undefined && { 'content-length': String(Buffer.byteLength(body)) }),
    },
    // A connection of its own: nothing is kept, and no setting of this process leads it elsewhere.
    agent: false,
    signal,
    // An address is checked as one; a name has to stand in the certificate.
    ...(isTls && isIP(host) === 0 && { servername: host }),
    ...(isTls && ca !== undefined && { ca }),
  };
}

function readReply({ response, chunks }: { response: IncomingMessage; chunks: Buffer[] }) {
  const headers = Object.entries(response.headers).map(([name, value]) => [name, String(value)]);
  // The database can't hold U+0000 in JSON.
  const body = Buffer.concat(chunks).toString('utf8').replaceAll('\0', '\u{fffd}');
  return { status: response.statusCode ?? 0, headers: Object.fromEntries(headers) as Record<string, string>, body };
}

function nameProblem(error: Error & { code?: unknown }): HttpProblem {
  const code = typeof error.code === 'string' ? error.code : '';
  if (/^(?:HPE_|ERR_HTTP)/.test(code)) return 'bad_answer';
  if (/CERT|TLS|SSL|^UNABLE_TO|^DEPTH_ZERO|EPROTO/.test(code)) return 'tls_failed';
  return 'connection_failed';
}
