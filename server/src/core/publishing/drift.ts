import type { RrSet } from './rr-set.ts';
import { listMissing } from './set-content.ts';
import { placeOf, type Written } from './withdrawal.ts';

/** A record set that we wrote, and that isn't any more as we left it. */
export interface Drift {
  /** As we left it. */
  readonly before: RrSet;
  /** As it stands; null where it is gone. */
  readonly after: RrSet | null;
}

/** Lists what somebody changed of what we wrote. Records that others put beside ours, and another TTL, are no change of ours. */
export function findDrift(written: readonly Written[], standing: readonly RrSet[]): Drift[] {
  return written.flatMap(({ before, after }): Drift[] => {
    if (!after) return [];
    const { name, type } = placeOf({ before, after });
    const now = standing.find((rrSet) => rrSet.name === name && rrSet.type === type) ?? null;
    const ours = { ...after, rdata: listMissing(after, before) };
    return listMissing(ours, now).length === 0 ? [] : [{ before: after, after: now }];
  });
}
