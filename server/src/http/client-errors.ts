import type { Duplex } from 'node:stream';
import { AppError, type ErrorCode } from '../core/errors.ts';
import { formatError, formatHelpLink, STATUS_OF } from './errors.ts';
import { STATUS_CODES } from './node-http.ts';

const REASONS: Readonly<Record<string, { code: ErrorCode; message: string }>> = {
  HPE_HEADER_OVERFLOW: { code: 'HEADERS_TOO_LARGE', message: 'The request headers are larger than 16 KiB.' },
  ERR_HTTP_REQUEST_TIMEOUT: { code: 'REQUEST_TIMEOUT', message: 'The request took too long to arrive.' },
  HPE_INVALID_METHOD: { code: 'METHOD_NOT_ALLOWED', message: "This isn't an HTTP method." },
  CONNECT: { code: 'METHOD_NOT_ALLOWED', message: "This server isn't a proxy." },
};
/** Whoever does not hang up is hung up on: a connection that was answered must not stay half open. */
const LINGER_MS = 1_000;
const ALLOWED = 'GET, HEAD, POST, PATCH, DELETE';

/** Answers what the HTTP parser refused, before there is a request: the envelope is written to the socket by hand. */
export function answerClientError(error: Error & { code?: string }, socket: Duplex, requestId: string): void {
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) {
    socket.destroy();
    return;
  }
  const { code, message } = REASONS[error.code ?? ''] ?? {
    code: 'VALIDATION_FAILED' as const,
    message: "This isn't a valid HTTP request.",
  };
  const status = STATUS_OF[code];
  const body = JSON.stringify(formatError(new AppError(code, message)));
  const late = setTimeout(() => socket.destroy(), LINGER_MS);
  socket.once('close', () => clearTimeout(late));
  socket.resume();
  socket.end(
    [
      `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Error'}`,
      'Content-Type: application/json; charset=utf-8',
      `Content-Length: ${Buffer.byteLength(body)}`,
      `X-Request-Id: ${requestId}`,
      `Link: ${formatHelpLink(code)}`,
      ...(code === 'METHOD_NOT_ALLOWED' ? [`Allow: ${ALLOWED}`] : []),
      'Connection: close',
      '',
      body,
    ].join('\r\n'),
  );
}
