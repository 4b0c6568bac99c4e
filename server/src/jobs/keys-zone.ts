import { releaseKeyTargets } from '../db/queries/keys-zone/key-targets.ts';
import { releaseKeysZones, type StoredKeysZone } from '../db/queries/keys-zone/keys-zones.ts';
import type { Context } from '../services/context.ts';
import { type ClaimedTargets, claimTargets, reconcileTargets } from '../services/keys-zone/key-targets.ts';
import { claimZone, watchZone } from '../services/keys-zone/keys-zone-watch.ts';
import { type Queue, startWorker, type Worker } from './worker.ts';

const AFTER_ERROR_MS = 2_000;
/** A person waits for the keys of a domain that was just added. */
const IDLE_MS = 1_000;
/** How often a node sees whether the check of a keys zone is due. */
const WATCH_IDLE_MS = 5_000;
/** Keys of so many domains are written at once: providers allow a few calls a second. */
const PLACES = 4;

/** Keeps the operator's keys zone in step with the keys of domains, and watches it. */
export function startKeysZoneWork(ctx: Context): Worker {
  const pace = { batch: 1, afterErrorMs: AFTER_ERROR_MS };
  const workers = [
    startWorker(ctx, queueTargets(ctx), { ...pace, places: PLACES, idleMs: IDLE_MS }),
    startWorker(ctx, queueZones(ctx), { ...pace, places: 1, idleMs: WATCH_IDLE_MS }),
  ];
  return {
    async stop() {
      await Promise.all(workers.map((worker) => worker.stop()));
    },
  };
}

function queueTargets(ctx: Context): Queue<ClaimedTargets> {
  return {
    name: 'key targets',
    claim: (owner, limit) => claimTargets(ctx, owner, limit),
    async run(claimed) {
      await reconcileTargets(ctx, claimed);
      return 0;
    },
    describe: ({ row }) => ({ domainId: row.domainId }),
    releaseAll: (owner) => releaseKeyTargets(ctx.db, owner),
  };
}

function queueZones(ctx: Context): Queue<StoredKeysZone> {
  return {
    name: 'keys zones',
    async claim(owner) {
      const claimed = await claimZone(ctx, owner);
      return claimed ? [claimed] : [];
    },
    async run(row) {
      await watchZone(ctx, row);
      return 0;
    },
    describe: ({ name }) => ({ zone: name }),
    releaseAll: (owner) => releaseKeysZones(ctx.db, owner),
  };
}
