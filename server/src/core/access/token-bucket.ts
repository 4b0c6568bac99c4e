/** What a caller may still ask, as one node knows it. */
export interface TokenBucket {
  /** Below 0 where all nodes together gave out more than there was. */
  tokens: number;
  atMs: number;
  /** Taken here and not yet told to the other nodes. */
  untold: number;
}

/** `perSecond` on average, bursts of twice that. */
export interface Allowance {
  readonly perSecond: number;
  readonly capacity: number;
}

/** Builds the allowance of so many requests a second. */
export function buildAllowance(perSecond: number): Allowance {
  return { perSecond, capacity: perSecond * 2 };
}

/** A bucket that nothing was taken from. */
export function fillBucket({ capacity }: Allowance, nowMs: number): TokenBucket {
  return { tokens: capacity, atMs: nowMs, untold: 0 };
}

/** Takes a token; false where there is none. A clock that was set back gives nothing and takes nothing away. */
export function takeToken(bucket: TokenBucket, { perSecond, capacity }: Allowance, nowMs: number): boolean {
  const refilled = bucket.tokens + (Math.max(0, nowMs - bucket.atMs) * perSecond) / 1000;
  // Whoever paused until all was full again owes nothing to anybody.
  if (nowMs - bucket.atMs > (capacity / perSecond) * 1000) bucket.untold = 0;
  bucket.tokens = Math.min(capacity, refilled);
  bucket.atMs = nowMs;
  if (bucket.tokens < 1) return false;
  bucket.tokens -= 1;
  bucket.untold += 1;
  return true;
}

/** Whether the other nodes should hear what was taken: a quarter of a burst. Less than that changes nothing for them. */
export function isWorthTelling({ untold }: TokenBucket, { capacity }: Allowance): boolean {
  return untold >= Math.max(1, capacity / 4);
}

/**
 * Takes over what all nodes together have taken.
 * @param level how much of the allowance was in use at `atMs`, over all nodes; it goes down by `perSecond`. More may have been
 *   taken here since, and some of it come back
 */
export function adoptLevel(bucket: TokenBucket, { perSecond, capacity }: Allowance, level: number, atMs: number): void {
  const sinceMs = Math.max(0, bucket.atMs - atMs);
  bucket.tokens = Math.min(capacity, capacity - level + (sinceMs * perSecond) / 1000) - bucket.untold;
  bucket.atMs = Math.max(bucket.atMs, atMs);
}
