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

/** Requires a valid key on every route of `scope`, and counts the request against it (or against the network that sent none). */
export function requireApiKey(scope: FastifyInstance, ctx: Context, limiter: RateLimiter): void {
  const find = createCallerLookup(ctx);
  scope.decorateRequest('caller', null);
  scope.addHook('onRequest', async (request, reply) => {
    const given = readKey(request);
    const key = 'key' in given ? given.key : undefined;
    const caller = await limiter.admit(request, reply, key, {
      find,
      idsOf: ({ keyId, project }) => ({ own: `key:${keyId}`, project: `project:${project.id}` }),
    });
    if (!caller) {
      const problem = 'problem' in given ? given.problem : 'This API key is unknown, revoked or expired.';
      throw new AppError('UNAUTHORIZED', problem);
    }
    request.caller = caller;
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    const access = request.routeOptions.config?.access ?? (isRead ? 'read' : 'change');
    if (!isAllowed(caller.permission, access))
      throw new AppError('FORBIDDEN', describeRefusal(caller.permission, access));
  });
}

/** Reads the key from either header. Two that differ are refused: nobody should have to know which one wins. */
function readKey({ headers }: FastifyRequest): { readonly key: string } | { readonly problem: string } {
  const { authorization } = headers;
  const own = headers['x-api-key']?.toString().trim();
  if (authorization === undefined)
    return own === undefined
      ? { problem: 'Send your API key as Authorization: Bearer <key>, or as x-api-key: <key>.' }
      : { key: own };
  const bearer = /^bearer +(\S+) *$/i.exec(authorization)?.[1];
  if (bearer === undefined) return { problem: 'The Authorization header must be "Bearer <key>".' };
  return own === undefined || own === bearer
    ? { key: bearer }
    : { problem: 'The Authorization and x-api-key headers carry different keys. Send only one.' };
}

function describeRefusal(permission: Permission, access: Access): string {
  if (access === 'pull private keys')
    return "This API key can't read private keys. Use a key with the permission mail_server.";
  return permission === 'mail_server'
    ? 'This API key is for a mail server. It can only be used with GET /v1/mail-server-keys.'
    : 'This API key is read-only. Use a key with full access.';
}

/** The caller of a route under /v1. */
export function callerOf(request: FastifyRequest): Caller {
  if (!request.caller) throw new Error('A route that needs a caller stands outside /v1.');
  return request.caller;
}
