import type { Level } from './check-allowances.ts';
import type { Allowance } from './token-bucket.ts';

const DAY_SECONDS = 86_400;
const perDay = (capacity: number): Allowance => ({ capacity, perSecond: capacity / DAY_SECONDS });

/** How many emails may be asked for, for addresses that nobody has proved: a project must not become a way to send email to strangers, nor many projects a way to flood one. */
export const MAIL_ALLOWANCES = { project: perDay(200), recipient: perDay(20) } as const;

/**
 * Takes one from a level.
 * @param level null where nothing was taken yet
 * @returns how much is in use with it, or in how many seconds there is one more
 */
export function takeOne(
  level: Level | null,
  { capacity, perSecond }: Allowance,
  nowMs: number,
): { readonly used: number } | { readonly waitSeconds: number } {
  const elapsedMs = Math.max(0, nowMs - (level?.atMs ?? nowMs));
  const used = Math.max(0, (level?.used ?? 0) - (elapsedMs * perSecond) / 1_000);
  const missing = used + 1 - capacity;
  // What is left of a fraction by counting with fractions is nothing.
  return missing <= 1e-9 ? { used: used + 1 } : { waitSeconds: Math.max(1, Math.ceil(missing / perSecond - 1e-9)) };
}
