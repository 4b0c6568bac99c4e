import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Context } from '../../services/context.ts';
import { commonFailures, failureSchema, successOf } from '../../wire/envelope.ts';
import { eventQuerySchema, eventSchema } from '../../wire/event.ts';
import { domainParams } from '../../wire/path-params.ts';
import { callerOf } from '../auth.ts';
import { listEventPage } from '../dashboard/domain-pages.ts';

/** `GET /v1/domains/{domainId}/events`: what happened to a domain. A deleted domain is 404 here as everywhere. */
export function eventRoutes(ctx: Context): FastifyPluginCallbackZod {
  return (app, _options, done) => {
    app.route({
      method: 'GET',
      url: '/domains/:domainId/events',
      schema: {
        tags: ['Domains'],
        operationId: 'listDomainEvents',
        summary: 'List the events of a domain',
        description: 'Newest first.',
        params: domainParams,
        querystring: eventQuerySchema,
        response: {
          200: successOf(z.strictObject({ events: z.array(eventSchema), nextCursor: z.string().optional() })),
          ...commonFailures,
          404: failureSchema,
        },
      },
      handler: async (request) => ({
        success: true as const,
        data: await listEventPage(ctx, callerOf(request).project.id, request.params.domainId, request.query),
      }),
    });
    done();
  };
}
