import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Context } from '../../services/context.ts';
import { readOrganizationId } from '../../services/node/installation.ts';
import { formatWebhook } from '../../services/views/webhook-object.ts';
import {
  createWebhook,
  deleteWebhook,
  getWebhook,
  listWebhooks,
  revealSecret,
  rotateSecret,
  updateWebhook,
} from '../../services/webhooks/webhooks.ts';
import { commonFailures, failureSchema, successOf } from '../../wire/envelope.ts';
import {
  createWebhookBody,
  formatPaging,
  readPage,
  rotatedSecretSchema,
  updateWebhookBody,
  webhookPageSchema,
  webhookParams,
  webhookQuerySchema,
  webhookSchema,
} from '../../wire/webhook.ts';
import { callerOf } from '../auth.ts';

const tags = ['Webhooks'];
const failures = { ...commonFailures, 404: failureSchema };
const oneWebhook = { 200: successOf(z.strictObject({ webhook: webhookSchema })), ...failures };

/** `/v1/webhooks`: where events are sent, in the shapes of the documented AutoSend API. */
export function webhookRoutes(ctx: Context): FastifyPluginCallbackZod {
  return (app, _options, done) => {
    app.route({
      method: 'POST',
      url: '/webhooks',
      schema: {
        tags,
        operationId: 'createWebhook',
        summary: 'Create a webhook',
        description: 'Events are sent to the URL from now on. The secret is shown here and in `reveal` only.',
        body: createWebhookBody,
        response: { 201: successOf(z.strictObject({ webhook: webhookSchema })), ...commonFailures },
      },
      handler: async (request, reply) => {
        const { webhook, secret } = await createWebhook(ctx, callerOf(request).project.id, request.body);
        return reply.code(201).send({
          success: true as const,
          data: { webhook: formatWebhook(webhook, await readOrganizationId(ctx), secret) },
          message: 'Webhook created successfully',
        });
      },
    });

    app.route({
      method: 'GET',
      url: '/webhooks',
      schema: {
        tags,
        operationId: 'listWebhooks',
        summary: 'List webhooks',
        description: 'Newest first. Secrets are hidden.',
        querystring: webhookQuerySchema,
        response: { 200: successOf(webhookPageSchema), ...commonFailures },
      },
      handler: async (request) => {
        const page = readPage(request.query);
        const { isActive } = request.query;
        const filter = { ...page, ...(isActive !== undefined && { isActive }) };
        const { webhooks, total } = await listWebhooks(ctx, callerOf(request).project.id, filter);
        const organizationId = await readOrganizationId(ctx);
        const data = {
          webhooks: webhooks.map((webhook) => formatWebhook(webhook, organizationId)),
          ...formatPaging(page, total),
        };
        return { success: true as const, data };
      },
    });

    app.route({
      method: 'GET',
      url: '/webhooks/:webhookId',
      schema: {
        tags,
        operationId: 'getWebhook',
        summary: 'Get a webhook',
        description: 'Its secret is hidden; see `reveal`.',
        params: webhookParams,
        response: oneWebhook,
      },
      handler: async (request) => {
        const webhook = await getWebhook(ctx, callerOf(request).project.id, request.params.webhookId);
        return { success: true as const, data: { webhook: formatWebhook(webhook, await readOrganizationId(ctx)) } };
      },
    });

    app.route({
      method: 'PUT',
      url: '/webhooks/:webhookId',
      schema: {
        tags,
        operationId: 'updateWebhook',
        summary: 'Update a webhook',
        description: "Enabling a webhook goes on with what is left. The secret can't be set; see `rotate-secret`.",
        params: webhookParams,
        body: updateWebhookBody,
        response: oneWebhook,
      },
      handler: async (request) => {
        const { project } = callerOf(request);
        const webhook = await updateWebhook(ctx, project.id, request.params.webhookId, request.body);
        return {
          success: true as const,
          data: { webhook: formatWebhook(webhook, await readOrganizationId(ctx)) },
          message: 'Webhook updated successfully',
        };
      },
    });

    app.route({
      method: 'DELETE',
      url: '/webhooks/:webhookId',
      schema: {
        tags,
        operationId: 'deleteWebhook',
        summary: 'Delete a webhook',
        description: 'What waits for it is deleted, too. Answers with the webhook as it was.',
        params: webhookParams,
        response: oneWebhook,
      },
      handler: async (request) => {
        const webhook = await deleteWebhook(ctx, callerOf(request).project.id, request.params.webhookId);
        return {
          success: true as const,
          data: { webhook: formatWebhook(webhook, await readOrganizationId(ctx)) },
          message: 'Webhook deleted successfully',
        };
      },
    });

    app.route({
      method: 'GET',
      url: '/webhooks/:webhookId/reveal',
      // Whoever has the secret can send in our name.
      config: { access: 'change' },
      exposeHeadRoute: false,
      schema: {
        tags,
        operationId: 'revealWebhookSecret',
        summary: "Reveal a webhook's secret",
        description: 'Takes a key with full access. The audit log notes it.',
        params: webhookParams,
        response: { 200: successOf(z.strictObject({ secret: z.string() })), ...failures },
      },
      handler: async (request) => {
        const secret = await revealSecret(ctx, callerOf(request).project.id, request.params.webhookId);
        return { success: true as const, data: { secret } };
      },
    });

    app.route({
      method: 'POST',
      url: '/webhooks/:webhookId/rotate-secret',
      schema: {
        tags,
        operationId: 'rotateWebhookSecret',
        summary: "Change a webhook's secret",
        description: 'For 24 hours both secrets sign: `webhook-signature` has two signatures.',
        params: webhookParams,
        response: { 200: successOf(rotatedSecretSchema), ...failures },
      },
      handler: async (request) => {
        const { project } = callerOf(request);
        const { secret, previousUntil } = await rotateSecret(ctx, project.id, request.params.webhookId);
        return { success: true as const, data: { secret, previousUntil: previousUntil.toISOString() } };
      },
    });
    done();
  };
}
