import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Context } from '../../services/context.ts';
import { commonFailures, successOf } from '../../wire/envelope.ts';
import { callerOf } from '../auth.ts';

/** `GET /v1/regions`: where a domain may be set up. */
export function regionRoutes(ctx: Context): FastifyPluginCallbackZod {
  return (app, _options, done) => {
    app.route({
      method: 'GET',
      url: '/regions',
      config: { keepsToDomains: true },
      schema: {
        tags: ['Regions'],
        operationId: 'listRegions',
        summary: 'List regions',
        description: 'The regions that domains can be added to. One of them is the primary region of the project.',
        response: {
          200: successOf(
            z.strictObject({ regions: z.array(z.strictObject({ regionKey: z.string(), primary: z.boolean() })) }),
          ),
          ...commonFailures,
        },
      },
      handler: async (request) => {
        const { primaryRegion } = callerOf(request).project;
        const regions = ctx.regions.map(({ key }) => ({ regionKey: key, primary: key === primaryRegion }));
        return { success: true as const, data: { regions } };
      },
    });
    done();
  };
}
