import { createHash } from 'node:crypto';
import {
  type Allowance,
  adoptLevel,
  fillBucket,
  giveBackToken,
  isFull,
  isWorthTelling,
  type TokenBucket,
  takeDebt,
  takeToken,
} from '../../core/access/token-bucket.ts';
import { createBoundedMap } from '../../core/bounded-map.ts';
import { addTaken, deleteOldLevels } from '../../db/queries/rate-levels.ts';
import type { Context } from '../context.ts';

/** Whose allowance it is: `stranger` for one that anybody can have as many of as they have addresses. */
export interface Holder {
  readonly id: string;
  readonly allowance: Allowance;
  readonly isStranger?: boolean;
}

/** Counts what callers ask, over all nodes. */
export interface Allowances {
  /**
   * Takes `cost` of what a caller may ask; the bucket as it is afterwards.
   * @param options isTold: false where it is not yet clear whose request it is: the other nodes are told with the next one that is.
   *   isDebt: it was done already, so it is taken whether it is there or not
   */
  take(
    holder: Holder,
    options?: { readonly cost?: number; readonly isTold?: boolean; readonly isDebt?: boolean },
  ): { readonly isAllowed: boolean; readonly tokens: number };
  giveBack(holder: Holder, count: number): void;
}

const MAX_BUCKETS = 50_000;
/** How often a node tells the others at most. */
const TELL_EVERY_MS = 250;
const MAX_TOLD = 1_000;
const FORGET_AFTER_MS = 600_000;

interface Entry {
  readonly bucket: TokenBucket;
  readonly allowance: Allowance;
}

/**
 * Creates the counting. Each request is counted in memory; in the background, four times a second at most, one statement
 * tells the other nodes what busy callers took and brings back what all took together (docs/decisions/0021). While the
 * database is away each node counts for itself. Who is known and who is not have a map each, so that no number of addresses
 * pushes out what a key has used; `findStranger` keeps them from pushing out each other.
 */
export function createAllowances(ctx: Pick<Context, 'db' | 'clock' | 'background'>): Allowances {
  const callers = createBoundedMap<string, Entry>(MAX_BUCKETS);
  const strangers = createBoundedMap<string, Entry>(MAX_BUCKETS);
  const crowd = new Map<string, Entry>();
  /** Whose taking has to be told. */
  const busy = new Map<string, Entry>();
  let isTelling = false;
  let toldAtMs = Number.NEGATIVE_INFINITY;
  let forgotAtMs = Number.NEGATIVE_INFINITY;

  /**
   * Finds the bucket of an address. Beyond the limit only those are forgotten that are full again, as a new one would be; while
   * there is none, newcomers share some thousands of buckets among them: nobody gets a fresh one by pushing out others.
   */
  const findStranger = (id: string, allowance: Allowance, nowMs: number): [string, Entry] => {
    const known = strangers.use(id);
    if (known) return [id, known];
    if (strangers.size >= MAX_BUCKETS) strangers.deleteOldest((entry) => isFull(entry.bucket, entry.allowance, nowMs));
    const isCrowded = strangers.size >= MAX_BUCKETS;
    const name = isCrowded ? `crowd:${nameLevel(id).slice(0, 3)}:${allowance.capacity}` : id;
    const entry = (isCrowded && crowd.get(name)) || { bucket: fillBucket(allowance, nowMs), allowance };
    (isCrowded ? crowd : strangers).set(name, entry);
    return [name, entry];
  };
  const find = ({ id, allowance, isStranger }: Holder, nowMs: number): [string, Entry] => {
    if (isStranger) return findStranger(id, allowance, nowMs);
    const entry = callers.use(id) ?? { bucket: fillBucket(allowance, nowMs), allowance };
    callers.set(id, entry);
    return [id, entry];
  };

  const tell = async (now: Date): Promise<void> => {
    const told = [...busy].slice(0, MAX_TOLD).map(([id, { bucket, allowance }]) => {
      return { id: nameLevel(id), count: bucket.untold, perSecond: allowance.perSecond, bucket, allowance };
    });
    busy.clear();
    for (const { bucket } of told) bucket.untold = 0;
    try {
      const levels = await addTaken(ctx.db, told, now);
      for (const { id, bucket, allowance } of told) adoptLevel(bucket, allowance, levels.get(id) ?? 0, now.getTime());
      if (now.getTime() - forgotAtMs < FORGET_AFTER_MS) return;
      forgotAtMs = now.getTime();
      await deleteOldLevels(ctx.db, new Date(now.getTime() - FORGET_AFTER_MS));
    } catch {
      // Told with what is taken next: requests do not depend on it, and whoever needs the database says that it is away.
      for (const { bucket, count } of told) bucket.untold += count;
    }
  };

  return {
    take(holder, { cost = 1, isTold = true, isDebt = false } = {}) {
      const now = ctx.clock.now();
      const { allowance } = holder;
      const [id, entry] = find(holder, now.getTime());
      const { bucket } = entry;
      if (isDebt) takeDebt(bucket, allowance, now.getTime(), cost);
      const isAllowed = isDebt || takeToken(bucket, allowance, now.getTime(), cost);
      if (isTold && isWorthTelling(bucket, allowance)) busy.set(id, entry);
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
    giveBack(holder, count) {
      giveBackToken(find(holder, ctx.clock.now().getTime())[1].bucket, holder.allowance, count);
    },
  };
}

/** The id of a level in the database: short, and a hash, since addresses of people have no place there. */
export function nameLevel(id: string): string {
  return createHash('sha256').update(id).digest('hex').slice(0, 32);
}
