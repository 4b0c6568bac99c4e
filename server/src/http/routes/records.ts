import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { getDiagnostics } from '../../services/checks/diagnostics.ts';
import type { Context } from '../../services/context.ts';
import { formatPanelRecords } from '../../services/views/panel-records.ts';
import { commonFailures, failureSchema, successOf } from '../../wire/envelope.ts';
import { domainParams } from '../../wire/path-params.ts';
import { panelRecordSchema } from '../../wire/record.ts';
import { callerOf } from '../auth.ts';

/** `GET /v1/domains/{domainId}/records`: what a product shows to its customer. */
export function recordRoutes(ctx: Context): FastifyPluginCallbackZod {
  return (app, _options, done) => {
    app.route({
      method: 'GET',
      url: '/domains/:domainId/records',
      schema: {
        tags: ['Domains'],
        operationId: 'listDomainRecords',
        summary: 'List the records to publish',
        description:
          'All records of a domain in the form in which DNS panels take them, with how each stood at the last check, and the records of further DKIM keys that have to be there.',
        params: domainParams,
        response: {
          200: successOf(z.strictObject({ records: z.array(panelRecordSchema) })),
          ...commonFailures,
          404: failureSchema,
        },
      },
      handler: async (request) => {
        const { domainId } = request.params;
        const diagnostics = await getDiagnostics(ctx, callerOf(request).project.id, domainId, { refresh: false });
        return { success: true as const, data: { records: formatPanelRecords(diagnostics) } };
      },
    });
    done();
  };
}
