import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { validationError } from '../../core/errors.ts';
import type { Context } from '../../services/context.ts';
import { formatKey } from '../../services/key-object.ts';
import { createKey, listKeys } from '../../services/keys.ts';
import { callerOf } from '../auth.ts';
import { commonFailures, failureSchema, successOf } from '../schemas/envelope.ts';
import { createKeyBody, keySchema } from '../schemas/key.ts';

const tags = ['Keys'];
const params = z.strictObject({ domainId: z.string() });
const notFound = { ...commonFailures, 404: failureSchema };

/** `/v1/domains/{domainId}/keys`: the DKIM keys of a domain through their life. */
export function keyRoutes(ctx: Context): FastifyPluginCallbackZod {
  return (app, _options, done) => {
    app.route({
      method: 'GET',
      url: '/domains/:domainId/keys',
      schema: {
        tags,
        summary: "List a domain's DKIM keys, newest first",
        params,
        response: { 200: successOf(z.strictObject({ keys: z.array(keySchema) })), ...notFound },
      },
      handler: async (request) => {
        const keys = await listKeys(ctx, callerOf(request).project.id, request.params.domainId);
        return { success: true as const, data: { keys: keys.map(formatKey) } };
      },
    });

    app.route({
      method: 'POST',
      url: '/domains/:domainId/keys',
      schema: {
        tags,
        summary: 'Make a further DKIM key',
        params,
        body: createKeyBody,
        response: { 201: successOf(keySchema), ...notFound },
      },
      handler: async (request, reply) => {
        const { type = 'rsa', bits } = request.body;
        if (type === 'ed25519' && bits !== undefined)
          throw validationError('bits', 'bits is for RSA keys; Ed25519 keys have one size. Leave it out.');
        const algorithm = type === 'ed25519' ? type : (`rsa-${bits ?? 2048}` as const);
        const key = await createKey(ctx, callerOf(request).project.id, request.params.domainId, algorithm);
        return reply.code(201).send({ success: true as const, data: formatKey(key) });
      },
    });
    done();
  };
}
