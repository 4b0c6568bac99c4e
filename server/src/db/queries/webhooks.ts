import type { ProjectId } from '../../core/ids.ts';
import type { Db } from '../db.ts';
import { and, count, desc, eq, sql } from '../drizzle.ts';
import { webhookDeliveries, webhooks } from '../schema-webhooks.ts';

/** A webhook's row, its secrets sealed. */
export type StoredWebhook = typeof webhooks.$inferSelect;

/** Inserts a webhook. */
export async function insertWebhook(tx: Db, webhook: typeof webhooks.$inferInsert): Promise<StoredWebhook> {
  const [row] = await tx.insert(webhooks).values(webhook).returning();
  if (!row) throw new Error(`The webhook ${webhook.id} was not inserted.`);
  return row;
}

const isOf = (projectId: ProjectId, id: string) => and(eq(webhooks.id, id), eq(webhooks.projectId, projectId));

/** Lists a page of a project's webhooks, newest first, and how many there are. */
export async function listWebhooks(
  db: Db,
  projectId: ProjectId,
  { isActive, page, limit }: { readonly isActive?: boolean; readonly page: number; readonly limit: number },
): Promise<{ webhooks: StoredWebhook[]; total: number }> {
  const which = and(
    eq(webhooks.projectId, projectId),
    isActive === undefined ? undefined : eq(webhooks.isActive, isActive),
  );
  const [counted] = await db.select({ total: count() }).from(webhooks).where(which);
  const rows = await db
    .select()
    .from(webhooks)
    .where(which)
    .orderBy(desc(webhooks.createdAt), desc(webhooks.id))
    .limit(limit)
    .offset((page - 1) * limit);
  return { webhooks: rows, total: counted?.total ?? 0 };
}

/** Finds a webhook of a project; null for an id that never existed and for another project's alike. */
export async function findWebhook(db: Db, projectId: ProjectId, id: string): Promise<StoredWebhook | null> {
  const [row] = await db.select().from(webhooks).where(isOf(projectId, id));
  return row ?? null;
}

/** The same, and locks it until the end of the transaction. */
export async function lockWebhook(tx: Db, projectId: ProjectId, id: string): Promise<StoredWebhook | null> {
  const [row] = await tx.select().from(webhooks).where(isOf(projectId, id)).for('update');
  return row ?? null;
}

/** Changes a webhook whose row is locked. */
export async function updateWebhook(
  tx: Db,
  id: string,
  change: Partial<Omit<StoredWebhook, 'id' | 'projectId' | 'createdAt'>>,
): Promise<StoredWebhook> {
  const [row] = await tx.update(webhooks).set(change).where(eq(webhooks.id, id)).returning();
  if (!row) throw new Error(`The webhook ${id} is gone though its row is locked.`);
  return row;
}

/** Deletes a webhook with what waits for it; false when there is none. */
export async function deleteWebhook(tx: Db, projectId: ProjectId, id: string): Promise<boolean> {
  const deleted = await tx.delete(webhooks).where(isOf(projectId, id)).returning({ id: webhooks.id });
  if (deleted.length === 0) return false;
  await tx.delete(webhookDeliveries).where(eq(webhookDeliveries.webhookId, id));
  return true;
}

/** A secret as it is sealed now. */
export interface SealedWebhook {
  readonly id: string;
  readonly secretSealed: Buffer;
  readonly previousSealed: Buffer | null;
}

/** Lists webhooks whose secrets another secret key sealed, up to `limit`. */
export async function listWebhooksSealedOtherwise(db: Db, keyId: string, limit: number): Promise<SealedWebhook[]> {
  return db
    .select({ id: webhooks.id, secretSealed: webhooks.secretSealed, previousSealed: webhooks.previousSealed })
    .from(webhooks)
    .where(sql`${webhooks.secretKeyId} <> ${keyId}`)
    .orderBy(webhooks.id)
    .limit(limit);
}

/** Stores the secrets of a webhook as they are sealed anew; one that has changed since it was read stays as it is. */
export async function replaceSealedWebhook(
  db: Db,
  keyId: string,
  { id, secretSealed, previousSealed, before }: SealedWebhook & { readonly before: Buffer },
): Promise<void> {
  await db
    .update(webhooks)
    .set({ secretSealed, previousSealed, secretKeyId: keyId })
    .where(and(eq(webhooks.id, id), eq(webhooks.secretSealed, before)));
}
