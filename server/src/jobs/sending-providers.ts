import { isServedRegion, type ServedRegion } from '../core/records/regions.ts';
import { releaseIdentities } from '../db/queries/provider-identities.ts';
import type { Context } from '../services/context.ts';
import { getProvider } from '../services/sending-providers/get-provider.ts';
import { reconcileNext } from '../services/sending-providers/identities.ts';
import { sweepIdentities } from '../services/sending-providers/identity-sweep.ts';
import type { DueWork } from './checks.ts';

const AFTER_FAILURE_MS = 2_000;
const SWEEP_EVERY_MS = 24 * 3_600_000;
const SWEEP_AGAIN_MS = 15 * 60_000;

/**
 * Keeps the identities of every region that has a provider in step with its domains, one after the other in each region.
 * The queue is a table, as for looks: any number of nodes share it.
 */
export function startProviderWork(ctx: Context): DueWork {
  const stopping = new AbortController();
  const owner = `provider-${ctx.randomBytes(8).toString('hex')}`;
  const regions = ctx.regions.filter(isServedRegion);
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

async function keepInStep(ctx: Context, region: ServedRegion, owner: string, signal: AbortSignal): Promise<void> {
  const { betweenMs, afterFaultMs } = getProvider(ctx, region).pace;
  while (!signal.aborted) {
    try {
      const outcome = await reconcileNext(ctx, region, owner);
      await ctx.clock.sleep(outcome === 'idle' || outcome === 'done' ? betweenMs : afterFaultMs[outcome], signal);
    } catch (error) {
      ctx.log.warn(
        { err: error, region: region.key },
        'the work at the sending provider failed; it goes on in a moment',
      );
      await ctx.clock.sleep(AFTER_FAILURE_MS, signal);
    }
  }
}

async function sweepDaily(ctx: Context, region: ServedRegion, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const fault = await sweepIdentities(ctx, region).catch((error: unknown) => {
      ctx.log.warn({ err: error, region: region.key }, 'the sweep of the sending provider failed; it is made again');
      return 'refused' as const;
    });
    await ctx.clock.sleep(fault === null ? SWEEP_EVERY_MS : SWEEP_AGAIN_MS, signal);
  }
}
