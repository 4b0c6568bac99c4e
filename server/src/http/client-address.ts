import type { FastifyInstance, FastifyRequest } from 'fastify';
import { findClientAddress } from '../core/access/client-address.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Whose request it is: what limits, networks of keys and the audit log go by. `ip` takes a port for a part of the address. */
    readonly clientAddress: string;
  }
}

/** Finds the address of a request's client; also of one that Fastify could not read, which has no `clientAddress`. */
export type FindAddress = (request: Pick<FastifyRequest, 'raw'>) => string;

/** Has every request know the address of its client, by the trusted proxies' `X-Forwarded-For`. */
export function nameClients(app: FastifyInstance, trustedProxies: readonly string[]): void {
  const find = createFindAddress(trustedProxies);
  app.decorateRequest('clientAddress', {
    getter(this: FastifyRequest) {
      return find(this);
    },
  });
}

/** Creates what finds it. */
export function createFindAddress(trustedProxies: readonly string[]): FindAddress {
  return ({ raw: { socket, headers } }) =>
    findClientAddress(socket.remoteAddress ?? '', headers['x-forwarded-for']?.toString(), trustedProxies);
}
