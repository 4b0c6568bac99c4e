import type { Db } from './client.ts';
import { secretKeys } from './schema.ts';

/** Lists the secret keys that sealed something in this database. */
export async function listSecretKeys(db: Db) {
  return db.select().from(secretKeys);
}

/** Notes the first secret key; of two nodes that start together, one does. */
export async function insertSecretKey(db: Db, key: typeof secretKeys.$inferInsert): Promise<void> {
  await db.insert(secretKeys).values(key).onConflictDoNothing();
}
