import type { Context } from '../services/context.ts';
import {
  claimDeliveries,
  createDelivering,
  type DueDelivery,
  type Lane,
  releaseDeliveries,
} from '../services/webhooks/deliver.ts';
import { type Pace, type Queue, startWorker, type Worker } from './worker.ts';

/** Those that fail have places of their own, and fewer: however many there are, they take none from the others. */
const PACES: Readonly<Record<Lane, Pace>> = {
  sound: { places: 96, batch: 8, idleMs: 250, afterErrorMs: 1_000, afterEndMs: 20 },
  failing: { places: 32, batch: 4, idleMs: 1_000, afterErrorMs: 1_000, afterEndMs: 250 },
};

/** Sends what is due to webhooks. The queue is a table, so that any number of nodes share it. */
export function startWebhookWork(ctx: Context): Worker {
  const workers = (['sound', 'failing'] as const).map((lane) =>
    startWorker(ctx, queueDeliveries(ctx, lane), PACES[lane]),
  );
  return {
    async stop() {
      await Promise.all(workers.map((worker) => worker.stop()));
    },
  };
}

/** The queue of deliveries to webhooks that are sound, or of those to webhooks that fail. */
export function queueDeliveries(ctx: Context, lane: Lane): Queue<DueDelivery> {
  const deliver = createDelivering(ctx);
  return {
    name: `webhooks-${lane}`,
    claim: (owner, limit) => claimDeliveries(ctx, lane, owner, limit),
    async run(due) {
      await deliver(due);
      return 0;
    },
    describe: ({ delivery }) => ({ webhookId: delivery.webhook.id, deliveryId: delivery.id }),
    releaseAll: (owner) => releaseDeliveries(ctx, owner),
  };
}
