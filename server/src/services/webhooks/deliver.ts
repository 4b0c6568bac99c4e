import type { ProjectId } from '../../core/ids.ts';
import type { DisabledReason, ProjectEvent } from '../../core/lifecycle/events.ts';
import { freezeProjectEvent } from '../../core/lifecycle/frozen-event.ts';
import { hasSucceeded } from '../../core/webhooks/delivery.ts';
import { hasFailedForGood, nextTryAt } from '../../core/webhooks/schedule.ts';
import * as deliveries from '../../db/queries/due-deliveries.ts';
import { insertProjectEvent } from '../../db/queries/history.ts';
import * as table from '../../db/queries/webhooks.ts';
import { noteAction } from '../audit/audit.ts';
import type { Context } from '../context.ts';
import { listOutlets } from '../events/note-events.ts';
import { gatherLookups } from '../node/gathered.ts';
import { inProjectTime } from '../test-mode/test-mode.ts';
import { sendOnce } from './send-once.ts';

export type { Lane } from '../../db/queries/due-deliveries.ts';

/** Longer than a try and what stores it: whoever is paused for longer loses the delivery to another node. */
const LEASE_MS = 40_000;
/** A try that begins later could end after the claim. */
const LAST_START_MS = LEASE_MS - 20_000;
/** So many tries end at once on a busy node, and share a statement. */
const STORE_REST_MS = 10;
const GONE = 410;
/** What is under way when the process stops may end within this time; it is sent again otherwise. */
const GRACE_MS = 3_000;

/** A delivery, and until when its try may begin. */
export interface DueDelivery {
  readonly delivery: deliveries.ClaimedDelivery;
  /** On the scale of `Clock.monotonicMs`. */
  readonly startsBeforeMs: number;
}

/** Claims deliveries for a worker, of webhooks that are sound or of those that fail. @param only of that project */
export async function claimDeliveries(
  ctx: Pick<Context, 'db' | 'realClock'>,
  lane: deliveries.Lane,
  owner: string,
  limit: number,
  only?: ProjectId,
): Promise<DueDelivery[]> {
  const startsBeforeMs = ctx.realClock.monotonicMs() + LAST_START_MS;
  const now = ctx.realClock.now();
  const lease = { owner, until: new Date(now.getTime() + LEASE_MS) };
  const claimed = await deliveries.claimDueDeliveries(ctx.db, lane, now, lease, limit, only);
  return claimed.map((delivery) => ({ delivery, startsBeforeMs }));
}

/** Creates what makes one try of a claimed delivery and stores what came of it. */
export function createDelivering(given: Context): (due: DueDelivery) => Promise<void> {
  const store = gatherLookups<deliveries.FinishedTry, true>(
    ({ delivery }) => delivery.id,
    async (tries) => {
      await deliveries.storeTries(given.db, tries);
      return new Map(tries.map(({ delivery }) => [delivery.id, true]));
    },
    STORE_REST_MS,
  );
  const ending = new AbortController();
  given.stopping.addEventListener('abort', () => void setTimeout(() => ending.abort(), GRACE_MS).unref());

  return async ({ delivery, startsBeforeMs }) => {
    const ctx = inProjectTime(given, { isTest: delivery.clockOffsetMs > 0, clockOffsetMs: delivery.clockOffsetMs });
    // A process that was paused may wake when another one has the delivery.
    if (ctx.realClock.monotonicMs() >= startsBeforeMs) return;
    if (ctx.stopping.aborted) return deliveries.giveBackDelivery(ctx.db, delivery);
    const { webhook, type, body } = delivery;
    const message = { id: nameMessage(delivery), type, body };
    const { request, outcome } = await sendOnce(ctx, webhook, message, ending.signal);
    const isDelivered = hasSucceeded(outcome);
    if (!isDelivered && ending.signal.aborted) return deliveries.giveBackDelivery(ctx.db, delivery);
    const now = ctx.clock.now();
    const nextAt = isDelivered ? null : nextTryAt(delivery.attempts + 1, now, ctx.random(), outcome.retryAfterSeconds);
    await store({ delivery, request, outcome, isDelivered, nextAt });
    if (outcome.status === GONE) await disable(ctx, webhook, 'gone');
    else if (!isDelivered && hasFailedForGood(webhook.failingSince, now)) await disable(ctx, webhook, 'failing');
  };
}

/** The `webhook-id` of a delivery: the event's, the same in every try and in the feed; a body of its own has the delivery's. */
export function nameMessage({ eventId, id }: { readonly eventId: number | null; readonly id: string }): string {
  return `evt_${eventId ?? id}`;
}

/** Stops sending to a webhook, once, and says so: an event, and an entry in the audit log. */
async function disable(
  ctx: Pick<Context, 'db' | 'clock' | 'realClock' | 'mailer'>,
  webhook: Pick<table.StoredWebhook, 'id' | 'projectId'>,
  reason: DisabledReason,
): Promise<void> {
  await ctx.db.transaction(async (tx) => {
    const now = ctx.clock.now();
    const locked = await table.lockWebhook(tx, webhook.projectId, webhook.id);
    // Meanwhile somebody may have disabled it, or enabled it anew, or a delivery succeeded.
    if (!locked?.isActive || (reason === 'failing' && !hasFailedForGood(locked.failingSince, now))) return;
    await table.updateWebhook(tx, webhook.id, { isActive: false, disabledReason: reason, updatedAt: now });
    const { id, url, projectId, failingSince } = locked;
    const data = { webhook: { id, url }, reason, failingSince: failingSince?.toISOString() ?? null };
    const event: ProjectEvent = { type: 'webhook.disabled', data };
    await insertProjectEvent(tx, projectId, now, event, freezeProjectEvent(event, now), listOutlets(ctx));
    const object = { kind: 'webhook', id, name: url };
    await noteAction(tx, ctx.realClock.now(), { action: 'webhook.disabled', projectId, object, after: { reason } });
  });
}

/** Gives back what a stopping worker holds. */
export async function releaseDeliveries(ctx: Pick<Context, 'db'>, owner: string): Promise<void> {
  await deliveries.releaseDeliveries(ctx.db, owner);
}
