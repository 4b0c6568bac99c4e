import { createHash } from 'node:crypto';
import {
  adoptLevel,
  buildAllowance,
  fillBucket,
  isWorthTelling,
  type TokenBucket,
  takeToken,
} from '../../core/access/token-bucket.ts';
import { createBoundedMap } from '../../core/bounded-map.ts';
import { addTaken, deleteOldLevels } from '../../db/queries/rate-levels.ts';
import type { Context } from '../context.ts';

/** Counts what callers ask, over all nodes. */
export interface Allowances {
  /**
   * Takes one of what `id` may ask; the bucket as it is afterwards.
   * @param isTold false where it is not yet clear whose request it is: the other nodes are told with the next one that is
   */
  take(id: string, isTold?: boolean): { readonly isAllowed: boolean; readonly tokens: number };
}

const MAX_BUCKETS = 50_000;
/** How often a node tells the others at most. */
const TELL_EVERY_MS = 250;
const MAX_TOLD = 1_000;
const FORGET_AFTER_MS = 600_000;

/**
 * Creates the counting. Each request is counted in memory; in the background, four times a second at most, one statement
 * tells the other nodes what busy callers took and brings back what all took together (docs/decisions/0021). While the
 * database is away each node counts for itself. The caller that was quiet for longest is dropped when there are too many.
 */
export function createAllowances(ctx: Pick<Context, 'db' | 'clock' | 'background'>, perSecond: number): Allowances {
  const allowance = buildAllowance(perSecond);
  const buckets = createBoundedMap<string, TokenBucket>(MAX_BUCKETS);
  /** Whose taking has to be told. */
  const busy = new Set<string>();
  let isTelling = false;
  let toldAtMs = Number.NEGATIVE_INFINITY;
  let forgotAtMs = Number.NEGATIVE_INFINITY;

  const tell = async (now: Date): Promise<void> => {
    const told = [...busy].slice(0, MAX_TOLD).flatMap((id) => {
      const bucket = buckets.get(id);
      return bucket ? [{ id, name: nameCaller(id), bucket, count: bucket.untold }] : [];
    });
    busy.clear();
    for (const { bucket } of told) bucket.untold = 0;
    try {
      const taken = told.map(({ name, count }) => ({ id: name, count }));
      const levels = await addTaken(ctx.db, taken, perSecond, now);
      for (const { name, bucket } of told) adoptLevel(bucket, allowance, levels.get(name) ?? 0, now.getTime());
      if (now.getTime() - forgotAtMs < FORGET_AFTER_MS) return;
      forgotAtMs = now.getTime();
      await deleteOldLevels(ctx.db, new Date(now.getTime() - FORGET_AFTER_MS));
    } catch {
      // Told with what is taken next: requests do not depend on it, and whoever needs the database says that it is away.
      for (const { bucket, count } of told) bucket.untold += count;
    }
  };

  return {
    take(id, isTold = true) {
      const now = ctx.clock.now();
      let bucket = buckets.use(id);
      if (!bucket) {
        bucket = fillBucket(allowance, now.getTime());
        buckets.set(id, bucket);
      }
      const isAllowed = takeToken(bucket, allowance, now.getTime());
      if (isTold && isWorthTelling(bucket, allowance)) busy.add(id);
      if (!isTelling && busy.size > 0 && Math.abs(now.getTime() - toldAtMs) >= TELL_EVERY_MS) {
        isTelling = true;
        toldAtMs = now.getTime();
        ctx.background.run(
          tell(now).finally(() => {
            isTelling = false;
          }),
        );
      }
      return { isAllowed, tokens: bucket.tokens };
    },
  };
}

/** Addresses of people have no place in the database. */
function nameCaller(id: string): string {
  return createHash('sha256').update(id).digest('hex').slice(0, 32);
}
