import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Context } from '../../services/context.ts';
import { formatDomain } from '../../services/domain-object/domain-object.ts';
import { updateDomainSettings } from '../../services/domains/settings.ts';
import { activateKey, listKeys, revokeKey } from '../../services/keys/keys.ts';
import { createKey } from '../../services/keys/new-keys.ts';
import { inProjectTime } from '../../services/test-mode/test-mode.ts';
import { formatKey } from '../../services/views/key-object.ts';
import { domainSchema } from '../../wire/domain.ts';
import { domainSettingsBody } from '../../wire/domain-settings.ts';
import { commonFailures, failureSchema, successOf } from '../../wire/envelope.ts';
import { createKeyBody, keySchema } from '../../wire/key.ts';
import { domainParams, idempotencyHeaders, keyParams } from '../../wire/path-params.ts';
import { callerOf } from '../auth.ts';
import { createOnce } from '../create-once.ts';

const tags = ['Keys'];
const notFound = { ...commonFailures, 404: failureSchema };
const oneKey = { 200: successOf(keySchema), ...notFound, 409: failureSchema };

/** `/v1/domains/{domainId}/keys`: the DKIM keys of a domain through their life. */
export function keyRoutes(ctx: Context): FastifyPluginCallbackZod {
  return (app, _options, done) => {
    app.route({
      method: 'GET',
      url: '/domains/:domainId/keys',
      schema: {
        tags,
        operationId: 'listDomainKeys',
        summary: 'List the DKIM keys of a domain',
        description: 'Newest first.',
        params: domainParams,
        response: {
          200: successOf(z.strictObject({ keys: z.array(keySchema), dkimRotationDays: z.int() })),
          ...notFound,
        },
      },
      handler: async (request) => {
        const { domain, keys } = await listKeys(ctx, callerOf(request).project.id, request.params.domainId);
        const data = { keys: keys.map((key) => formatKey(domain, key)), dkimRotationDays: domain.dkimRotationDays };
        return { success: true as const, data };
      },
    });

    app.route({
      method: 'POST',
      url: '/domains/:domainId/keys',
      schema: {
        tags,
        operationId: 'createDomainKey',
        summary: 'Create or import a DKIM key',
        description:
          'The new key is `pending`. Publish its record; once it is on every name server, the key signs automatically.',
        params: domainParams,
        headers: idempotencyHeaders,
        body: createKeyBody,
        response: { 201: successOf(keySchema), ...notFound, 409: failureSchema, 422: failureSchema },
      },
      handler: async (request, reply) => {
        const { params, body } = request;
        const { type, bits, selector, privateKey } = body;
        const { response } = await createOnce(ctx, request, reply, {
          fingerprint: `POST /v1/domains/${params.domainId}/keys ${JSON.stringify([type, bits, selector, privateKey])}`,
          create: (onStored) => createKey(ctx, callerOf(request).project.id, params.domainId, body, onStored),
          toResponse: ({ domain, key }) => ({ success: true as const, data: formatKey(domain, key) }),
        });
        return reply.code(201).send(response);
      },
    });

    app.route({
      method: 'POST',
      url: '/domains/:domainId/keys/:selector/activate',
      schema: {
        tags,
        operationId: 'activateDomainKey',
        summary: 'Activate a DKIM key',
        description: 'Signs with this key from now on. Its record must be published on every name server.',
        params: keyParams,
        response: oneKey,
      },
      handler: async (request) => {
        const { domainId, selector } = request.params;
        const { domain, key } = await activateKey(ctx, callerOf(request).project.id, domainId, selector);
        return { success: true as const, data: formatKey(domain, key) };
      },
    });

    app.route({
      method: 'POST',
      url: '/domains/:domainId/keys/:selector/revoke',
      schema: {
        tags,
        operationId: 'revokeDomainKey',
        summary: 'Revoke a DKIM key',
        description: "Deletes the private key for good. The key that is signing mail can't be revoked.",
        params: keyParams,
        response: oneKey,
      },
      handler: async (request) => {
        const { domainId, selector } = request.params;
        const { domain, key } = await revokeKey(ctx, callerOf(request).project.id, domainId, selector);
        return { success: true as const, data: formatKey(domain, key) };
      },
    });

    app.route({
      method: 'PATCH',
      url: '/domains/:domainId',
      schema: {
        tags,
        operationId: 'updateDomain',
        summary: 'Change the settings of a domain',
        description:
          'Sets how often the RSA key is rotated automatically, and whether records are published automatically. What is left out stays as it is.',
        params: domainParams,
        body: domainSettingsBody,
        response: { 200: successOf(domainSchema), ...notFound },
      },
      handler: async (request) => {
        const { domainId } = request.params;
        const { project } = callerOf(request);
        const domain = await updateDomainSettings(ctx, project.id, domainId, request.body);
        return { success: true as const, data: formatDomain(inProjectTime(ctx, project), domain) };
      },
    });
    done();
  };
}
