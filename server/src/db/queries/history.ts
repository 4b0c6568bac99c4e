import type { SQL } from 'drizzle-orm';
import type { Actor } from '../../core/audit/entry.ts';
import type { RecordStanding } from '../../core/findings/attention.ts';
import { type Evidence, readEvidence } from '../../core/findings/evidence.ts';
import type { DomainId, ProjectId } from '../../core/ids.ts';
import type { DomainEvent } from '../../core/lifecycle/events.ts';
import type { RecordKind } from '../../core/records/record.ts';
import { newestFirst } from '../columns.ts';
import type { Db } from '../db.ts';
import { and, eq, inArray, lt, sql } from '../drizzle.ts';
import { checks, events } from '../schema.ts';

/**
 * Builds the one statement that writes history. `source` has the rows it is about: `project_id`, `id` (the domain's), `at` and
 * `changes`, which is the text of `formatEvents` as jsonb. Changes are numbered in their order: the history is read by its ids.
 */
export function buildEventInsert(source: SQL): SQL {
  return sql`insert into ${events} (project_id, domain_id, type, data, actor, at)
      select source.project_id, source.id, change->>'type', change->'data', nullif(change->'actor', 'null'), source.at
      from ${source} as source, jsonb_array_elements(source.changes) with ordinality as list (change, place)
      order by source.id, place`;
}

/** Writes events as `buildEventInsert` reads them: what is not in the union does not compile. @param actor who did it; null for the service itself */
export function formatEvents(changes: readonly DomainEvent[], actor: Actor | null = null): string {
  return JSON.stringify(actor ? changes.map((change) => ({ ...change, actor })) : changes);
}

/** Adds changes to a domain's history, in the transaction of the change. */
export async function insertEvents(
  tx: Db,
  domain: { projectId: ProjectId; id: DomainId },
  at: Date,
  changes: readonly DomainEvent[],
  actor: Actor | null = null,
): Promise<void> {
  if (changes.length === 0) return;
  const row = sql`(select ${domain.projectId}::text as project_id, ${domain.id}::text as id, ${at.toISOString()}::timestamptz as at, ${formatEvents(changes, actor)}::jsonb as changes)`;
  await tx.execute(buildEventInsert(row));
}

/** One change as it is stored. Ids grow with time: a domain's changes are written one after the other, under its row's lock. */
export type StoredEvent = DomainEvent & Pick<typeof events.$inferSelect, 'id' | 'at' | 'actor'>;

/** Lists a domain's changes, newest first, from before the change `before` where it is given. Cost does not grow with the page's depth. */
export async function listEvents(
  db: Db,
  projectId: ProjectId,
  domainId: DomainId,
  page: { limit: number; before?: number },
): Promise<StoredEvent[]> {
  const rows = await db
    .select({ id: events.id, type: events.type, data: events.data, actor: events.actor, at: events.at })
    .from(events)
    .where(
      and(
        eq(events.domainId, domainId),
        eq(events.projectId, projectId),
        page.before === undefined ? undefined : lt(events.id, page.before),
      ),
    )
    .orderBy(newestFirst(events.id))
    .limit(page.limit);
  // Only `buildEventInsert` writes them, and only of the union.
  return rows as StoredEvent[];
}

/** What the last check a domain saw. */
export interface StoredEvidence {
  readonly checkedAt: Date;
  readonly evidence: Evidence;
}

/** Finds the evidence of the last check; null where there was none, or where only an older version could read it. */
export async function findEvidence(db: Db, domainId: DomainId): Promise<StoredEvidence | null> {
  return (await findEvidences(db, [domainId])).get(domainId) ?? null;
}

/** The same for several domains. */
export async function findEvidences(db: Db, ids: readonly DomainId[]): Promise<Map<DomainId, StoredEvidence>> {
  const rows = await db
    .select()
    .from(checks)
    .where(sql`${checks.domainId} = any(${sql.param([...ids])}::text[])`);
  return new Map(
    rows.flatMap(({ domainId, checkedAt, evidence: stored }) => {
      const evidence = readEvidence(stored);
      return evidence ? [[domainId, { checkedAt, evidence }]] : [];
    }),
  );
}

/** A record as it stood at the last check, in what decides whether somebody has to act on it. */
export type CheckedRecord = RecordStanding & { readonly record: RecordKind };

/**
 * Reads how the records of each of these domains stood at the last check, in one statement; a domain that nobody checked is
 * absent. Only what the rule goes by is read: the evidence of a page of domains is some hundred kilobytes.
 */
export async function listCheckedRecords(db: Db, ids: readonly DomainId[]): Promise<Map<DomainId, CheckedRecord[]>> {
  if (ids.length === 0) return new Map();
  const findings = sql`(select coalesce(jsonb_agg(jsonb_build_object('code', finding->'code', 'severity', finding->'severity')), '[]')
    from jsonb_array_elements(record->'findings') as finding)`;
  const rows = await db
    .select({
      id: checks.domainId,
      records: sql<
        CheckedRecord[]
      >`(select coalesce(jsonb_agg(jsonb_build_object('record', record->'record', 'status', record->'status', 'findings', ${findings})), '[]')
        from jsonb_array_elements(${checks.evidence}->'records') as record)`,
    })
    .from(checks)
    .where(inArray(checks.domainId, [...ids]));
  return new Map(rows.map(({ id, records }) => [id, records]));
}
