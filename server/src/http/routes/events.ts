import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Context } from '../../services/context.ts';
import { listEvents } from '../../services/events.ts';
import { callerOf } from '../auth.ts';
import { commonFailures, failureSchema, successOf } from '../schemas/envelope.ts';
import { eventQuerySchema, eventSchema, formatEventCursor, parseEventCursor } from '../schemas/event.ts';

const DEFAULT_LIMIT = 50;

/** `GET /v1/domains/{domainId}/events`: what happened to a domain. A deleted domain is 404 here as everywhere. */
export function eventRoutes(ctx: Context): FastifyPluginCallbackZod {
  return (app, _options, done) => {
    app.route({
      method: 'GET',
      url: '/domains/:domainId/events',
      schema: {
        tags: ['Domains'],
        summary: "List a domain's history, newest first",
        params: z.strictObject({ domainId: z.string() }),
        querystring: eventQuerySchema,
        response: {
          200: successOf(z.strictObject({ events: z.array(eventSchema), nextCursor: z.string().optional() })),
          ...commonFailures,
          404: failureSchema,
        },
      },
      handler: async (request) => {
        const { limit = DEFAULT_LIMIT, cursor } = request.query;
        const { events, next } = await listEvents(ctx, callerOf(request).project.id, request.params.domainId, {
          limit,
          ...(cursor !== undefined && { before: parseEventCursor(cursor) }),
        });
        const data = {
          events: events.map(({ id, type, data, at }) => ({ id: String(id), type, data, at: at.toISOString() })),
          ...(next !== null && { nextCursor: formatEventCursor(next) }),
        };
        return { success: true as const, data };
      },
    });
    done();
  };
}
