import type { FastifyRequest } from 'fastify';
import { AppError } from '../../core/errors.ts';

/**
 * Refuses what another site makes a browser send along with our cookie. Browsers put the Origin on every request that is
 * not GET or HEAD (Fetch §3.2), and scripts cannot set it. `SameSite=Lax` on the cookie and JSON as the only body stand
 * behind this one.
 * @throws AppError FORBIDDEN
 */
export function requireSameOrigin(request: FastifyRequest, publicUrl: string): void {
  if (request.method === 'GET' || request.method === 'HEAD') return;
  const { origin, host } = request.headers;
  const site = request.headers['sec-fetch-site'];
  const isOurs =
    origin === undefined
      ? site === 'same-origin'
      : origin === new URL(publicUrl).origin || (host !== undefined && isOriginOf(origin, host));
  if (!isOurs || (site !== undefined && site !== 'same-origin'))
    throw new AppError('FORBIDDEN', "This request didn't come from the dashboard.");
}

function isOriginOf(origin: string, host: string): boolean {
  const [, authority] = /^https?:\/\/([^/]+)$/.exec(origin) ?? [];
  return authority !== undefined && authority.toLowerCase() === host.toLowerCase();
}
