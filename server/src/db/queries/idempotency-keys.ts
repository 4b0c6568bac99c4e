import type { ProjectId } from '../../core/ids.ts';
import type { Db } from '../db.ts';
import { and, eq, isNull, lt } from '../drizzle.ts';
import { idempotencyKeys } from '../schema-service.ts';

type Row = typeof idempotencyKeys.$inferSelect;

/** Which request: keys are per project. */
export interface RequestKey {
  readonly projectId: ProjectId;
  readonly key: string;
}

function isKey({ projectId, key }: RequestKey) {
  return and(eq(idempotencyKeys.projectId, projectId), eq(idempotencyKeys.key, key));
}

/** Starts a request; null when it is ours to run, else the row of the one that came first. */
export async function beginRequest(db: Db, row: typeof idempotencyKeys.$inferInsert): Promise<Row | null> {
  const inserted = await db.insert(idempotencyKeys).values(row).onConflictDoNothing().returning();
  if (inserted.length > 0) return null;
  const [first] = await db.select().from(idempotencyKeys).where(isKey(row));
  // Gone between the two statements: expired, or left by the request that had it first. Whoever asks again gets it.
  return first ?? beginRequest(db, row);
}

/** Takes over a request whose node died; false when someone else was quicker. */
export async function takeOverRequest(db: Db, first: Row, lockedBy: string, lockedUntil: Date): Promise<boolean> {
  const taken = await db
    .update(idempotencyKeys)
    .set({ lockedBy, lockedUntil })
    .where(and(isKey(first), isNull(idempotencyKeys.status), eq(idempotencyKeys.lockedBy, first.lockedBy ?? '')))
    .returning({ key: idempotencyKeys.key });
  return taken.length === 1;
}

/** Stores the answer, in the transaction of what it tells of; false when the request was taken over meanwhile. */
export async function finishRequest(
  tx: Db,
  request: RequestKey,
  lockedBy: string,
  answer: { status: number; response: string },
): Promise<boolean> {
  const rows = await tx
    .update(idempotencyKeys)
    .set({ ...answer, lockedBy: null, lockedUntil: null })
    .where(and(isKey(request), eq(idempotencyKeys.lockedBy, lockedBy)))
    .returning({ key: idempotencyKeys.key });
  return rows.length === 1;
}

/** Forgets a request that came to nothing, so that the same key may be tried again. */
export async function abandonRequest(db: Db, request: RequestKey, lockedBy: string): Promise<void> {
  await db.delete(idempotencyKeys).where(and(isKey(request), eq(idempotencyKeys.lockedBy, lockedBy)));
}

/** Deletes what is older than the promise to remember it; of one key, or of all. */
export async function deleteExpiredRequests(db: Db, createdBefore: Date, request?: RequestKey): Promise<void> {
  await db.delete(idempotencyKeys).where(and(lt(idempotencyKeys.createdAt, createdBefore), request && isKey(request)));
}
