import { isServedRegion, type ServedRegion } from '../core/records/regions.ts';
import { releaseIdentities } from '../db/queries/provider-identities.ts';
import { releaseSweeps, type StoredSweep } from '../db/queries/provider-sweeps.ts';
import type { Context } from '../services/context.ts';
import { getProvider } from '../services/sending-providers/get-provider.ts';
import { type ClaimedIdentity, claimIdentity, reconcile } from '../services/sending-providers/identities.ts';
import { claimSweep, runSweep } from '../services/sending-providers/identity-sweep.ts';
import { type Queue, startWorker, type Worker } from './worker.ts';

const AFTER_ERROR_MS = 2_000;
/** How often a node sees whether the sweep of a region is due: one of all nodes makes it, once a day. */
const SWEEP_IDLE_MS = 5 * 60_000;

/**
 * Keeps the identities of every region that has a provider in step with its domains, one after the other in each region.
 * The queue is a table, as for checks: any number of nodes share it.
 */
export function startProviderWork(ctx: Context): Worker {
  const workers = ctx.regions.filter(isServedRegion).flatMap((region) => {
    const { betweenMs } = getProvider(ctx, region).pace;
    const one = { places: 1, batch: 1, afterErrorMs: AFTER_ERROR_MS };
    return [
      startWorker(ctx, queueIdentities(ctx, region), { ...one, idleMs: betweenMs }),
      startWorker(ctx, queueSweeps(ctx, region), { ...one, idleMs: SWEEP_IDLE_MS }),
    ];
  });
  return {
    async stop() {
      await Promise.all(workers.map((worker) => worker.stop()));
    },
  };
}

function queueIdentities(ctx: Context, region: ServedRegion): Queue<ClaimedIdentity> {
  const { betweenMs, afterFaultMs } = getProvider(ctx, region).pace;
  return {
    name: 'identities',
    async claim(owner) {
      const claimed = await claimIdentity(ctx, region, owner);
      return claimed ? [claimed] : [];
    },
    async run(claimed) {
      const outcome = await reconcile(ctx, region, claimed);
      return outcome === 'done' ? betweenMs : afterFaultMs[outcome];
    },
    describe: ({ identity }) => ({ region: region.key, domain: identity.name }),
    releaseAll: (owner) => releaseIdentities(ctx.db, owner),
  };
}

function queueSweeps(ctx: Context, region: ServedRegion): Queue<StoredSweep> {
  return {
    name: 'sweeps',
    async claim(owner) {
      const claimed = await claimSweep(ctx, region, owner);
      return claimed ? [claimed] : [];
    },
    async run(sweep) {
      await runSweep(ctx, region, sweep);
      return 0;
    },
    describe: () => ({ region: region.key }),
    releaseAll: (owner) => releaseSweeps(ctx.db, owner),
  };
}
