import { formatTime } from '../../core/format-time.ts';
import { describeOutcome, hasSucceeded, type TryOutcome } from '../../core/webhooks/delivery.ts';
import {
  type DeliveryLog,
  type DeliveryObject,
  HIDDEN_SECRET,
  type TestResult,
  type WebhookObject,
} from '../../wire/webhook.ts';
import { nameMessage } from '../webhooks/deliver.ts';
import type { DeliveryWithBody, StoredDelivery, TestedWebhook } from '../webhooks/deliveries.ts';
import type { StoredWebhook } from '../webhooks/webhooks.ts';

/** Formats a webhook; the order of the keys is that of the documented service. @param secret where it is to be shown */
export function formatWebhook(webhook: StoredWebhook, organizationId: string, secret = HIDDEN_SECRET): WebhookObject {
  return {
    id: webhook.id,
    organizationId,
    projectId: webhook.projectId,
    url: webhook.url,
    secret,
    events: webhook.events,
    isActive: webhook.isActive,
    createdAt: webhook.createdAt.toISOString(),
    updatedAt: webhook.updatedAt.toISOString(),
  };
}

/** Formats a delivery as a line of the log. */
export function formatDeliveryLog(webhook: Pick<StoredWebhook, 'url'>, delivery: StoredDelivery): DeliveryLog {
  const { outcome, request } = delivery;
  return {
    _id: delivery.id,
    webhookId: delivery.webhookId,
    projectId: delivery.projectId,
    event: delivery.type,
    url: request?.url ?? webhook.url,
    statusCode: outcome?.status ?? null,
    success: delivery.deliveredAt !== null,
    attempts: delivery.attempts,
    duration: outcome?.durationMs ?? null,
    deliveredAt: formatTime(delivery.deliveredAt),
    createdAt: delivery.createdAt.toISOString(),
    updatedAt: delivery.updatedAt.toISOString(),
  };
}

/** Formats a delivery with its last request and answer, as they were. */
export function formatDelivery(webhook: Pick<StoredWebhook, 'url'>, delivery: DeliveryWithBody): DeliveryObject {
  const { request, outcome, sent } = delivery;
  return {
    ...formatDeliveryLog(webhook, delivery),
    messageId: nameMessage(delivery),
    nextAttemptAt: formatTime(delivery.nextAt),
    request: { headers: request ? { ...request.headers } : null, body: sent },
    response: outcome && {
      at: outcome.at,
      statusCode: outcome.status,
      body: outcome.answer,
      problem: formatProblem(outcome),
    },
  };
}

/** Formats what came of a sample. */
export function formatTestResult({ deliveryId, outcome }: TestedWebhook): TestResult {
  return {
    deliveryId,
    success: hasSucceeded(outcome),
    statusCode: outcome.status,
    duration: outcome.durationMs,
    body: outcome.answer,
    problem: formatProblem(outcome),
  };
}

/** What went wrong, in words; null where nothing did. */
function formatProblem(outcome: TryOutcome): string | null {
  return hasSucceeded(outcome) ? null : describeOutcome(outcome);
}
