/** What a caller may still ask, as one node knows it. */
export interface TokenBucket {
  /** Below 0 where all nodes together gave out more than there was. */
  tokens: number;
  atMs: number;
  /** Taken here and not yet told to the other nodes. */
  untold: number;
}

/** `perSecond` on average, and bursts of `capacity`. */
export interface Allowance {
  readonly perSecond: number;
  readonly capacity: number;
}

/** Builds the allowance of so many requests a second, with bursts of twice that or of `capacity`. */
export function buildAllowance(perSecond: number, capacity = perSecond * 2): Allowance {
  return { perSecond, capacity };
}

/** A bucket that nothing was taken from. */
export function fillBucket({ capacity }: Allowance, nowMs: number): TokenBucket {
  return { tokens: capacity, atMs: nowMs, untold: 0 };
}

/**
 * Takes `cost` tokens; false where there are not so many. What costs more than a whole burst takes all of it. A clock that was
 * set back gives nothing and takes nothing away.
 */
export function takeToken(bucket: TokenBucket, allowance: Allowance, nowMs: number, cost = 1): boolean {
  refill(bucket, allowance, nowMs);
  const taken = Math.min(cost, allowance.capacity);
  if (bucket.tokens < taken) return false;
  bucket.tokens -= taken;
  bucket.untold += taken;
  return true;
}

/** Takes what something turned out to cost after it was done, whether it is there or not: whoever owes waits for longer. */
export function takeDebt(bucket: TokenBucket, allowance: Allowance, nowMs: number, cost: number): void {
  refill(bucket, allowance, nowMs);
  bucket.tokens -= cost;
  bucket.untold += cost;
}

/** Gives back what was taken for something else than it turned out to be. */
export function giveBackToken(bucket: TokenBucket, { capacity }: Allowance, count: number): void {
  bucket.tokens = Math.min(capacity, bucket.tokens + count);
  bucket.untold = Math.max(0, bucket.untold - count);
}

/** Whether nothing of a bucket is in use: then one that is made anew is the same. */
export function isFull({ tokens, atMs }: TokenBucket, { perSecond, capacity }: Allowance, nowMs: number): boolean {
  return tokens + ((nowMs - atMs) * perSecond) / 1000 >= capacity;
}

function refill(bucket: TokenBucket, { perSecond, capacity }: Allowance, nowMs: number): void {
  const refilled = bucket.tokens + (Math.max(0, nowMs - bucket.atMs) * perSecond) / 1000;
  // Whoever paused until all was full again owes nothing to anybody.
  if (refilled >= capacity && nowMs - bucket.atMs > (capacity / perSecond) * 1000) bucket.untold = 0;
  bucket.tokens = Math.min(capacity, refilled);
  bucket.atMs = nowMs;
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
