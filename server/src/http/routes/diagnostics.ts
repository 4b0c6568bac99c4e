import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { isAllowed } from '../../core/access/permissions.ts';
import { AppError } from '../../core/errors.ts';
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
      config: { access: ({ query }) => (asksToRefresh(query) ? 'check DNS' : 'read') },
      schema: {
        tags: ['Domains'],
        operationId: 'getDomainDiagnostics',
        summary: 'Diagnose a domain',
        description:
          'What every name server answered, what is wrong with each record, and how to fix it. `refresh=true` takes a key with full access.',
        params: domainParams,
        querystring: diagnosticsQuerySchema,
        response: { 200: successOf(diagnosticsSchema), ...commonFailures, 404: failureSchema },
      },
      handler: async (request, reply) => {
        const refresh = request.query.refresh === 'true';
        const { project, permission } = callerOf(request);
        // It asks other people's servers, which a key that only reads must not set off.
        if (refresh && !isAllowed(permission, 'change'))
          throw new AppError('FORBIDDEN', 'This API key is read-only. refresh=true takes a key with full access.');
        const diagnostics = await getDiagnostics(ctx, project.id, request.params.domainId, { refresh });
        const { retryAfterSeconds } = diagnostics;
        if (retryAfterSeconds !== null) reply.header('retry-after', retryAfterSeconds);
        return { success: true as const, data: formatDiagnostics(ctx, diagnostics) };
      },
    });
    done();
  };
}

/** Before the query is checked: whatever is not plainly something else counts as a wish to refresh. */
function asksToRefresh(query: unknown): boolean {
  const { refresh } = query as { refresh?: unknown };
  return refresh !== undefined && refresh !== 'false';
}
