import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { hasSucceeded } from '../../core/webhooks/delivery.ts';
import type { Context } from '../../services/context.ts';
import { readOrganizationId } from '../../services/node/installation.ts';
import {
  formatDelivery,
  formatDeliveryLog,
  formatProblem,
  formatWebhook,
} from '../../services/views/webhook-object.ts';
import {
  getDelivery,
  listDeliveries,
  resend,
  retryDelivery,
  retryFailed,
  testWebhook,
} from '../../services/webhooks/deliveries.ts';
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
  deliveryPageSchema,
  deliveryParams,
  deliverySchema,
  formatPaging,
  logQuerySchema,
  readPage,
  resendBody,
  retryFailedBody,
  rotatedSecretSchema,
  testResultSchema,
  testWebhookBody,
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
/** A sample holds a connection to somebody's server for up to 15 seconds. */
const COST_OF_TEST = 5;

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

    app.route({
      method: 'POST',
      url: '/webhooks/:webhookId/test',
      config: { cost: () => COST_OF_TEST },
      schema: {
        tags,
        operationId: 'testWebhook',
        summary: 'Send a sample to a webhook',
        description:
          'Sends a sample event once, and answers with what came of it. It works for disabled webhooks, too.',
        params: webhookParams,
        body: testWebhookBody,
        response: { 200: successOf(testResultSchema), ...failures },
      },
      handler: async (request) => {
        const { project } = callerOf(request);
        const { webhookId } = request.params;
        const { deliveryId, outcome } = await testWebhook(ctx, project.id, webhookId, request.body.event);
        const data = {
          deliveryId,
          success: hasSucceeded(outcome),
          statusCode: outcome.status,
          duration: outcome.durationMs,
          body: outcome.answer,
          problem: formatProblem(outcome),
        };
        return { success: true as const, data };
      },
    });

    app.route({
      method: 'POST',
      url: '/webhooks/:webhookId/resend',
      schema: {
        tags,
        operationId: 'resendWebhook',
        summary: 'Send an event to a webhook',
        description: 'Queues a delivery of what is given, with all tries. The webhook must take the event.',
        params: webhookParams,
        body: resendBody,
        response: { 200: successOf(z.strictObject({ jobId: z.string() })), ...failures },
      },
      handler: async (request) => {
        const jobId = await resend(ctx, callerOf(request).project.id, request.params.webhookId, request.body);
        return { success: true as const, data: { jobId }, message: 'Webhook queued for delivery' };
      },
    });

    app.route({
      method: 'POST',
      url: '/webhooks/:webhookId/retry-failed',
      schema: {
        tags,
        operationId: 'retryFailedDeliveries',
        summary: 'Send failed deliveries again',
        description: 'All that were created since then and have not succeeded, now.',
        params: webhookParams,
        body: retryFailedBody,
        response: { 200: successOf(z.strictObject({ retried: z.int() })), ...failures },
      },
      handler: async (request) => {
        const { project } = callerOf(request);
        const retried = await retryFailed(ctx, project.id, request.params.webhookId, request.body.since);
        return { success: true as const, data: { retried } };
      },
    });

    app.route({
      method: 'GET',
      url: '/webhooks/:webhookId/logs',
      schema: {
        tags,
        operationId: 'listWebhookLogs',
        summary: 'List the deliveries of a webhook',
        description: 'Newest first. Kept for 30 days.',
        params: webhookParams,
        querystring: logQuerySchema,
        response: { 200: successOf(deliveryPageSchema), ...failures },
      },
      handler: async (request) => {
        const page = readPage(request.query);
        const { project } = callerOf(request);
        const found = await listDeliveries(ctx, project.id, request.params.webhookId, page);
        const logs = found.deliveries.map((delivery) => formatDeliveryLog(found.webhook, delivery));
        return { success: true as const, data: { logs, ...formatPaging(page, found.total) } };
      },
    });

    app.route({
      method: 'GET',
      url: '/webhooks/:webhookId/deliveries/:deliveryId',
      schema: {
        tags,
        operationId: 'getWebhookDelivery',
        summary: 'Get a delivery',
        description: 'With its last request and answer, as they were.',
        params: deliveryParams,
        response: { 200: successOf(deliverySchema), ...failures },
      },
      handler: async (request) => {
        const { webhookId, deliveryId } = request.params;
        const { webhook, delivery } = await getDelivery(ctx, callerOf(request).project.id, webhookId, deliveryId);
        return { success: true as const, data: formatDelivery(webhook, delivery) };
      },
    });

    app.route({
      method: 'POST',
      url: '/webhooks/:webhookId/deliveries/:deliveryId/retry',
      schema: {
        tags,
        operationId: 'retryWebhookDelivery',
        summary: 'Send a delivery again',
        description: 'Now, whatever became of it, and with all tries if it fails.',
        params: deliveryParams,
        response: { 200: successOf(z.strictObject({ jobId: z.string() })), ...failures },
      },
      handler: async (request) => {
        const { webhookId, deliveryId } = request.params;
        await retryDelivery(ctx, callerOf(request).project.id, webhookId, deliveryId);
        return { success: true as const, data: { jobId: deliveryId }, message: 'Webhook queued for delivery' };
      },
    });
    done();
  };
}
