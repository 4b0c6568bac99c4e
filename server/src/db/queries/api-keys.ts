import type { ProjectId } from '../../core/ids.ts';
import type { Db } from '../db.ts';
import { and, asc, eq, isNull, lt, or, sql } from '../drizzle.ts';
import { prepareOnce } from '../prepared.ts';
import { apiKeys, projects } from '../schema.ts';

type ApiKeyRow = typeof apiKeys.$inferSelect;

/** A key as it may be shown: without its hash. */
export type StoredApiKey = Omit<ApiKeyRow, 'hash'>;

/** Stores a key. */
export async function insertApiKey(db: Db, key: typeof apiKeys.$inferInsert): Promise<void> {
  await db.insert(apiKeys).values(key);
}

/** Finds keys by their hashes, each with its project. */
export function findApiKeys(db: Db, hashes: readonly Buffer[]) {
  return findApiKeysStatement(db).execute({ hashes });
}

const findApiKeysStatement = prepareOnce((db) =>
  db
    .select({ key: apiKeys, project: projects })
    .from(apiKeys)
    .innerJoin(projects, eq(projects.id, apiKeys.projectId))
    .where(sql`${apiKeys.hash} = any(${sql.placeholder('hashes')}::bytea[])`)
    .prepare('find_api_keys'),
);

/** Lists a project's keys, oldest first. */
export async function listApiKeys(db: Db, projectId: ProjectId): Promise<StoredApiKey[]> {
  const rows = await db
    .select()
    .from(apiKeys)
    .where(eq(apiKeys.projectId, projectId))
    .orderBy(asc(apiKeys.createdAt), asc(apiKeys.id));
  return rows.map(({ hash: _, ...shown }) => shown);
}

/** Revokes a key; false when the project has no such key. Revoking twice keeps the first time. */
export async function revokeApiKey(db: Db, projectId: ProjectId, id: string, now: Date): Promise<boolean> {
  const mine = and(eq(apiKeys.id, id), eq(apiKeys.projectId, projectId));
  await db
    .update(apiKeys)
    .set({ revokedAt: now })
    .where(and(mine, isNull(apiKeys.revokedAt)));
  const rows = await db.select({ id: apiKeys.id }).from(apiKeys).where(mine);
  return rows.length > 0;
}

/** Notes that a key was used, unless that was noted after `staleBefore`: a busy key costs one write a minute. */
export async function touchApiKey(db: Db, id: string, now: Date, staleBefore: Date): Promise<void> {
  await db
    .update(apiKeys)
    .set({ lastUsedAt: now })
    .where(and(eq(apiKeys.id, id), or(isNull(apiKeys.lastUsedAt), lt(apiKeys.lastUsedAt, staleBefore))));
}
