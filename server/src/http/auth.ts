import type { FastifyInstance, FastifyRequest } from 'fastify';
import { isInNetworks } from '../core/access/network.ts';
import { type Access, isAllowed, type Permission } from '../core/access/permissions.ts';
import { AppError } from '../core/errors.ts';
import type { Context } from '../services/context.ts';
import { domainNotFound, getDomain } from '../services/domains/domains.ts';
import { type Caller, createCallerLookup, isForDomain, noteUse } from '../services/projects/api-keys.ts';
import { noteActor } from './acting.ts';
import type { RateLimiter } from './rate-limit.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who calls; set on every route under /v1. */
    caller: Caller | null;
  }
  interface FastifyContextConfig {
    /** What the route does with an API key, where its method does not say so. */
    access?: Access | ((request: FastifyRequest) => Access);
    /** Whether the handler of a route that names no domain keeps to those that a key is limited to. Where not, such a key is refused. */
    keepsToDomains?: boolean;
  }
}

/** Finds again who sent a request: a key may have been revoked since. */
const finders = new WeakMap<FastifyRequest, () => Promise<Caller | null>>();

/** Whether the key of a request may still do what its route does: for answers that stay open. */
export async function mayStillCall(request: FastifyRequest): Promise<boolean> {
  const caller = (await finders.get(request)?.()) ?? null;
  return caller !== null && caller.domains === null && isAllowed(caller.permission, findAccess(request));
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
    if (key !== undefined) finders.set(request, () => find(key));
    noteActor(request, { kind: 'api_key', id: caller.keyId, name: caller.name });
    if (caller.networks && !isInNetworks(request.clientAddress, caller.networks))
      throw new AppError('FORBIDDEN', `This API key can't be used from ${request.clientAddress}.`);
    noteUse(ctx, caller, request.clientAddress);
    const access = findAccess(request);
    if (!isAllowed(caller.permission, access))
      throw new AppError('FORBIDDEN', describeRefusal(caller.permission, access));
    if (caller.domains) await keepToDomains(ctx, request, caller);
  });
}

function findAccess(request: FastifyRequest): Access {
  const { access } = request.routeOptions.config ?? {};
  if (typeof access === 'function') return access(request);
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  return access ?? (isRead ? 'read' : 'change');
}

/** A key that is for some domains finds no other, whatever the route: here, so that no handler can forget it. */
async function keepToDomains(ctx: Context, request: FastifyRequest, caller: Caller): Promise<void> {
  const { domainId } = (request.params ?? {}) as { domainId?: string };
  if (domainId !== undefined) {
    const domain = await getDomain(ctx, caller.project.id, domainId);
    if (!isForDomain(caller, domain.name)) throw domainNotFound();
    return;
  }
  if (request.is404 || request.routeOptions.config?.keepsToDomains) return;
  throw new AppError('FORBIDDEN', 'This API key is limited to some domains, and this call is about the whole project.');
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

/** The key that a request under an authenticated path was sent with. */
export function credentialOf(request: FastifyRequest): string {
  const given = readKey(request);
  if ('key' in given) return given.key;
  throw new Error('A route that needs a key stands where none is required.');
}

function describeRefusal(permission: Permission, access: Access): string {
  if (access === 'pull private keys')
    return "This API key can't read private keys. Use a key with the permission mail_server.";
  if (permission === 'mail_server')
    return 'This API key is for a mail server. It can only be used with GET /v1/mail-server-keys.';
  if (permission === 'sign')
    return 'This API key can only sign: it can be used with …/sign and …/proof of a domain. Use a key with full access.';
  return access === 'check DNS'
    ? 'This API key is read-only, and refresh=true asks name servers. Leave it out, or use a key with full access.'
    : 'This API key is read-only. Use a key with full access.';
}

/** The caller of a route under /v1. */
export function callerOf(request: FastifyRequest): Caller {
  if (!request.caller) throw new Error('A route that needs a caller stands outside /v1.');
  return request.caller;
}
