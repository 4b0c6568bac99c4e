import type { RrSet, RrSetChange } from './rr-set.ts';
import { listMissing, saysTheSame } from './set-content.ts';

/**
 * Tells whether a change was made that was begun, and of which nobody heard: by what stands there now. Where it is as it was
 * before, or as it was to become, that is plain. Where somebody has changed it since, it counts as made as long as anything of it is
 * there: what we wrote is ours to withdraw, and a withdrawal takes nothing that isn't.
 */
export function isMade({ before, after }: RrSetChange, standing: RrSet | null): boolean {
  if (saysTheSame(standing, after)) return true;
  if (saysTheSame(standing, before)) return false;
  const added = listMissing(after, before);
  if (after && added.length > 0) return listMissing({ ...after, rdata: added }, standing).length < added.length;
  const removed = listMissing(before, after);
  return before !== null && listMissing({ ...before, rdata: removed }, standing).length === removed.length;
}
