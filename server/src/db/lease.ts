import type { Column, Placeholder, SQL } from 'drizzle-orm';
import { isNull, lt, or } from './drizzle.ts';

/** A claim on a row: whoever holds it may work on it alone, until it runs out. Others judge it by their own clocks (`services/node/claims.ts`). */
export interface Lease {
  readonly owner: string;
  readonly until: Date;
}

/** What a row says that nobody holds. */
export const UNCLAIMED = { leaseOwner: null, leaseUntil: null } as const;

/** What a row says that is held. */
export function claimedBy({ owner, until }: Lease): { leaseOwner: string; leaseUntil: Date } {
  return { leaseOwner: owner, leaseUntil: until };
}

/** Whether nobody holds a row, or no longer. */
export function isUnclaimed({ leaseUntil }: { readonly leaseUntil: Column }, now: Date | Placeholder): SQL | undefined {
  return or(isNull(leaseUntil), lt(leaseUntil, now));
}
