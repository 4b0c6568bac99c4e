import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import type { Context } from '../../services/context.ts';
import { auditPageSchema, auditQuerySchema } from '../../wire/audit-entry.ts';
import { commonFailures, successOf } from '../../wire/envelope.ts';
import { listAuditPage } from '../audit-pages.ts';
import { callerOf } from '../auth.ts';

/** `GET /v1/audit-log`: who did what in the key's project. */
export function auditLogRoutes(ctx: Context): FastifyPluginCallbackZod {
  return (app, _options, done) => {
    app.route({
      method: 'GET',
      url: '/audit-log',
      config: { access: 'read the audit log' },
      schema: {
        tags: ['Audit log'],
        operationId: 'listAuditLog',
        summary: 'List audit log entries',
        description:
          'Who did what in this project, newest first. Takes a key with full access to the whole project. Entries are kept for 400 days.',
        querystring: auditQuerySchema,
        response: { 200: successOf(auditPageSchema), ...commonFailures },
      },
      handler: async (request) => ({
        success: true as const,
        data: await listAuditPage(ctx, callerOf(request).project.id, request.query),
      }),
    });
    done();
  };
}
