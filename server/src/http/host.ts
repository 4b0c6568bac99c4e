import type { FastifyRequest } from 'fastify';
import { AppError, validationError } from '../core/errors.ts';
import { isIp4Address, parseIp6Address } from '../core/names/ip-address.ts';

const AUTHORITY = /^(?:\[([\da-f:.]+)\]|([^\s:/?#@[\]]+))(?::\d{1,5})?$/i;

/** Names that cannot be had in public DNS: RFC 6761 §6.3, RFC 6762 §3, RFC 8375, and ICANN's resolution of 29 July 2024. */
const OF_NO_PUBLIC_ZONE = /\.(?:localhost|local|internal|home\.arpa)$/;

/** Finds the name or address in `host`, `host:port` or `[v6]:port`, without a final dot; null where it is none of them. */
export function parseHost(authority: string): string | null {
  const [, v6, name] = AUTHORITY.exec(authority) ?? [];
  return (v6 ?? name)?.toLowerCase().replace(/\.$/, '') ?? null;
}

/**
 * Whether a host is one that only leads here because its owner, or we, want it to: that of the public URL, this machine, an
 * address, and a name that public DNS cannot have, such as of a container. Anybody can have a name of their own lead here and
 * have a browser take what we say for theirs (DNS rebinding); the others nobody can make do that from outside.
 */
export function isKnownHost(host: string, publicUrl: string): boolean {
  return (
    host === hostOf(publicUrl) ||
    isIp4Address(host) ||
    parseIp6Address(host) !== null ||
    OF_NO_PUBLIC_ZONE.test(host) ||
    !host.includes('.')
  );
}

/** The host of a URL, without the brackets of an IPv6 address. */
export function hostOf(url: string): string {
  return new URL(url).hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
}

/**
 * Checks that a request says once, and in the form of RFC 9112 §3.2, whom it is for. HTTP/1.0 may leave it out.
 * @throws AppError VALIDATION_FAILED
 */
export function requireHostHeader({ raw, headers }: FastifyRequest): void {
  let count = 0;
  for (let at = 0; at < raw.rawHeaders.length; at += 2) {
    const name = raw.rawHeaders[at];
    if (name?.length === 4 && name.toLowerCase() === 'host') count += 1;
  }
  // Made without a socket, a request has no raw headers.
  if (count === 0 && headers.host === undefined) {
    if (raw.httpVersion === '1.1') throw validationError('Host', 'The Host header is missing.');
    return;
  }
  if (count > 1) throw validationError('Host', 'The request has more than one Host header.');
  if (headers.host !== '' && parseHost(headers.host ?? '') === null)
    throw validationError('Host', 'The Host header is not a host name or address, with or without a port.');
}

/**
 * Refuses what was sent to a name that is not ours.
 * @throws AppError MISDIRECTED_REQUEST
 */
export function requireKnownHost(request: FastifyRequest, publicUrl: string): void {
  // Of a trusted proxy, what it was asked for: Fastify reads X-Forwarded-Host.
  const host = parseHost(request.host ?? '');
  if (host === null || isKnownHost(host, publicUrl)) return;
  throw new AppError(
    'MISDIRECTED_REQUEST',
    `This service is not known as ${JSON.stringify(host.slice(0, 80))}. Use its own address; whoever runs it sets that with AUTOSEND_PUBLIC_URL.`,
  );
}
