import type { DomainId } from '../../../core/ids.ts';
import type { Db } from '../../db.ts';
import { and, desc, eq, gt, inArray, lte } from '../../drizzle.ts';
import { connectReturns } from '../../schema-domain-connect.ts';

/** A way back, as it is stored. */
export type StoredReturn = typeof connectReturns.$inferSelect;

/** Stores a way back. */
export async function insertReturn(db: Db, row: StoredReturn): Promise<void> {
  await db.insert(connectReturns).values(row);
}

/** Takes a way back that still works: of two that come with it, one gets it. */
export async function takeReturn(db: Db, tokenHash: Buffer, now: Date): Promise<StoredReturn | null> {
  const [taken] = await db
    .delete(connectReturns)
    .where(and(eq(connectReturns.tokenHash, tokenHash), gt(connectReturns.expiresAt, now)))
    .returning();
  return taken ?? null;
}

/** Deletes the oldest ways back to a domain, so that `kept` are left. */
export async function deleteSurplusReturns(db: Db, domainId: DomainId, kept: number): Promise<void> {
  const surplus = db
    .select({ tokenHash: connectReturns.tokenHash })
    .from(connectReturns)
    .where(eq(connectReturns.domainId, domainId))
    .orderBy(desc(connectReturns.createdAt), connectReturns.tokenHash)
    .offset(kept);
  await db.delete(connectReturns).where(inArray(connectReturns.tokenHash, surplus));
}

/** Deletes ways back that nobody took in time, up to `limit`; how many they were. */
export async function deleteExpiredReturns(db: Db, now: Date, limit: number): Promise<number> {
  const expired = db
    .select({ tokenHash: connectReturns.tokenHash })
    .from(connectReturns)
    .where(lte(connectReturns.expiresAt, now))
    .limit(limit);
  const deleted = await db
    .delete(connectReturns)
    .where(inArray(connectReturns.tokenHash, expired))
    .returning({ tokenHash: connectReturns.tokenHash });
  return deleted.length;
}
