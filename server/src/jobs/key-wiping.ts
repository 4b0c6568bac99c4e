import type { Context } from '../services/context.ts';
import { wipeGoneKeys } from '../services/node/wiped-keys.ts';
import { startWorker, type Worker } from './worker.ts';

const EVERY_MS = 60_000;

/** Forgets, once a minute, private keys that are open here and were revoked or deleted by another node. Every node does it for itself. */
export function startKeyWiping(ctx: Context): Worker {
  return startWorker<never>(
    ctx,
    {
      name: 'open keys',
      async claim() {
        await wipeGoneKeys(ctx);
        return [];
      },
      run: async () => 0,
      describe: () => ({}),
      releaseAll: async () => undefined,
    },
    { places: 1, batch: 1, idleMs: EVERY_MS, afterErrorMs: EVERY_MS },
  );
}
