import type { Lease } from '../../db/lease.ts';
import type { Context } from '../context.ts';

/** Longer than a try and what stores it: whoever is paused for longer loses the email to another node. */
const LEASE_MS = 120_000;
/** A try that begins later could end after the claim. */
const LAST_START_MS = LEASE_MS - 75_000;
/** What is under way when the process stops may end within this time; it is sent again otherwise. */
const GRACE_MS = 3_000;

/** For how long a worker holds an email, and until when its try may begin, on the scale of `Clock.monotonicMs`. */
export function startMailClaim(
  { clock }: Pick<Context, 'clock'>,
  owner: string,
): { readonly now: Date; readonly lease: Lease; readonly startsBeforeMs: number } {
  const startsBeforeMs = clock.monotonicMs() + LAST_START_MS;
  const now = clock.now();
  return { now, lease: { owner, until: new Date(now.getTime() + LEASE_MS) }, startsBeforeMs };
}

/** Aborted a moment after the process begins to stop: an email that is cut off after it was handed over comes twice. */
export function endWithGrace({ stopping }: Pick<Context, 'stopping'>): AbortSignal {
  const ending = new AbortController();
  stopping.addEventListener('abort', () => void setTimeout(() => ending.abort(), GRACE_MS).unref());
  return ending.signal;
}
