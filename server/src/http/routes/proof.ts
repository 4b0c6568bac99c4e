import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Context } from '../../services/context.ts';
import { proveDomain } from '../../services/signing/proof.ts';
import { commonFailures, failureSchema, successOf } from '../../wire/envelope.ts';
import { proofBody, proofSchema } from '../../wire/proof.ts';
import { callerOf } from '../auth.ts';

/** `POST /v1/domains/{domainId}/proof`. */
export function proofRoutes(ctx: Context): FastifyPluginCallbackZod {
  return (app, _options, done) => {
    app.route({
      method: 'POST',
      url: '/domains/:domainId/proof',
      schema: {
        tags: ['Signing'],
        summary: 'Test authentication',
        params: z.strictObject({ domainId: z.string() }),
        body: proofBody,
        response: { 200: successOf(proofSchema), ...commonFailures, 404: failureSchema },
      },
      handler: async (request) => {
        const { id } = callerOf(request).project;
        const data = await proveDomain(ctx, id, request.params.domainId, request.body.ip ?? null);
        return { success: true as const, data };
      },
    });
    done();
  };
}
