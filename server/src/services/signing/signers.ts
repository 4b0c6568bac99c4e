import { createBoundedMap } from '../../core/bounded-map.ts';
import { maySend } from '../../core/lifecycle/sending-statuses.ts';
import type { Context } from '../context.ts';
import type { Signer, Signers } from '../ports.ts';
import { readSigningKeys } from './signing-keys.ts';

/** What moves, moves within a second on every node: the key that signed before is still published then, for days. */
const REMEMBER_MS = 1_000;

/** Creates the memory; beyond `limit` domains, the one that was read first goes. */
export function createSigners(ctx: Pick<Context, 'db' | 'openedKeys' | 'clock'>, limit = 10_000): Signers {
  const known = createBoundedMap<string, { readonly readAtMs: number; readonly signer: Promise<Signer> }>(limit);
  const forgetOld = (nowMs = ctx.clock.monotonicMs()) =>
    known.deleteOldest(({ readAtMs }) => nowMs - readAtMs >= REMEMBER_MS);
  return {
    forgetOld: () => forgetOld(),
    read(projectId, domainId) {
      const nowMs = ctx.clock.monotonicMs();
      forgetOld(nowMs);
      const id = `${projectId} ${domainId}`;
      const entry = known.get(id);
      if (entry && nowMs - entry.readAtMs < REMEMBER_MS) return entry.signer;
      const signer = readSigningKeys(ctx, projectId, domainId);
      known.set(id, { readAtMs: nowMs, signer });
      const forget = () => {
        if (known.get(id)?.signer === signer) known.delete(id);
      };
      // Neither a failure nor a refusal is kept: whoever verifies the domain may sign at once.
      signer.then(({ status }) => void (!maySend(status) && forget()), forget);
      return signer;
    },
  };
}
