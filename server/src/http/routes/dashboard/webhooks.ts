import { formatTime } from '../../../core/format-time.ts';
import type { Context } from '../../../services/context.ts';
import {
  formatDelivery,
  formatDeliveryLog,
  formatTestResult,
  formatWebhook,
} from '../../../services/views/webhook-object.ts';
import {
  countLastDay,
  getDelivery,
  listDeliveries,
  retryDelivery,
  retryFailed,
  testWebhook,
} from '../../../services/webhooks/deliveries.ts';
import {
  createWebhook,
  deleteWebhook,
  listWebhooks,
  revealSecret,
  rotateSecret,
  type StoredWebhook,
  updateWebhook,
} from '../../../services/webhooks/webhooks.ts';
import type { OwnWebhook, webhookCalls } from '../../../wire/dashboard/webhook-calls.ts';
import { formatPaging, readPage } from '../../../wire/webhook.ts';
import type { Handlers } from '../../dashboard/call.ts';

/** More than a project may have, unless the operator says otherwise. */
const ALL = 1_000;

/** Webhooks of a project: everybody in it sees them, its admins change them. */
export function webhookRoutes(ctx: Context): Handlers<keyof typeof webhookCalls> {
  const format = async (webhooks: readonly StoredWebhook[]): Promise<OwnWebhook[]> => {
    const counts = await countLastDay(ctx, webhooks);
    return webhooks.map((webhook) => {
      const { secret: _secret, organizationId: _organizationId, ...shown } = formatWebhook(webhook, '');
      const { disabledReason, failingSince } = webhook;
      const lastDay = counts.get(webhook.id) ?? { delivered: 0, failed: 0, waiting: 0 };
      return { ...shown, disabledReason, failingSince: formatTime(failingSince), lastDay };
    });
  };
  const formatOne = async (webhook: StoredWebhook): Promise<OwnWebhook> => {
    const [shown] = await format([webhook]);
    if (!shown) throw new Error('A webhook was formatted into nothing.');
    return shown;
  };
  return {
    'GET /api/projects/:projectId/webhooks': async ({ own }) => {
      const { webhooks } = await listWebhooks(ctx, own.project.id, { page: 1, limit: ALL });
      return { webhooks: await format(webhooks) };
    },
    'POST /api/projects/:projectId/webhooks': async ({ own, body }) => {
      const { webhook, secret } = await createWebhook(ctx, own.project.id, body);
      return { webhook: await formatOne(webhook), secret };
    },
    'PUT /api/projects/:projectId/webhooks/:webhookId': async ({ own, params, body }) =>
      formatOne(await updateWebhook(ctx, own.project.id, params.webhookId, body)),
    'DELETE /api/projects/:projectId/webhooks/:webhookId': async ({ own, params }) => {
      await deleteWebhook(ctx, own.project.id, params.webhookId);
      return null;
    },
    'POST /api/projects/:projectId/webhooks/:webhookId/reveal': async ({ own, params }) => ({
      secret: await revealSecret(ctx, own.project.id, params.webhookId),
    }),
    'POST /api/projects/:projectId/webhooks/:webhookId/rotate-secret': async ({ own, params }) => {
      const { secret, previousUntil } = await rotateSecret(ctx, own.project.id, params.webhookId);
      return { secret, previousUntil: previousUntil.toISOString() };
    },
    'POST /api/projects/:projectId/webhooks/:webhookId/test': async ({ own, params, body }) =>
      formatTestResult(await testWebhook(ctx, own.project.id, params.webhookId, body.event)),
    'POST /api/projects/:projectId/webhooks/:webhookId/retry-failed': async ({ own, params, body }) => ({
      retried: await retryFailed(ctx, own.project.id, params.webhookId, body.since),
    }),
    'GET /api/projects/:projectId/webhooks/:webhookId/logs': async ({ own, params, query }) => {
      const page = readPage(query);
      const { webhook, deliveries, total } = await listDeliveries(ctx, own.project.id, params.webhookId, page);
      const logs = deliveries.map((delivery) => formatDeliveryLog(webhook, delivery));
      return { logs, ...formatPaging(page, total) };
    },
    'GET /api/projects/:projectId/webhooks/:webhookId/deliveries/:deliveryId': async ({ own, params }) => {
      const found = await getDelivery(ctx, own.project.id, params.webhookId, params.deliveryId);
      return formatDelivery(found.webhook, found.delivery);
    },
    'POST /api/projects/:projectId/webhooks/:webhookId/deliveries/:deliveryId/retry': async ({ own, params }) => {
      await retryDelivery(ctx, own.project.id, params.webhookId, params.deliveryId);
      return null;
    },
  };
}
