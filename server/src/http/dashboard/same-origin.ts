import type { FastifyRequest } from 'fastify';
import { AppError } from '../../core/errors.ts';
import { hostOf, parseHost } from '../host.ts';

/**
 * Refuses what another site makes a browser send along with our cookie. Browsers put the Origin on every request that is
 * not GET or HEAD (Fetch §3.2), and scripts cannot set it. `SameSite=Lax` on the cookie and JSON as the only body stand
 * behind this one. That the host is ours was checked before (`host.ts`).
 * @throws AppError FORBIDDEN
 */
export function requireSameOrigin(request: FastifyRequest, publicUrl: string): void {
  if (request.method === 'GET' || request.method === 'HEAD') return;
  const { origin } = request.headers;
  const site = request.headers['sec-fetch-site'];
  const isOurs =
    origin === undefined
      ? site === 'same-origin'
      : origin === new URL(publicUrl).origin || isOriginOf(origin, request.host, publicUrl);
  if (!isOurs || (site !== undefined && site !== 'same-origin'))
    throw new AppError('FORBIDDEN', "This request didn't come from the dashboard.");
}

/** Whether a page of the host that was asked sent it. The host of the public URL has one scheme only: over http, somebody on the way could have written the page. */
function isOriginOf(origin: string, host: string | undefined, publicUrl: string): boolean {
  const [, scheme, authority] = /^(https?:)\/\/([^/]+)$/.exec(origin) ?? [];
  if (authority === undefined || authority.toLowerCase() !== host?.toLowerCase()) return false;
  return parseHost(authority) !== hostOf(publicUrl) || scheme === new URL(publicUrl).protocol;
}
