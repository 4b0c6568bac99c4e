import type { Actor, AuditEvent } from '../../core/audit/entry.ts';
import type { ProjectId } from '../../core/ids.ts';
import { newestFirst } from '../columns.ts';
import type { Db } from '../db.ts';
import { and, eq, gte, lt, sql } from '../drizzle.ts';
import { auditLog } from '../schema-service.ts';

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

/** Lists entries, newest first, from before the entry `before` where it is given. Cost does not grow with the page's depth. */
export async function listAuditEntries(
  db: Db,
  { projectId, action, actorId, objectId, from, to }: AuditFilter,
  page: { readonly limit: number; readonly before?: number },
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
