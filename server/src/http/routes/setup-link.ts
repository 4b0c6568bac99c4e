import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Context } from '../../services/context.ts';
import { createSetupLink, requireReturn } from '../../services/domain-connect/setup-link.ts';
import { getDomain } from '../../services/domains/domains.ts';
import { formatSetupLink } from '../../services/views/setup-offer-object.ts';
import { commonFailures, failureSchema, successOf } from '../../wire/envelope.ts';
import { domainParams } from '../../wire/path-params.ts';
import { setupLinkSchema } from '../../wire/setup-link.ts';
import { callerOf } from '../auth.ts';

const query = z.strictObject({
  redirectUri: z.string().optional().meta({
    description: 'Where the customer ends up afterwards, by way of this service. The project must allow its origin.',
    example: 'https://app.example.com/domains/done',
  }),
});

/** `GET /v1/domains/{domainId}/setup-link`: one click at the DNS provider. */
export function setupLinkRoutes(ctx: Context): FastifyPluginCallbackZod {
  return (app, _options, done) => {
    app.route({
      method: 'GET',
      url: '/domains/:domainId/setup-link',
      schema: {
        tags: ['Domains'],
        operationId: 'getSetupLink',
        summary: 'Get a link that adds the records',
        description:
          "Finds out whether the domain's DNS provider supports Domain Connect, and creates a signed link that adds the missing records. The provider sends the customer back once; whatever it says then, the domain is checked.",
        params: domainParams,
        querystring: query,
        response: { 200: successOf(setupLinkSchema), ...commonFailures, 404: failureSchema },
      },
      // Servers of others are asked.
      config: { access: 'check DNS' },
      handler: async (request) => {
        const domain = await getDomain(ctx, callerOf(request).project.id, request.params.domainId);
        const { redirectUri } = request.query;
        const to = redirectUri === undefined ? undefined : await requireReturn(ctx, domain, redirectUri);
        return { success: true as const, data: formatSetupLink(await createSetupLink(ctx, domain, to)) };
      },
    });
    done();
  };
}
