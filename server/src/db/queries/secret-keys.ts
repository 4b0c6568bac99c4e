import type { UserId } from '../../core/ids.ts';
import type { Database } from '../client.ts';
import type { Db } from '../db.ts';
import { and, asc, count, eq, ne, sql } from '../drizzle.ts';
import { dkimKeys } from '../schema.ts';
import { totpSecrets } from '../schema-dashboard.ts';
import { secretKeys } from '../schema-service.ts';

/** Lists the secret keys that sealed something in this database. */
export async function listSecretKeys(db: Db) {
  return db.select().from(secretKeys);
}

/** Notes the first secret key; of two nodes that start together, one does. */
export async function insertSecretKey(db: Db, key: typeof secretKeys.$inferInsert): Promise<void> {
  await db.insert(secretKeys).values(key).onConflictDoNothing();
}

/** Makes another key the one that seals; of two nodes that do so together, one does. */
export async function replaceActiveSecretKey(db: Database, key: typeof secretKeys.$inferInsert): Promise<void> {
  await db.transaction(async (tx) => {
    // Nodes take turns on this row: the second one finds the key there.
    await tx.select({ id: secretKeys.id }).from(secretKeys).where(eq(secretKeys.stage, 'active')).for('update');
    const known = await tx.select().from(secretKeys).where(eq(secretKeys.id, key.id));
    if (known.length > 0) return;
    await tx.update(secretKeys).set({ stage: 'retiring' }).where(eq(secretKeys.stage, 'active'));
    await tx.insert(secretKeys).values(key);
  });
}

/** Forgets the keys that no longer seal. */
export async function deleteRetiringSecretKeys(db: Db): Promise<void> {
  await db.delete(secretKeys).where(eq(secretKeys.stage, 'retiring'));
}

/** The private half of a key as it is sealed now. */
export interface SealedKey {
  readonly id: string;
  readonly sealed: Buffer;
}

/** A private half that was wiped holds nothing that could be sealed anew. */
const isSealedOtherwise = (keyId: string) =>
  and(ne(dkimKeys.secretKeyId, keyId), sql`octet_length(${dkimKeys.privateKeySealed}) > 0`);

/** Lists keys that another secret key sealed, up to `limit`. */
export async function listSealedOtherwise(db: Db, keyId: string, limit: number): Promise<SealedKey[]> {
  return db
    .select({ id: dkimKeys.id, sealed: dkimKeys.privateKeySealed })
    .from(dkimKeys)
    .where(isSealedOtherwise(keyId))
    .orderBy(asc(dkimKeys.id))
    .limit(limit);
}

/** How many keys another secret key sealed. */
export async function countSealedOtherwise(db: Db, keyId: string): Promise<number> {
  const [row] = await db.select({ count: count() }).from(dkimKeys).where(isSealedOtherwise(keyId));
  return row?.count ?? 0;
}

/** Stores keys as they are sealed anew, in one statement; one that has changed since it was read, such as by being revoked, stays as it is. */
export async function replaceSealed(
  db: Db,
  keyId: string,
  keys: readonly (SealedKey & { readonly before: Buffer })[],
): Promise<void> {
  const column = (values: readonly unknown[]) => sql.param([...values]);
  await db.execute(sql`
    update ${dkimKeys} set private_key_sealed = anew.sealed, secret_key_id = ${keyId}
    from unnest(${column(keys.map(({ id }) => id))}::text[], ${column(keys.map(({ before }) => before))}::bytea[],
      ${column(keys.map(({ sealed }) => sealed))}::bytea[]) as anew (id, before, sealed)
    where ${dkimKeys}.id = anew.id and ${dkimKeys}.private_key_sealed = anew.before`);
}

/** The secret of an authenticator app as it is sealed now. */
export interface SealedTotp {
  readonly userId: UserId;
  readonly sealed: Buffer;
}

/** Lists secrets of authenticator apps that another secret key sealed, up to `limit`. */
export async function listTotpSealedOtherwise(db: Db, keyId: string, limit: number): Promise<SealedTotp[]> {
  return db
    .select({ userId: totpSecrets.userId, sealed: totpSecrets.secretSealed })
    .from(totpSecrets)
    .where(ne(totpSecrets.secretKeyId, keyId))
    .orderBy(asc(totpSecrets.userId))
    .limit(limit);
}

/** Stores the secret of an app as it is sealed anew; one that has changed since it was read stays as it is. */
export async function replaceSealedTotp(
  db: Db,
  keyId: string,
  { userId, sealed, before }: SealedTotp & { readonly before: Buffer },
): Promise<void> {
  await db
    .update(totpSecrets)
    .set({ secretSealed: sealed, secretKeyId: keyId })
    .where(and(eq(totpSecrets.userId, userId), eq(totpSecrets.secretSealed, before)));
}
