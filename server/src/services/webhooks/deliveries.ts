import { HOST_ALLOWANCES } from '../../core/access/host-allowances.ts';
import { AppError, validationError } from '../../core/errors.ts';
import { buildId, isId, type ProjectId } from '../../core/ids.ts';
import { isEventType, takesEvent } from '../../core/lifecycle/event-patterns.ts';
import type { EventType } from '../../core/lifecycle/events.ts';
import { formatEvent } from '../../core/lifecycle/frozen-event.ts';
import { hasSucceeded, type TryOutcome } from '../../core/webhooks/delivery.ts';
import { KEPT_MS } from '../../core/webhooks/schedule.ts';
import * as table from '../../db/queries/webhook-deliveries.ts';
import type { StoredWebhook } from '../../db/queries/webhooks.ts';
import type { Context } from '../context.ts';
import { nameMessage } from './deliver.ts';
import { buildSample } from './sample.ts';
import { sendOnce } from './send-once.ts';
import { getWebhook } from './webhooks.ts';

export type { StoredDelivery } from '../../db/queries/webhook-deliveries.ts';

/** A delivery with what is sent: null where it is no longer kept. */
export type DeliveryWithBody = NonNullable<Awaited<ReturnType<typeof table.findDelivery>>>;

/** An event of ours has no more: a domain with all that may be noted of it. */
const MOST_RESENT_KIBIBYTES = 16;
const DAY_MS = 24 * 3_600_000;

/** Lists a page of what was, and is to be, sent to a webhook, newest first. @throws AppError WEBHOOK_NOT_FOUND */
export async function listDeliveries(
  ctx: Pick<Context, 'db'>,
  projectId: ProjectId,
  webhookId: string,
  page: table.DeliveryFilter,
): Promise<{ webhook: StoredWebhook; deliveries: table.StoredDelivery[]; total: number }> {
  const webhook = await getWebhook(ctx, projectId, webhookId);
  return { webhook, ...(await table.listDeliveries(ctx.db, webhook.id, page)) };
}

/** Gets one delivery: the last request and its answer, as they were. @throws AppError WEBHOOK_NOT_FOUND, NOT_FOUND */
export async function getDelivery(
  ctx: Pick<Context, 'db'>,
  projectId: ProjectId,
  webhookId: string,
  id: string,
): Promise<{ webhook: StoredWebhook; delivery: DeliveryWithBody }> {
  const webhook = await getWebhook(ctx, projectId, webhookId);
  const delivery = isId(id) ? await table.findDelivery(ctx.db, webhook.id, id) : null;
  if (!delivery) throw deliveryNotFound();
  return { webhook, delivery };
}

function deliveryNotFound(): AppError {
  return new AppError('NOT_FOUND', 'This webhook has no such delivery. Deliveries are kept for 30 days.');
}

/** Counts what became of the last day's deliveries of these webhooks. */
export async function countLastDay(
  ctx: Pick<Context, 'db' | 'clock'>,
  webhooks: readonly StoredWebhook[],
): ReturnType<typeof table.countDeliveries> {
  const since = new Date(ctx.clock.now().getTime() - DAY_MS);
  return table.countDeliveries(
    ctx.db,
    webhooks.map(({ id }) => id),
    since,
  );
}

/** Sends a delivery once more, now, whatever became of it. @throws AppError WEBHOOK_NOT_FOUND, NOT_FOUND */
export async function retryDelivery(
  ctx: Pick<Context, 'db' | 'clock'>,
  projectId: ProjectId,
  webhookId: string,
  id: string,
): Promise<void> {
  const webhook = await getWebhook(ctx, projectId, webhookId);
  const isThere = isId(id) && (await table.retryDelivery(ctx.db, webhook.id, id, ctx.clock.now()));
  if (!isThere) throw deliveryNotFound();
}

