import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Context } from '../../services/context.ts';
import {
  createDnsConnection,
  deleteDnsConnection,
  getDnsConnection,
  listDependentDomains,
  listDnsConnections,
} from '../../services/publishing/connections.ts';
import { testDnsConnection } from '../../services/publishing/test-connection.ts';
import {
  formatDnsConnection,
  formatDnsConnectionDetail,
  formatDnsConnectionTest,
} from '../../services/views/dns-connection-object.ts';
import { COST_OF_OUTGOING } from '../../wire/costs.ts';
import {
  createDnsConnectionBody,
  dnsConnectionDetailSchema,
  dnsConnectionParams,
  dnsConnectionSchema,
  dnsConnectionTestSchema,
  testDnsConnectionBody,
} from '../../wire/dns-connection.ts';
import { commonFailures, failureSchema, successOf } from '../../wire/envelope.ts';
import { idempotencyHeaders } from '../../wire/path-params.ts';
import { callerOf } from '../auth.ts';
import { createOnce } from '../create-once.ts';

const tags = ['DNS connections'];
const failures = { ...commonFailures, 404: failureSchema };

/** `/v1/dns-connections`: credentials for the zones that records are published in. */
export function dnsConnectionRoutes(ctx: Context): FastifyPluginCallbackZod {
  return (app, _options, done) => {
    app.route({
      method: 'POST',
      url: '/dns-connections',
      config: { cost: () => COST_OF_OUTGOING },
      schema: {
        tags,
        operationId: 'createDnsConnection',
        summary: 'Create a DNS connection',
        description:
          "Tries the credentials first. If they don't work, nothing is saved and the error says what they lack. Secrets are sealed, and no response shows them again.",
        headers: idempotencyHeaders,
        body: createDnsConnectionBody,
        response: { 201: successOf(dnsConnectionSchema), ...commonFailures, 409: failureSchema, 422: failureSchema },
      },
      handler: async (request, reply) => {
        const { body } = request;
        const { id: projectId } = callerOf(request).project;
        const { response } = await createOnce(ctx, request, reply, {
          // Signed: of what is stored nobody can try out secrets.
          fingerprint: ctx.signer.sign(`POST /v1/dns-connections ${JSON.stringify(body)}`),
          create: (onStored) => createDnsConnection(ctx, projectId, body, { onStored }),
          toResponse: formatDnsConnection,
        });
        return reply.code(201).send({ success: true as const, data: response });
      },
    });

    app.route({
      method: 'GET',
      url: '/dns-connections',
      schema: {
        tags,
        operationId: 'listDnsConnections',
        summary: 'List DNS connections',
        description: "Lists the project's connections, oldest first.",
        response: {
          200: successOf(z.strictObject({ dnsConnections: z.array(dnsConnectionSchema) })),
          ...commonFailures,
        },
      },
      handler: async (request) => {
        const connections = await listDnsConnections(ctx, callerOf(request).project.id);
        return { success: true as const, data: { dnsConnections: connections.map(formatDnsConnection) } };
      },
    });

    app.route({
      method: 'GET',
      url: '/dns-connections/:connectionId',
      schema: {
        tags,
        operationId: 'getDnsConnection',
        summary: 'Get a DNS connection',
        description: "Includes the project's domains in its zones.",
        params: dnsConnectionParams,
        response: { 200: successOf(dnsConnectionDetailSchema), ...failures },
      },
      handler: async (request) => {
        const { id: projectId } = callerOf(request).project;
        const connection = await getDnsConnection(ctx, projectId, request.params.connectionId);
        const dependents = await listDependentDomains(ctx, projectId, connection);
        return { success: true as const, data: formatDnsConnectionDetail(connection, dependents) };
      },
    });

    app.route({
      method: 'DELETE',
      url: '/dns-connections/:connectionId',
      schema: {
        tags,
        operationId: 'deleteDnsConnection',
        summary: 'Delete a DNS connection',
        description: 'Deletes the credentials. Records that were published through the connection stay in DNS.',
        params: dnsConnectionParams,
        response: { 200: successOf(z.null()), ...failures },
      },
      handler: async (request) => {
        await deleteDnsConnection(ctx, callerOf(request).project.id, request.params.connectionId);
        return { success: true as const, data: null };
      },
    });

    app.route({
      method: 'POST',
      url: '/dns-connections/:connectionId/test',
      config: { cost: () => COST_OF_OUTGOING },
      schema: {
        tags,
        operationId: 'testDnsConnection',
        summary: 'Test a DNS connection',
        description:
          'Tries the credentials and lists the zones that they reach. With `zone`, also creates and removes a TXT record there. The response is 200 either way: `problem` says what the credentials lack.',
        params: dnsConnectionParams,
        body: testDnsConnectionBody,
        response: { 200: successOf(dnsConnectionTestSchema), ...failures },
      },
      handler: async (request) => {
        const connection = await getDnsConnection(ctx, callerOf(request).project.id, request.params.connectionId);
        const test = await testDnsConnection(ctx, connection, request.body.zone);
        return { success: true as const, data: formatDnsConnectionTest(test) };
      },
    });
    done();
  };
}
