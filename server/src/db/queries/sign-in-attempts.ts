import type { Db } from '../db.ts';
import { eq, lte, sql } from '../drizzle.ts';
import { signInAttempts } from '../schema-dashboard.ts';

/** How many attempts a window has seen, this one included, and when it ends. */
export interface AttemptCount {
  readonly attempts: number;
  readonly windowEndsAt: Date;
}

/** Counts one attempt, in one statement: attempts at the same moment, on any node, each see a number of their own. */
export async function countAttempt(db: Db, key: Buffer, now: Date, windowEndsAt: Date): Promise<AttemptCount> {
  const isOver = sql`${signInAttempts.windowEndsAt} <= ${now.toISOString()}::timestamptz`;
  const [row] = await db
    .insert(signInAttempts)
    .values({ key, attempts: 1, windowEndsAt })
    .onConflictDoUpdate({
      target: signInAttempts.key,
      set: {
        attempts: sql`case when ${isOver} then 1 else ${signInAttempts.attempts} + 1 end`,
        windowEndsAt: sql`case when ${isOver} then excluded.window_ends_at else ${signInAttempts.windowEndsAt} end`,
      },
    })
    .returning({ attempts: signInAttempts.attempts, windowEndsAt: signInAttempts.windowEndsAt });
  if (!row) throw new Error('The database did not count an attempt to sign in.');
  return row;
}

/** Takes one attempt back: it was right. */
export async function uncountAttempt(db: Db, key: Buffer): Promise<void> {
  await db
    .update(signInAttempts)
    .set({ attempts: sql`greatest(${signInAttempts.attempts} - 1, 0)` })
    .where(eq(signInAttempts.key, key));
}

/** Forgets the attempts of an account: its password was given. */
export async function forgetAttempts(db: Db, key: Buffer): Promise<void> {
  await db.delete(signInAttempts).where(eq(signInAttempts.key, key));
}

/** Deletes the windows that are over. */
export async function deleteEndedAttempts(db: Db, now: Date): Promise<void> {
  await db.delete(signInAttempts).where(lte(signInAttempts.windowEndsAt, now));
}
