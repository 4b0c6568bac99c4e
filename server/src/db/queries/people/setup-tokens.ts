import type { Db } from '../../db.ts';
import { and, eq, gt, lte } from '../../drizzle.ts';
import { setupTokens } from '../../schema-dashboard.ts';

/** Stores the token of a set-up link, and forgets those that ran out. */
export async function insertSetupToken(db: Db, token: typeof setupTokens.$inferInsert): Promise<void> {
  await db.delete(setupTokens).where(lte(setupTokens.expiresAt, token.createdAt));
  await db.insert(setupTokens).values(token);
}

/** Whether a token can be used. */
export async function isSetupTokenOpen(db: Db, tokenHash: Buffer, now: Date): Promise<boolean> {
  const rows = await db
    .select({ createdAt: setupTokens.createdAt })
    .from(setupTokens)
    .where(and(eq(setupTokens.tokenHash, tokenHash), gt(setupTokens.expiresAt, now)));
  return rows.length > 0;
}

/** Uses a token up; false when it was used, ran out or never was. */
export async function takeSetupToken(tx: Db, tokenHash: Buffer, now: Date): Promise<boolean> {
  const taken = await tx
    .delete(setupTokens)
    .where(and(eq(setupTokens.tokenHash, tokenHash), gt(setupTokens.expiresAt, now)))
    .returning({ createdAt: setupTokens.createdAt });
  return taken.length > 0;
}

/** Forgets all tokens: there is an owner now. */
export async function deleteSetupTokens(db: Db): Promise<void> {
  await db.delete(setupTokens);
}
