import type { ProjectId } from '../../core/ids.ts';
import type { Context } from '../context.ts';
import { readSigningKeys, type Signer } from './signing-keys.ts';

/** Who signs, remembered for a second. */
export interface Signers {
  /** As `readSigningKeys`, at most a second old. @throws AppError NOT_FOUND */
  read(ctx: Pick<Context, 'db' | 'openedKeys' | 'clock'>, projectId: ProjectId, domainId: string): Promise<Signer>;
}

/** What moves, moves within a second on every node: the key that signed before is still published then, for days. */
const REMEMBER_MS = 1_000;

/** Creates the memory; beyond `limit` domains, the one that was read first goes. */
export function createSigners(limit = 10_000): Signers {
  const known = new Map<string, { readonly readAtMs: number; readonly signer: Promise<Signer> }>();
  return {
    read(ctx, projectId, domainId) {
      const nowMs = ctx.clock.monotonicMs();
      const id = `${projectId} ${domainId}`;
      const entry = known.get(id);
      if (entry && nowMs - entry.readAtMs < REMEMBER_MS) return entry.signer;
      const signer = readSigningKeys(ctx, projectId, domainId);
      known.delete(id);
      known.set(id, { readAtMs: nowMs, signer });
      const [oldest] = known.keys();
      if (known.size > limit && oldest !== undefined) known.delete(oldest);
      // A failure is nobody else's.
      signer.catch(() => known.delete(id));
      return signer;
    },
  };
}
