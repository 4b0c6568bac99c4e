import { listKeptKeys } from '../../db/queries/dkim-keys.ts';
import type { Context } from '../context.ts';

/**
 * Forgets the private keys that are open on this node and were revoked or deleted since, by whichever node. What was opened is
 * of no use to anybody then, and must not be found in memory.
 */
export async function wipeGoneKeys({
  db,
  openedKeys,
  signers,
}: Pick<Context, 'db' | 'openedKeys' | 'signers'>): Promise<void> {
  signers.forgetOld();
  const open = openedKeys.ids();
  if (open.length === 0) return;
  const kept = new Set(await listKeptKeys(db, open));
  openedKeys.forget(open.filter((id) => !kept.has(id)));
}
