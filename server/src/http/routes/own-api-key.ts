import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { commonFailures, successOf } from '../../wire/envelope.ts';
import { ownApiKeySchema } from '../../wire/own-api-key.ts';
import { callerOf } from '../auth.ts';

/** `GET /v1/api-key`: the key that asks, so that a program knows what it may do before it offers it. */
export function ownApiKeyRoutes(): FastifyPluginCallbackZod {
  return (app, _options, done) => {
    app.route({
      method: 'GET',
      url: '/api-key',
      config: { keepsToDomains: true },
      schema: {
        tags: ['API key'],
        operationId: 'getOwnApiKey',
        summary: 'Get the API key in use',
        description: 'What the key that asks may do, and in which project.',
        response: { 200: successOf(ownApiKeySchema), ...commonFailures },
      },
      handler: async (request) => {
        const { keyId, name, permission, domains, project } = callerOf(request);
        const data = {
          id: keyId,
          name,
          permission,
          domains: domains && [...domains],
          project: { id: project.id, name: project.name, isTest: project.isTest },
        };
        return { success: true as const, data };
      },
    });
    done();
  };
}
