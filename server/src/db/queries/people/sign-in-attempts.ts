import type { Db } from '../../db.ts';
import { eq, inArray, lte, sql } from '../../drizzle.ts';
import { signInAttempts } from '../../schema-dashboard.ts';

/** What became of an attempt. */
export interface AttemptCount {
  /** Whether it came late enough after the one before it; one that did not is not counted. */
  readonly isLateEnough: boolean;
  /** How many attempts the window has seen, this one included. */
  readonly attempts: number;
  readonly windowEndsAt: Date;
  /** The last attempt that was late enough; this one, if it was. */
  readonly lastAt: Date;
}

/**
 * Counts one attempt, in one statement: attempts at the same moment, on any node, each see a number of their own.
 * @param gapMs how long it has to come after the last one that was let through
 */
export async function countAttempt(
  db: Db,
  key: Buffer,
  { now, windowEndsAt, gapMs }: { now: Date; windowEndsAt: Date; gapMs: number },
): Promise<AttemptCount> {
  const at = sql`${now.toISOString()}::timestamptz`;
  const earliest = new Date(now.getTime() - gapMs).toISOString();
  const isOver = sql`${signInAttempts.windowEndsAt} <= ${at}`;
  const isLate = sql`(${signInAttempts.lastAt} is null or ${signInAttempts.lastAt} <= ${earliest}::timestamptz)`;
  const [row] = await db
    .insert(signInAttempts)
    .values({ key, attempts: 1, windowEndsAt, lastAt: now, lastAtBefore: null })
    .onConflictDoUpdate({
      target: signInAttempts.key,
      set: {
        attempts: sql`case when ${isOver} then 1 when ${isLate} then ${signInAttempts.attempts} + 1 else ${signInAttempts.attempts} end`,
        windowEndsAt: sql`case when ${isOver} then excluded.window_ends_at else ${signInAttempts.windowEndsAt} end`,
        lastAt: sql`case when ${isOver} or ${isLate} then ${at} else ${signInAttempts.lastAt} end`,
        lastAtBefore: sql`case when ${isOver} then null else ${signInAttempts.lastAt} end`,
      },
    })
    .returning();
  if (!row) throw new Error('The database did not count an attempt to sign in.');
  const { attempts, lastAt, lastAtBefore } = row;
  const isLateEnough = lastAtBefore === null || lastAtBefore.getTime() + gapMs <= now.getTime();
  return { isLateEnough, attempts, windowEndsAt: row.windowEndsAt, lastAt: lastAt ?? now };
}

/** How many attempts the open window of a key has seen. */
export async function readAttempts(db: Db, key: Buffer, now: Date): Promise<number> {
  const [row] = await db
    .select({ attempts: signInAttempts.attempts, windowEndsAt: signInAttempts.windowEndsAt })
    .from(signInAttempts)
    .where(eq(signInAttempts.key, key));
  return row && row.windowEndsAt > now ? row.attempts : 0;
}

/** Takes one attempt back: it was right. */
export async function uncountAttempt(db: Db, key: Buffer): Promise<void> {
  await db
    .update(signInAttempts)
    .set({ attempts: sql`greatest(${signInAttempts.attempts} - 1, 0)` })
    .where(eq(signInAttempts.key, key));
}

/** Forgets the attempts under some keys. */
export async function forgetAttempts(db: Db, keys: readonly Buffer[]): Promise<void> {
  await db.delete(signInAttempts).where(inArray(signInAttempts.key, [...keys]));
}

/** Deletes the windows that are over. */
export async function deleteEndedAttempts(db: Db, now: Date): Promise<void> {
  await db.delete(signInAttempts).where(lte(signInAttempts.windowEndsAt, now));
}
