/*
 * What leaves the service for addresses that its users name: HTTP requests, and nothing else yet.
 * The only folder that opens such connections. It is told which address to connect to and decides nothing: who
 * looks up names and refuses addresses is `services/webhooks/destination.ts`.
 */

import { type ClientRequest, type IncomingMessage, type RequestOptions, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP } from 'node:net';
import type { TryProblem } from '../core/webhooks/delivery.ts';

/** One request. */
export interface HttpPost {
  readonly url: string;
  /** Where to connect: the name in the URL is not looked up again. */
  readonly address: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** For all of it, from the connection to the end of the answer. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** What came back. */
export type HttpAnswer =
  | { readonly status: number; readonly retryAfter: string | undefined; readonly answer: string }
  | { readonly problem: TryProblem };

/** So much of an answer is read; then the connection is cut. */
const MAX_READ_OCTETS = 64 * 1024;
/** So much of it is kept. */
const KEPT_OCTETS = 1024;

/**
 * Sends one request on a connection of its own, to this very address and to no other: no proxy, no redirect, no cookie. The
 * certificate is checked against the URL's host. Never throws for what the other side does.
 */
export function postHttp({ url: text, address, headers, body, timeoutMs, signal }: HttpPost): Promise<HttpAnswer> {
  const url = new URL(text);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const isTls = url.protocol === 'https:';
  const options: RequestOptions & { servername?: string } = {
    method: 'POST',
    host: address,
    port: url.port === '' ? (isTls ? 443 : 80) : Number(url.port),
    path: `${url.pathname}${url.search}`,
    headers: { ...headers, host: url.host, 'content-length': Buffer.byteLength(body) },
    // A connection of its own: nothing is kept, and no setting of this process leads it elsewhere.
    agent: false,
    signal,
    // An address is checked as one; a name has to stand in the certificate.
    ...(isTls && isIP(host) === 0 && { servername: host }),
  };
  const { promise, resolve } = Promise.withResolvers<HttpAnswer>();
  const request: ClientRequest = isTls ? requestHttps(options) : requestHttp(options);
  let received: { response: IncomingMessage; chunks: Buffer[] } | null = null;
  const finish = (problem: TryProblem): void => {
    clearTimeout(timer);
    // An answer whose head came in time is one, whatever becomes of the rest.
    resolve(received ? readAnswer(received) : { problem });
    request.destroy();
  };
  const timer = setTimeout(() => finish('timeout'), timeoutMs);
  request.on('error', (error) => finish(nameProblem(error)));
  // Nobody asked for another protocol.
  request.on('upgrade', (_response, socket) => {
    socket.destroy();
    finish('bad_answer');
  });
  request.on('response', (response) => {
    const chunks: Buffer[] = [];
    received = { response, chunks };
    let octets = 0;
    response.on('data', (chunk: Buffer) => {
      // What is not kept is read so that a receiver may finish, and only so far.
      if (octets < KEPT_OCTETS) chunks.push(chunk.subarray(0, KEPT_OCTETS - octets));
      octets += chunk.length;
      if (octets >= MAX_READ_OCTETS) finish('bad_answer');
    });
    response.on('end', () => finish('bad_answer'));
    response.on('error', () => finish('bad_answer'));
  });
  request.end(body);
  return promise;
}

function readAnswer({ response, chunks }: { response: IncomingMessage; chunks: Buffer[] }): HttpAnswer {
  // The database can't hold U+0000 in JSON.
  const answer = Buffer.concat(chunks).toString('utf8').replaceAll('\0', '\u{fffd}');
  return { status: response.statusCode ?? 0, retryAfter: response.headers['retry-after'], answer };
}

function nameProblem(error: Error & { code?: unknown }): TryProblem {
  const code = typeof error.code === 'string' ? error.code : '';
  if (/^(?:HPE_|ERR_HTTP)/.test(code)) return 'bad_answer';
  if (/CERT|TLS|SSL|^UNABLE_TO|^DEPTH_ZERO|EPROTO/.test(code)) return 'tls_failed';
  return 'connection_failed';
}