/** Sends all again that were created since then and have failed. @returns how many @throws AppError WEBHOOK_NOT_FOUND */
export async function retryFailed(
  ctx: Pick<Context, 'db' | 'clock'>,
  projectId: ProjectId,
  webhookId: string,
  since: Date,
): Promise<number> {
  const webhook = await getWebhook(ctx, projectId, webhookId);
  return table.retryFailed(ctx.db, webhook.id, since, ctx.clock.now());
}

/**
 * Has what a caller gives sent as an event, with all tries.
 * @returns the id of the delivery
 * @throws AppError WEBHOOK_NOT_FOUND, WEBHOOK_NOT_SUBSCRIBED, VALIDATION_FAILED, PAYLOAD_TOO_LARGE, RATE_LIMIT_EXCEEDED
 */
export async function resend(
  ctx: Context,
  projectId: ProjectId,
  webhookId: string,
  { event, data }: { readonly event: string; readonly data: object },
): Promise<string> {
  const webhook = await getWebhook(ctx, projectId, webhookId);
  if (!isEventType(event)) throw validationError('event', `${JSON.stringify(event)} isn't an event.`);
  if (!takesEvent(webhook.events, event))
    throw new AppError('WEBHOOK_NOT_SUBSCRIBED', `Webhook is not subscribed to this event: ${event}`);
  const now = ctx.clock.now();
  const body = formatEvent(event, now, data);
  const kibibytes = Math.ceil(Buffer.byteLength(body) / 1024);
  if (kibibytes > MOST_RESENT_KIBIBYTES)
    throw new AppError('PAYLOAD_TOO_LARGE', `The event is larger than ${MOST_RESENT_KIBIBYTES} KiB.`);
  // Kept for 30 days, and written for nothing: events are kept once, however many webhooks take them.
  if (!ctx.resentBodies.mayAsk(projectId, kibibytes))
    throw new AppError('RATE_LIMIT_EXCEEDED', 'This project has resent too much data. Please try again later.', {
      retryAfterSeconds: Math.ceil(kibibytes / HOST_ALLOWANCES.resent.perSecond),
    });
  return insert(ctx, webhook, event, body, now);
}

async function insert(
  ctx: Context,
  { id: webhookId, projectId }: StoredWebhook,
  type: EventType,
  body: string,
  now: Date,
  nextAt: Date | null = now,
): Promise<string> {
  const id = buildId(now, ctx.randomBytes(8));
  await table.insertDelivery(ctx.db, { id, webhookId, projectId, type, body, createdAt: now }, nextAt);
  return id;
}

/** A sample that was sent, and what came of it. */
export interface TestedWebhook {
  readonly deliveryId: string;
  readonly outcome: TryOutcome;
}

/** Sends a sample of an event once, now, and tells what came of it; also to a webhook that is disabled. @throws AppError WEBHOOK_NOT_FOUND */
export async function testWebhook(
  ctx: Context,
  projectId: ProjectId,
  webhookId: string,
  type: EventType,
): Promise<TestedWebhook> {
  const webhook = await getWebhook(ctx, projectId, webhookId);
  const now = ctx.clock.now();
  const body = buildSample(type, now);
  const deliveryId = await insert(ctx, webhook, type, body, now, null);
  const message = { id: nameMessage({ eventId: null, id: deliveryId }), type, body };
  const { request, outcome } = await sendOnce(ctx, webhook, message, ctx.stopping);
  await table.storeSample(ctx.db, deliveryId, request, outcome, hasSucceeded(outcome));
  return { deliveryId, outcome };
}

const EXPIRE_BATCH = 2_000;

/** Deletes deliveries that have been kept for 30 days, some at a time. @returns whether there are more */
export async function expireDeliveries(ctx: Pick<Context, 'db' | 'clock'>): Promise<boolean> {
  const before = new Date(ctx.clock.now().getTime() - KEPT_MS);
  return (await table.deleteOldDeliveries(ctx.db, before, EXPIRE_BATCH)) === EXPIRE_BATCH;
}
