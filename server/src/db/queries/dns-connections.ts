import type { ProjectId } from '../../core/ids.ts';
import type { Db } from '../db.ts';
import { and, asc, eq, isNull, ne, or, sql } from '../drizzle.ts';
import { domains, projects } from '../schema.ts';
import { dnsConnections, type StoredProblem } from '../schema-publishing.ts';

/** A connection's row, its secrets sealed. */
export type StoredDnsConnection = typeof dnsConnections.$inferSelect;

/** Whose connections: a project's, or the instance's. */
export type ConnectionOwner = ProjectId | null;

/** Inserts a connection. */
export async function insertDnsConnection(
  tx: Db,
  connection: typeof dnsConnections.$inferInsert,
): Promise<StoredDnsConnection> {
  const [row] = await tx.insert(dnsConnections).values(connection).returning();
  if (!row) throw new Error(`The DNS connection ${connection.id} was not inserted.`);
  return row;
}

const isOf = (owner: ConnectionOwner) =>
  owner === null ? isNull(dnsConnections.projectId) : eq(dnsConnections.projectId, owner);

/** Lists the connections of an owner, the oldest first. There are few: a quota limits them. */
export async function listDnsConnections(db: Db, owner: ConnectionOwner): Promise<StoredDnsConnection[]> {
  return db
    .select()
    .from(dnsConnections)
    .where(isOf(owner))
    .orderBy(asc(dnsConnections.createdAt), asc(dnsConnections.id));
}

/** The instance's that are open to a project. None is to a test project, whose DNS is played. */
const isOpenTo = (projectId: ProjectId) =>
  and(
    isNull(dnsConnections.projectId),
    sql`${dnsConnections.openTo} && array['*', ${projectId}]::text[]`,
    sql`exists (select 1 from ${projects} where ${projects.id} = ${projectId} and not ${projects.isTest})`,
  );

/** Lists what a project's domains may be published through: its own connections, then the instance's that are open to it. */
export async function listUsableDnsConnections(db: Db, projectId: ProjectId): Promise<StoredDnsConnection[]> {
  return db
    .select()
    .from(dnsConnections)
    .where(or(eq(dnsConnections.projectId, projectId), isOpenTo(projectId)))
    .orderBy(sql`${dnsConnections.projectId} is null`, asc(dnsConnections.createdAt), asc(dnsConnections.id));
}

/** Finds one of these; null where it is gone, or isn't open to the project any longer. */
export async function findUsableDnsConnection(
  db: Db,
  projectId: ProjectId,
  id: string,
): Promise<StoredDnsConnection | null> {
  const isUsable = or(eq(dnsConnections.projectId, projectId), isOpenTo(projectId));
  const [row] = await db
    .select()
    .from(dnsConnections)
    .where(and(eq(dnsConnections.id, id), isUsable));
  return row ?? null;
}

/** Finds a connection of an owner; null for an id that never existed and for another owner's alike. */
export async function findDnsConnection(
  db: Db,
  owner: ConnectionOwner,
  id: string,
): Promise<StoredDnsConnection | null> {
  const [row] = await db
    .select()
    .from(dnsConnections)
    .where(and(eq(dnsConnections.id, id), isOf(owner)));
  return row ?? null;
}

/** Deletes a connection; null when there is none. */
export async function deleteDnsConnection(
  tx: Db,
  owner: ConnectionOwner,
  id: string,
): Promise<StoredDnsConnection | null> {
  const [row] = await tx
    .delete(dnsConnections)
    .where(and(eq(dnsConnections.id, id), isOf(owner)))
    .returning();
  return row ?? null;
}

/** So long a success that follows another isn't noted: a plan takes several calls. */
const NOTED_SECONDS = 60;

/** Notes that a call succeeded, unless one of a moment ago is noted already and no error since. */
export async function noteConnectionSuccess(db: Db, id: string, at: Date): Promise<void> {
  const now = sql`${at.toISOString()}::timestamptz`;
  await db
    .update(dnsConnections)
    .set({ lastSuccessAt: at })
    .where(
      and(
        eq(dnsConnections.id, id),
        sql`(${dnsConnections.lastSuccessAt} is null
          or ${dnsConnections.lastSuccessAt} < ${now} - ${NOTED_SECONDS}::int * interval '1 second'
          or ${dnsConnections.lastErrorAt} >= ${dnsConnections.lastSuccessAt})`,
      ),
    );
}

/** Notes what went wrong. */
export async function noteConnectionError(db: Db, id: string, at: Date, lastError: StoredProblem): Promise<void> {
  await db.update(dnsConnections).set({ lastErrorAt: at, lastError }).where(eq(dnsConnections.id, id));
}

/** Notes which zones a connection reaches, in the place of those that were known. */
export async function replaceZones(
  db: Db,
  id: string,
  { zones, hasAllZones }: { readonly zones: readonly string[]; readonly hasAllZones: boolean },
): Promise<void> {
  await db
    .update(dnsConnections)
    .set({ zones: [...zones], hasAllZones })
    .where(eq(dnsConnections.id, id));
}

/** Notes one more zone that a connection reaches, where there are fewer than `max`. */
export async function addZone(db: Db, id: string, zone: string, max: number): Promise<void> {
  await db
    .update(dnsConnections)
    .set({ zones: sql`array_append(${dnsConnections.zones}, ${zone})` })
    .where(
      and(
        eq(dnsConnections.id, id),
        sql`not ${zone} = any(${dnsConnections.zones}) and cardinality(${dnsConnections.zones}) < ${max}`,
      ),
    );
}

/** Lists names of domains of a project that are one of these zones or lie in one, up to `limit`. */
export async function listDomainsInZones(
  db: Db,
  projectId: ProjectId,
  zones: readonly string[],
  limit: number,
): Promise<string[]> {
  const isIn = sql`exists (select 1 from unnest(${sql.param([...zones])}::text[]) as zone
    where ${domains.name} = zone or right(${domains.name}, length(zone) + 1) = '.' || zone)`;
  const rows = await db
    .select({ name: domains.name })
    .from(domains)
    .where(and(eq(domains.projectId, projectId), isIn))
    .orderBy(asc(domains.name))
    .limit(limit);
  return rows.map(({ name }) => name);
}

/** The secrets of a connection as they are sealed now. */
export type SealedDnsConnection = Pick<StoredDnsConnection, 'id' | 'secretsSealed'>;

/** Lists connections whose secrets another secret key sealed, up to `limit`. */
export async function listDnsConnectionsSealedOtherwise(
  db: Db,
  keyId: string,
  limit: number,
): Promise<SealedDnsConnection[]> {
  return db
    .select({ id: dnsConnections.id, secretsSealed: dnsConnections.secretsSealed })
    .from(dnsConnections)
    .where(ne(dnsConnections.secretKeyId, keyId))
    .orderBy(asc(dnsConnections.id))
    .limit(limit);
}

/** Stores the secrets of a connection as they are sealed anew; one that has changed since it was read stays as it is. */
export async function replaceSealedDnsConnection(
  db: Db,
  keyId: string,
  { id, secretsSealed, before }: SealedDnsConnection & { readonly before: Buffer },
): Promise<void> {
  await db
    .update(dnsConnections)
    .set({ secretsSealed, secretKeyId: keyId })
    .where(and(eq(dnsConnections.id, id), eq(dnsConnections.secretsSealed, before)));
}
