import type { Allowance } from './token-bucket.ts';

/**
 * How many checks tenants may set off, and how many questions may be asked about a name that nobody here has proved. A check
 * costs its questions at somebody's name servers, and who asks for it need not own the domain.
 */
export const CHECK_ALLOWANCES = {
  /** Checks of one domain of a project. */
  domain: { perSecond: 1 / 5, capacity: 20 },
  /** Checks of all domains of a project. */
  project: { perSecond: 10, capacity: 100 },
  /** Checks by a share link. */
  link: { perSecond: 1 / 5, capacity: 1 },
  /** Questions about one registrable domain, over all projects, keys and the background. */
  registrable: { perSecond: 50, capacity: 200 },
  /** Checks of one registrable domain that each project has, whatever others ask. */
  projectAtRegistrable: { perSecond: 1 / 10, capacity: 1 },
} as const satisfies Record<string, Allowance>;

/** How many questions a check is taken to ask until it is known: five records at two name servers, the zone and what is near. */
export const EXPECTED_QUESTIONS = 35;

/** A bucket of one of these allowances. Debts are bounded, so that nobody waits for long for what others asked. */
export interface CheckBucket {
  tokens: number;
  atMs: number;
}

/** Starts a full bucket. */
export function fillCheckBucket({ capacity }: Allowance, nowMs: number): CheckBucket {
  return { tokens: capacity, atMs: nowMs };
}

/** Lets come back what has come back by now. */
export function refillCheckBucket(bucket: CheckBucket, { perSecond, capacity }: Allowance, nowMs: number): void {
  bucket.tokens = Math.min(capacity, bucket.tokens + (Math.max(0, nowMs - bucket.atMs) * perSecond) / 1000);
  bucket.atMs = nowMs;
}

/** Takes so much, down to a debt of as much as a bucket holds. */
export function takeFromBucket(bucket: CheckBucket, { capacity }: Allowance, count: number): void {
  bucket.tokens = Math.min(capacity, Math.max(-capacity, bucket.tokens - count));
}
