import { isSesRegion, type SesRegion } from '../core/records/regions.ts';
import type { SesFault } from '../core/ses/retry.ts';
import { releaseIdentities } from '../db/queries/provider-identities.ts';
import type { Context } from '../services/context.ts';
import { reconcileNext } from '../services/sending-providers/identities.ts';
import { sweepIdentities } from '../services/sending-providers/identity-sweep.ts';
import type { DueWork } from './checks.ts';

/** Between two identities, and while none is due: SES takes about one change a second. */
const PACE_MS = 1_000;
const AFTER_FAILURE_MS = 2_000;
const SWEEP_EVERY_MS = 24 * 3_600_000;
const SWEEP_AGAIN_MS = 15 * 60_000;
/** How long a region rests after a fault: whatever is due there would fare no better. A refusal is about one identity. */
const REST_MS: Record<SesFault, number> = {
  throttled: 2_000,
  unreachable: 5_000,
  unauthorized: 60_000,
  refused: PACE_MS,
};

/**
 * Keeps the identities of every region that has a provider in step with its domains, one after the other in each region.
 * The queue is a table, as for looks: any number of nodes share it.
 */
export function startProviderWork(ctx: Context): DueWork {
  const stopping = new AbortController();
  const owner = `provider-${ctx.randomBytes(8).toString('hex')}`;
  const regions = ctx.regions.filter(isSesRegion);
  const done = Promise.all(
    regions.flatMap((region) => [
      keepInStep(ctx, region, owner, stopping.signal),
      sweepDaily(ctx, region, stopping.signal),
    ]),
  )
    .then(() => (regions.length > 0 ? releaseIdentities(ctx.db, owner) : undefined))
    .catch((error: unknown) =>
      ctx.log.warn({ err: error }, 'could not give back the identities; their claims run out by themselves'),
    );
  return {
    stop() {
      stopping.abort();
      return done;
    },
  };
}

async function keepInStep(ctx: Context, region: SesRegion, owner: string, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      const outcome = await reconcileNext(ctx, region, owner);
      await ctx.clock.sleep(outcome === 'idle' || outcome === 'done' ? PACE_MS : REST_MS[outcome], signal);
    } catch (error) {
      ctx.log.warn({ err: error, region: region.key }, 'the work at Amazon SES failed; it goes on in a moment');
      await ctx.clock.sleep(AFTER_FAILURE_MS, signal);
    }
  }
}

async function sweepDaily(ctx: Context, region: SesRegion, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const fault = await sweepIdentities(ctx, region).catch((error: unknown) => {
      ctx.log.warn({ err: error, region: region.key }, 'the sweep of Amazon SES failed; it is made again');
      return 'refused' as const;
    });
    await ctx.clock.sleep(fault === null ? SWEEP_EVERY_MS : SWEEP_AGAIN_MS, signal);
  }
}
