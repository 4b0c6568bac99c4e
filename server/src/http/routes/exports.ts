import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Context } from '../../services/context.ts';
import { getDomain } from '../../services/domains/domains.ts';
import { commonFailures, failureSchema } from '../../wire/envelope.ts';
import { exportQuerySchema } from '../../wire/export-query.ts';
import { domainParams } from '../../wire/path-params.ts';
import { callerOf } from '../auth.ts';
import { sendExport } from '../export-file.ts';

const text = { schema: z.string() };

/** `GET /v1/domains/{domainId}/zone-file`: the records to publish, as files that other software reads. */
export function exportRoutes(ctx: Context): FastifyPluginCallbackZod {
  return (app, _options, done) => {
    app.route({
      method: 'GET',
      url: '/domains/:domainId/zone-file',
      schema: {
        tags: ['Domains'],
        operationId: 'exportDomainRecords',
        summary: 'Download the DNS records of a domain',
        description: "As a zone file, Terraform, Cloudflare's import file or CSV.",
        params: domainParams,
        querystring: exportQuerySchema,
        response: {
          200: {
            description: 'The records to publish, as a file.',
            content: { 'text/dns': text, 'text/plain': text, 'text/csv': text },
          },
          ...commonFailures,
          404: failureSchema,
        },
      },
      handler: async (request, reply) =>
        sendExport(
          ctx,
          reply,
          await getDomain(ctx, callerOf(request).project.id, request.params.domainId),
          request.query,
        ),
    });
    done();
  };
}
