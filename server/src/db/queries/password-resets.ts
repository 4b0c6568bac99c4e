import type { UserId } from '../../core/ids.ts';
import type { Db } from '../db.ts';
import { and, eq, gt, lte, or } from '../drizzle.ts';
import { accounts, passwordResets, sessions } from '../schema-dashboard.ts';

/** Stores the token of a link, in place of those that this person had and those that ran out. */
export async function insertPasswordReset(tx: Db, reset: typeof passwordResets.$inferInsert): Promise<void> {
  const { userId, createdAt } = reset;
  await tx
    .delete(passwordResets)
    .where(or(eq(passwordResets.userId, userId), lte(passwordResets.expiresAt, createdAt)));
  await tx.insert(passwordResets).values(reset);
}

/** Whether a token can be used. */
export async function isPasswordResetOpen(db: Db, tokenHash: Buffer, now: Date): Promise<boolean> {
  const rows = await db.select({ userId: passwordResets.userId }).from(passwordResets).where(isOpen(tokenHash, now));
  return rows.length > 0;
}

/** Uses a token up; null when it was used, ran out or never was. */
export async function takePasswordReset(tx: Db, tokenHash: Buffer, now: Date): Promise<UserId | null> {
  const [taken] = await tx
    .delete(passwordResets)
    .where(isOpen(tokenHash, now))
    .returning({ userId: passwordResets.userId });
  return taken?.userId ?? null;
}

/** Gives somebody another password, as its argon2id hash, and ends all of their sessions. */
export async function replacePassword(tx: Db, userId: UserId, passwordHash: string, now: Date): Promise<void> {
  await tx
    .update(accounts)
    .set({ password: passwordHash, updatedAt: now })
    .where(and(eq(accounts.userId, userId), eq(accounts.providerId, 'credential')));
  await tx.delete(sessions).where(eq(sessions.userId, userId));
}

function isOpen(tokenHash: Buffer, now: Date) {
  return and(eq(passwordResets.tokenHash, tokenHash), gt(passwordResets.expiresAt, now));
}
