import type { ProjectId, UserId } from '../../core/ids.ts';
import type { Db } from '../db.ts';
import { and, asc, eq, gt, inArray, isNull, lt, or, sql } from '../drizzle.ts';
import { prepareOnce } from '../prepared.ts';
import { apiKeys, projects } from '../schema.ts';
import { memberships, users } from '../schema-dashboard.ts';
import { projectColumns } from './projects.ts';

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
    .select({ key: apiKeys, project: projectColumns })
    .from(apiKeys)
    .innerJoin(projects, eq(projects.id, apiKeys.projectId))
    .where(sql`${apiKeys.hash} = any(${sql.placeholder('hashes')}::bytea[])`)
    .prepare('find_api_keys'),
);

/** Whether a key still works; if so it does until the transaction ends. */
export async function holdApiKey(tx: Db, id: string, now: Date): Promise<boolean> {
  const wanted = and(eq(apiKeys.id, id), works(now));
  return (await tx.select({ id: apiKeys.id }).from(apiKeys).where(wanted).for('share')).length === 1;
}

/** A key in a list: with the name of who made it, which is null for the command line, and whether they are still in the project. */
export type ListedApiKey = StoredApiKey & { readonly author: string | null; readonly isAuthorGone: boolean };

/** Lists a project's keys, oldest first. */
export async function listApiKeys(db: Db, projectId: ProjectId): Promise<ListedApiKey[]> {
  const rows = await db
    .select({
      key: apiKeys,
      author: sql<string | null>`coalesce(${users.name}, ${apiKeys.createdByName})`,
      isAuthorGone: sql<boolean>`${apiKeys.createdBy} is not null and ${memberships.userId} is null and ${users.isInstanceOwner} is not true`,
    })
    .from(apiKeys)
    .leftJoin(users, eq(users.id, apiKeys.createdBy))
    .leftJoin(memberships, and(eq(memberships.projectId, apiKeys.projectId), eq(memberships.userId, apiKeys.createdBy)))
    .where(eq(apiKeys.projectId, projectId))
    .orderBy(asc(apiKeys.createdAt), asc(apiKeys.id));
  return rows.map(({ key: { hash: _, ...shown }, ...author }) => ({ ...shown, ...author }));
}

/** Lists the keys that somebody made in a project and that work, oldest first. */
export async function listApiKeysBy(db: Db, projectId: ProjectId, userId: UserId, now: Date): Promise<StoredApiKey[]> {
  const rows = await db
    .select()
    .from(apiKeys)
    .where(and(eq(apiKeys.projectId, projectId), eq(apiKeys.createdBy, userId), works(now)))
    .orderBy(asc(apiKeys.createdAt), asc(apiKeys.id));
  return rows.map(({ hash: _, ...shown }) => shown);
}

const works = (now: Date) => and(isNull(apiKeys.revokedAt), or(isNull(apiKeys.expiresAt), gt(apiKeys.expiresAt, now)));

/** Revokes several keys of a project. */
export async function revokeApiKeys(tx: Db, projectId: ProjectId, ids: readonly string[], now: Date): Promise<void> {
  if (ids.length === 0) return;
  await tx
    .update(apiKeys)
    .set({ revokedAt: now })
    .where(and(eq(apiKeys.projectId, projectId), inArray(apiKeys.id, [...ids]), isNull(apiKeys.revokedAt)));
}

/** Revokes a key; null when the project has no such key. Revoking twice keeps the first time. */
export async function revokeApiKey(
  db: Db,
  projectId: ProjectId,
  id: string,
  now: Date,
): Promise<{ readonly name: string; readonly isRevokedNow: boolean } | null> {
  const mine = and(eq(apiKeys.id, id), eq(apiKeys.projectId, projectId));
  const revoked = await db
    .update(apiKeys)
    .set({ revokedAt: now })
    .where(and(mine, isNull(apiKeys.revokedAt)))
    .returning({ name: apiKeys.name });
  if (revoked[0]) return { ...revoked[0], isRevokedNow: true };
  const [known] = await db.select({ name: apiKeys.name }).from(apiKeys).where(mine);
  return known ? { ...known, isRevokedNow: false } : null;
}

/** Notes that a key was used, unless that was noted after `staleBefore`: a busy key costs one write a minute. */
export async function touchApiKey(
  db: Db,
  id: string,
  use: { now: Date; address: string },
  staleBefore: Date,
): Promise<void> {
  await db
    .update(apiKeys)
    .set({ lastUsedAt: use.now, lastUsedAddress: use.address })
    .where(and(eq(apiKeys.id, id), or(isNull(apiKeys.lastUsedAt), lt(apiKeys.lastUsedAt, staleBefore))));
}
