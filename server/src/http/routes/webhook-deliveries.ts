import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Context } from '../../services/context.ts';
import { formatDelivery, formatDeliveryLog, formatTestResult } from '../../services/views/webhook-object.ts';
import {
  getDelivery,
  listDeliveries,
  resend,
  retryDelivery,
  retryFailed,
  testWebhook,
} from '../../services/webhooks/deliveries.ts';
import { COST_OF_OUTGOING } from '../../wire/costs.ts';
import { commonFailures, failureSchema, successOf } from '../../wire/envelope.ts';
import {
  deliveryPageSchema,
  deliveryParams,
  deliverySchema,
  formatPaging,
  logQuerySchema,
  readPage,
  resendBody,
  retryFailedBody,
  testResultSchema,
  testWebhookBody,
  webhookParams,
} from '../../wire/webhook.ts';
import { callerOf } from '../auth.ts';

const tags = ['Webhooks'];
const failures = { ...commonFailures, 404: failureSchema };

/** What was sent to a webhook, and what is sent again: `test`, `resend`, `retry-failed`, `logs` and `deliveries` of it. */
export function webhookDeliveryRoutes(ctx: Context): FastifyPluginCallbackZod {
  return (app, _options, done) => {
    app.route({
      method: 'POST',
      url: '/webhooks/:webhookId/test',
      config: { cost: () => COST_OF_OUTGOING },
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
        const tested = await testWebhook(ctx, project.id, webhookId, request.body.event);
        return { success: true as const, data: formatTestResult(tested) };
      },
    });

    app.route({
      method: 'POST',
      url: '/webhooks/:webhookId/resend',
      schema: {
        tags,
        operationId: 'resendWebhook',
        summary: 'Send an event to a webhook',
        description:
          'Queues a delivery of the given event and data, retried as usual. The webhook must be subscribed to the event. At most 16 KiB each, and for a project 1 MiB at once, then 2 KiB a second.',
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
        description: 'Retries every delivery created since then that has not succeeded.',
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
        description: 'With its last request and response, exactly as they were.',
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
