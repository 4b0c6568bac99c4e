import type { Db } from '../../db.ts';
import { and, asc, desc, eq, ne } from '../../drizzle.ts';
import { connectKeys } from '../../schema-domain-connect.ts';

/** A key that links are signed with, as it is stored. */
export type StoredConnectKey = typeof connectKeys.$inferSelect;

/** Lists the keys, newest first. */
export async function listConnectKeys(db: Db): Promise<StoredConnectKey[]> {
  return db.select().from(connectKeys).orderBy(desc(connectKeys.createdAt), desc(connectKeys.host));
}

/** Stores a key; false where there is one with its name already. */
export async function insertConnectKey(db: Db, key: StoredConnectKey): Promise<boolean> {
  const inserted = await db.insert(connectKeys).values(key).onConflictDoNothing().returning({ host: connectKeys.host });
  return inserted.length > 0;
}

/** Lists the keys that another secret key sealed. */
export async function listConnectKeysSealedOtherwise(db: Db, keyId: string): Promise<StoredConnectKey[]> {
  return db.select().from(connectKeys).where(ne(connectKeys.secretKeyId, keyId)).orderBy(asc(connectKeys.host));
}

/** Stores a key as it is sealed anew; one that has changed since it was read stays as it is. */
export async function replaceSealedConnectKey(
  db: Db,
  keyId: string,
  { host, sealed, before }: { readonly host: string; readonly sealed: Buffer; readonly before: Buffer },
): Promise<void> {
  await db
    .update(connectKeys)
    .set({ privateKeySealed: sealed, secretKeyId: keyId })
    .where(and(eq(connectKeys.host, host), eq(connectKeys.privateKeySealed, before)));
}
