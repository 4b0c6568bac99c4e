import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { getDiagnostics } from '../../services/checks/diagnostics.ts';
import type { Context } from '../../services/context.ts';
import { formatDiagnostics } from '../../services/views/diagnostics-object.ts';
import { diagnosticsQuerySchema, diagnosticsSchema } from '../../wire/diagnostics.ts';
import { commonFailures, failureSchema, successOf } from '../../wire/envelope.ts';
import { domainParams } from '../../wire/path-params.ts';
import { callerOf } from '../auth.ts';

/** `GET /v1/domains/{domainId}/diagnostics`: what every server said, what is wrong, and what to do. */
export function diagnosticsRoutes(ctx: Context): FastifyPluginCallbackZod {
  return (app, _options, done) => {
    app.route({
      method: 'GET',
      url: '/domains/:domainId/diagnostics',
      schema: {
        tags: ['Domains'],
        operationId: 'getDomainDiagnostics',
        summary: 'Diagnose a domain',
        description: 'What every name server answered, what is wrong with each record, and how to fix it.',
        params: domainParams,
        querystring: diagnosticsQuerySchema,
        response: { 200: successOf(diagnosticsSchema), ...commonFailures, 404: failureSchema },
      },
      handler: async (request) => {
        const refresh = request.query.refresh === 'true';
        const projectId = callerOf(request).project.id;
        const diagnostics = await getDiagnostics(ctx, projectId, request.params.domainId, { refresh });
        return { success: true as const, data: formatDiagnostics(diagnostics) };
      },
    });
    done();
  };
}
