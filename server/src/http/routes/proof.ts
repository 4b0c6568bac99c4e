import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import type { Context } from '../../services/context.ts';
import { proveDomain } from '../../services/signing/proof.ts';
import { commonFailures, failureSchema, successOf } from '../../wire/envelope.ts';
import { domainParams } from '../../wire/path-params.ts';
import { proofBody, proofSchema } from '../../wire/proof.ts';
import { callerOf } from '../auth.ts';

/** `POST /v1/domains/{domainId}/proof`. */
export function proofRoutes(ctx: Context): FastifyPluginCallbackZod {
  return (app, _options, done) => {
    app.route({
      method: 'POST',
      url: '/domains/:domainId/proof',
      config: { access: 'sign' },
      schema: {
        tags: ['Signing'],
        operationId: 'testDomain',
        summary: 'Test authentication',
        description:
          'Signs a sample message and evaluates SPF, DKIM and DMARC the way a receiver would, from DNS as it is now. Nothing is sent.',
        params: domainParams,
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
