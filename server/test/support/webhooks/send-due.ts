import { queueDeliveries } from '../../../src/jobs/webhooks.ts';
import type { Context } from '../../../src/services/context.ts';
import type { Lane } from '../../../src/services/webhooks/deliver.ts';

/** Sends once what is due now, in both lanes, as a worker does, and waits for it. @returns how many tries were made */
export async function sendDue(ctx: Context, lanes: readonly Lane[] = ['sound', 'failing']): Promise<number> {
  let count = 0;
  for (const lane of lanes) {
    const queue = queueDeliveries(ctx, lane);
    const claimed = await queue.claim(`test-${lane}`, 1_000);
    await Promise.all(claimed.map((item) => queue.run(item)));
    count += claimed.length;
  }
  return count;
}
