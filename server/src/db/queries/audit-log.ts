import type { Actor, AuditEvent } from '../../core/audit/entry.ts';
import type { ProjectId } from '../../core/ids.ts';
import type { Database } from '../client.ts';
import { newestFirst } from '../columns.ts';
import type { Db } from '../db.ts';
import { and, eq, gte, lt, sql } from '../drizzle.ts';
import { auditLog } from '../schema-service.ts';
import { readWithinLimit } from '../time-limit.ts';

/** An entry as it is stored. */
export type StoredEntry = typeof auditLog.$inferSelect;

/** What entries are chosen by. */
export interface AuditFilter {
  /** Left out, those of the whole installation. */
  readonly projectId?: ProjectId;
  /** A whole action, such as `api_key.created`, or what it is about, such as `api_key`. */
  readonly action?: string;
  readonly actorId?: string;
  readonly objectId?: string;
  readonly from?: Date;
  readonly to?: Date;
}

/** Whether entries have to be looked for: without anything but the project, an index has them in order. */
export function isNarrowed({ projectId: _, ...narrowedBy }: AuditFilter): boolean {
  return Object.values(narrowedBy).some((each) => each !== undefined);
}

/** Adds entries, all by one actor. */
export async function insertAuditEntries(
  tx: Db,
  at: Date,
  { actor, address, requestId }: { actor: Actor; address: string | null; requestId: string | null },
  events: readonly AuditEvent[],
): Promise<void> {
  const by = { actorKind: actor.kind, actorId: actor.id, actorName: actor.name, address, requestId };
  await tx.insert(auditLog).values(
    events.map(({ action, projectId, object, before, after }) => ({
      ...{ at, projectId, action, ...by },
      ...{ objectKind: object.kind, objectId: object.id, objectName: object.name },
      ...{ before: before ?? null, after: after ?? null },
    })),
  );
}

/** A page of entries, newest first, from before the entry `before` where it is given. */
export interface AuditPage {
  readonly limit: number;
  readonly before?: number;
}

/** Lists a page. Cost does not grow with its depth. Entries that have to be looked for get two seconds. @throws AppError SERVICE_UNAVAILABLE */
export async function listAuditEntries(db: Database, filter: AuditFilter, page: AuditPage): Promise<StoredEntry[]> {
  if (!isNarrowed(filter)) return selectAuditEntries(db, filter, page);
  return readWithinLimit(db, 'The search took too long. Ask for a shorter time with from and to.', (tx) =>
    selectAuditEntries(tx, filter, page),
  );
}

/** The same without a limit of its own, for an export. */
export async function selectAuditEntries(
  db: Db,
  { projectId, action, actorId, objectId, from, to }: AuditFilter,
  page: AuditPage,
): Promise<StoredEntry[]> {
  return db
    .select()
    .from(auditLog)
    .where(
      and(
        projectId && eq(auditLog.projectId, projectId),
        action === undefined
          ? undefined
          : action.includes('.')
            ? sql`${auditLog.action} = ${action}`
            : sql`split_part(${auditLog.action}, '.', 1) = ${action}`,
        actorId === undefined ? undefined : eq(auditLog.actorId, actorId),
        objectId === undefined ? undefined : eq(auditLog.objectId, objectId),
        from && gte(auditLog.at, from),
        to && lt(auditLog.at, to),
        page.before === undefined ? undefined : lt(auditLog.id, page.before),
      ),
    )
    .orderBy(newestFirst(auditLog.id))
    .limit(page.limit);
}

/** Deletes up to `limit` entries from before `before`; how many. A trigger refuses every other delete, and every update. */
export async function deleteOldEntries(db: Db, before: Date, limit: number): Promise<number> {
  const { rowCount } = await db.execute(sql`
    delete from ${auditLog} where id in (
      select id from ${auditLog} where at < ${before.toISOString()}::timestamptz and at < now() - interval '400 days' order by at limit ${limit} for update skip locked)`);
  return rowCount ?? 0;
}
