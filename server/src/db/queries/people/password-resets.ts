import type { UserId } from '../../../core/ids.ts';
import type { Db } from '../../db.ts';
import { and, eq, gt, lte, or } from '../../drizzle.ts';
import { passwordResets, users } from '../../schema-dashboard.ts';

/** Stores the token of a link, in place of those that this person had and those that ran out. */
export async function insertPasswordReset(tx: Db, reset: typeof passwordResets.$inferInsert): Promise<void> {
  const { userId, createdAt } = reset;
  await tx
    .delete(passwordResets)
    .where(or(eq(passwordResets.userId, userId), lte(passwordResets.expiresAt, createdAt)));
  await tx.insert(passwordResets).values(reset);
}

/** Whose password a token sets; null where it cannot be used. */
export async function findPasswordResetOwner(db: Db, tokenHash: Buffer, now: Date) {
  const [row] = await db
    .select({ user: users })
    .from(passwordResets)
    .innerJoin(users, eq(users.id, passwordResets.userId))
    .where(isOpen(tokenHash, now));
  return row?.user ?? null;
}

/** Uses a token up; null when it was used, ran out or never was. */
export async function takePasswordReset(tx: Db, tokenHash: Buffer, now: Date): Promise<UserId | null> {
  const [taken] = await tx
    .delete(passwordResets)
    .where(isOpen(tokenHash, now))
    .returning({ userId: passwordResets.userId });
  return taken?.userId ?? null;
}

/** Deletes the links of an account. */
export async function deletePasswordResets(db: Db, userId: UserId): Promise<void> {
  await db.delete(passwordResets).where(eq(passwordResets.userId, userId));
}

function isOpen(tokenHash: Buffer, now: Date) {
  return and(eq(passwordResets.tokenHash, tokenHash), gt(passwordResets.expiresAt, now));
}
