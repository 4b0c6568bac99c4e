import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type Access, isAllowed, type Permission } from '../core/access/permissions.ts';
import { AppError } from '../core/errors.ts';
import type { Context } from '../services/context.ts';
import { type Caller, createCallerLookup } from '../services/projects/api-keys.ts';
import type { RateLimiter } from './rate-limit.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who calls; set on every route under /v1. */
    caller: Caller | null;
  }
  interface FastifyContextConfig {
    /** What the route does with an API key, where its method does not say so. */
    access?: Access;
  }
}

/** Requires a valid key on every route of `scope`, and counts the request against it (or against the address that sent none). */
export function requireApiKey(scope: FastifyInstance, ctx: Context, limiter: RateLimiter): void {
  const findCaller = createCallerLookup(ctx);
  scope.decorateRequest('caller', null);
  scope.addHook('onRequest', async (request, reply) => {
    const token = /^bearer +(\S+) *$/i.exec(request.headers.authorization ?? '')?.[1];
    const address = `address:${request.ip}`;
    const caller =
      token === undefined
        ? null
        : await findCaller(token).catch((error: unknown) => {
            // The database is away: counted like a request without a key, so that the limits are on this answer, too.
            limiter.charge(address, reply);
            throw error;
          });
    limiter.charge(caller ? `key:${caller.keyId}` : address, reply);
    if (!caller) {
      const problem =
        request.headers.authorization === undefined
          ? 'An API key is needed: send the header Authorization: Bearer <key>.'
          : token === undefined
            ? 'The Authorization header is not of the form Bearer <key>.'
            : 'This API key is not valid: it is unknown, revoked or expired.';
      throw new AppError('UNAUTHORIZED', problem);
    }
    request.caller = caller;
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    const access = request.routeOptions.config?.access ?? (isRead ? 'read' : 'change');
    if (!isAllowed(caller.permission, access))
      throw new AppError('FORBIDDEN', describeRefusal(caller.permission, access));
  });
}

function describeRefusal(permission: Permission, access: Access): string {
  if (access === 'pull private keys')
    return 'This API key gives out no private keys. Use one that was made for a mail server (permission mail_server).';
  return permission === 'mail_server'
    ? 'This API key is for a mail server: it may only pull its keys, by GET /v1/mail-server-keys.'
    : 'This API key may only read. Use a key with full access.';
}

/** The caller of a route under /v1. */
export function callerOf(request: FastifyRequest): Caller {
  if (!request.caller) throw new Error('A route that needs a caller stands outside /v1.');
  return request.caller;
}
