import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Actor } from '../core/audit/entry.ts';
import { type Acting, runAs, UNKNOWN } from '../services/audit/acting.ts';

const actings = new WeakMap<FastifyRequest, Acting>();

/**
 * Runs each request on behalf of whoever sent it: nobody that is known, until `noteActor` says who. Entered again before the
 * handler, since a body is read from events of the connection, which know nothing of the request.
 */
export function followActors(app: FastifyInstance): void {
  app.addHook('onRequest', (request, _reply, done) => {
    const acting: Acting = { actor: UNKNOWN, address: request.clientAddress, requestId: request.id };
    actings.set(request, acting);
    runAs(acting, done);
  });
  app.addHook('preHandler', (request, _reply, done) => {
    const acting = actings.get(request);
    if (acting) runAs(acting, done);
    else done();
  });
}

/** Names who sent a request for the log: the key or person, or where nobody is known the address. */
export function nameSender(request: FastifyRequest): string | null {
  const acting = actings.get(request);
  return acting?.actor.id ? `${acting.actor.kind}:${acting.actor.id}` : (acting?.address ?? null);
}

/** Says who sent a request. */
export function noteActor(request: FastifyRequest, actor: Actor): void {
  const acting = actings.get(request);
  if (acting) acting.actor = actor;
}
