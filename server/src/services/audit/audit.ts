import type { AuditEvent } from '../../core/audit/entry.ts';
import { AUDIT_DAYS } from '../../core/audit/entry.ts';
import type { ProjectId } from '../../core/ids.ts';
import type { Db } from '../../db/db.ts';
import * as table from '../../db/queries/audit-log.ts';
import type { Context } from '../context.ts';
import { findActing } from './acting.ts';

/*
 * The audit log. `acting.ts` knows on whose behalf something runs; a use case notes what it did with `noteAction`, in the
 * transaction that does it. Nothing changes an entry; `expireAuditLog` is the only thing that deletes one.
 */

export type { AuditFilter, StoredEntry } from '../../db/queries/audit-log.ts';

const DAY_MS = 86_400_000;
const EXPORT_PAGE = 1_000;
const EXPIRE_BATCH = 5_000;

/** Notes what was done, by whom and from where, as a part of `tx`: it stands or falls with the change. */
export async function noteAction(tx: Db, at: Date, event: AuditEvent): Promise<void> {
  await noteActions(tx, at, [event]);
}

/** Notes several things that were done at once. */
export async function noteActions(tx: Db, at: Date, events: readonly AuditEvent[]): Promise<void> {
  if (events.length > 0) await table.insertAuditEntries(tx, at, findActing(), events);
}

/** Lists one page of the audit log, newest first; `next` is the entry before which the next page begins. @throws AppError SERVICE_UNAVAILABLE where looking for entries took too long */
export function listAuditLog(
  ctx: Pick<Context, 'db' | 'slowStatements'>,
  filter: table.AuditFilter,
  page: table.AuditPage,
): Promise<{ entries: table.StoredEntry[]; next: number | null }> {
  return readPage(ctx, filter, page, table.listAuditEntries);
}

/** Reads all entries that fit, newest first, a page at a time, and notes first that this was done. */
export async function* exportAuditLog(
  ctx: Pick<Context, 'db' | 'clock' | 'slowStatements'>,
  filter: table.AuditFilter,
  projectId: ProjectId | null,
): AsyncGenerator<table.StoredEntry> {
  const object = { kind: 'audit_log', id: projectId, name: null };
  await noteAction(ctx.db, ctx.clock.now(), { action: 'audit_log.exported', projectId, object });
  for (let before: number | null = Number.MAX_SAFE_INTEGER; before !== null; ) {
    const { entries, next } = await readPage(ctx, filter, { limit: EXPORT_PAGE, before }, table.selectAuditEntries);
    yield* entries;
    before = next;
  }
}

/** Entries that have to be looked for wait for a turn of their project. */
async function readPage(
  { db, slowStatements }: Pick<Context, 'db' | 'slowStatements'>,
  filter: table.AuditFilter,
  page: table.AuditPage,
  list: typeof table.listAuditEntries,
): Promise<{ entries: table.StoredEntry[]; next: number | null }> {
  const read = () => list(db, filter, { ...page, limit: page.limit + 1 });
  const found = await (table.isNarrowed(filter)
    ? slowStatements.take(filter.projectId ?? 'installation', read)
    : read());
  const entries = found.slice(0, page.limit);
  return { entries, next: found.length > page.limit ? (entries.at(-1)?.id ?? null) : null };
}

/** Deletes entries that are older than 400 days, some at a time. @returns whether there are more */
export async function expireAuditLog(ctx: Pick<Context, 'db' | 'clock'>): Promise<boolean> {
  const before = new Date(ctx.clock.now().getTime() - AUDIT_DAYS * DAY_MS);
  return (await table.deleteOldEntries(ctx.db, before, EXPIRE_BATCH)) === EXPIRE_BATCH;
}
