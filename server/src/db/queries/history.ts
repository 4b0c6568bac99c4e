import type { SQL } from 'drizzle-orm';
import type { Actor } from '../../core/audit/entry.ts';
import type { RecordStanding } from '../../core/findings/attention.ts';
import { type Evidence, readEvidence } from '../../core/findings/evidence.ts';
import type { DomainId, ProjectId } from '../../core/ids.ts';
import type { DomainEvent, ProjectEvent } from '../../core/lifecycle/events.ts';
import type { FrozenEvent } from '../../core/lifecycle/frozen-event.ts';
import type { RecordKind } from '../../core/records/record.ts';
import { newestFirst } from '../columns.ts';
import type { Db } from '../db.ts';
import { and, eq, inArray, lt, sql } from '../drizzle.ts';
import { checks, domains, events } from '../schema.ts';
import { eventFeed, webhookDeliveries, webhooks } from '../schema-webhooks.ts';
import { buildDueNotices } from './due-notices.ts';

/** An id of 24 hex digits, as `buildId` makes them: the seconds of its time and 8 random octets. */
const newId = (at: SQL) =>
  sql`lpad(to_hex(extract(epoch from ${at})::bigint), 8, '0') || right(replace(gen_random_uuid()::text, '-', ''), 16)`;

/** How events are told beside the feed and webhooks. */
export interface Outlets {
  /** Whether people are told by email. */
  readonly hasMail: boolean;
}

/** For what nobody is ever told by email. */
export const NO_MAIL: Outlets = { hasMail: false };

/**
 * Builds the parts of a statement that write events: the history, the feed, and what is due to webhooks and people (the
 * transactional outbox: all of it stands or falls with the change). `source` has the rows they are about: `project_id`, `id` (the domain's),
 * `at`, `event_sequence` (that of the last of them) and `changes`, which is the text of `formatEvents` as jsonb. Changes are numbered in
 * their order: the history is read by its ids. The parts are `changed`, `history`, `feed`, `due` and, where there is mail, `notices`, each after
 * the one before.
 */
export function buildEventInsert(source: SQL, { hasMail }: Outlets): SQL {
  return sql`changed as (
      select nextval('events_id_seq') as event_id, listed.* from (
        select source.project_id, source.id as domain_id, source.at, change, change->>'type' as type,
          source.event_sequence - jsonb_array_length(source.changes) + place as sequence
        from ${source} as source, jsonb_array_elements(source.changes) with ordinality as list (change, place)
        order by source.id, place) as listed
    ), history as (
      insert into ${events} (id, project_id, domain_id, type, data, actor, at)
      select event_id, project_id, domain_id, type, change->'data', nullif(change->'actor', 'null'), at from changed returning id
    ), feed as (
      insert into ${eventFeed} (event_id, project_id, domain_id, type, body, at)
      select event_id, project_id, domain_id, type, (change->>'frozen') || ',"sequence":' || sequence || '}}', at
      from changed, (select count(*) from history) as first returning event_id
    ), due as (
      ${buildDue(sql`changed, (select count(*) from feed) as first`)}
    )${buildNotices({ hasMail })}`;
}

/** A further part, after `due`, that says who is told by email. */
function buildNotices({ hasMail }: Outlets): SQL {
  const changed = sql`(select changed.* from changed, (select count(*) from due) as first) as changed`;
  return hasMail ? sql`, notices as (${buildDueNotices(changed)})` : sql``;
}

/** Says which webhooks an event is due to. `changed` has its `project_id`, `event_id`, `type` and `at`. */
function buildDue(changed: SQL): SQL {
  return sql`insert into ${webhookDeliveries} (id, webhook_id, project_id, event_id, type, created_at, updated_at, next_at)
      select ${newId(sql`changed.at`)}, webhook.id, changed.project_id, changed.event_id, changed.type, changed.at, changed.at, changed.at
      from ${webhooks} as webhook, ${changed}
      where webhook.project_id = changed.project_id and webhook.is_active
        and webhook.events && array[changed.type, split_part(changed.type, '.', 1) || '.*', '*']
      returning webhook_id`;
}

/** Writes events as `buildEventInsert` reads them: what is not in the union does not compile. @param actor who did it; null for the service itself */
export function formatEvents(changes: readonly FrozenEvent[], actor: Actor | null = null): string {
  return JSON.stringify(actor ? changes.map((change) => ({ ...change, actor })) : changes);
}

/** Adds changes to a domain's history, in the transaction of the change. Locks its row. */
export async function insertEvents(
  tx: Db,
  domain: { projectId: ProjectId; id: DomainId },
  at: Date,
  changes: readonly FrozenEvent[],
  outlets: Outlets,
  actor: Actor | null = null,
): Promise<void> {
  if (changes.length === 0) return;
  await tx.execute(sql`
    with source as (
      update ${domains} set event_sequence = event_sequence + ${changes.length} where id = ${domain.id}
      returning project_id, id, event_sequence, ${at.toISOString()}::timestamptz as at, ${formatEvents(changes, actor)}::jsonb as changes
    ), ${buildEventInsert(sql`source`, outlets)}
    select event_id from changed`);
}

/** Adds what happened to a project itself. @param body what its receivers get */
export async function insertProjectEvent(
  tx: Db,
  projectId: ProjectId,
  at: Date,
  { type, data }: ProjectEvent,
  body: string,
  outlets: Outlets,
): Promise<void> {
  const time = sql`${at.toISOString()}::timestamptz`;
  await tx.execute(sql`
    with changed as (
      insert into ${events} (project_id, type, data, at) values (${projectId}, ${type}, ${JSON.stringify(data)}::jsonb, ${time})
      returning id as event_id, project_id, null::text as domain_id, type, at
    ), feed as (
      insert into ${eventFeed} (event_id, project_id, type, body, at)
      select event_id, project_id, type, ${body}::text, at from changed returning event_id
    ), due as (
      ${buildDue(sql`changed, (select count(*) from feed) as first`)}
    )${buildNotices(outlets)}
    select event_id from changed`);
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
  /** When it was made; what it saw may be stored since an earlier one that saw the same. */
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
    .select({ domainId: checks.domainId, evidence: checks.evidence, checkedAt: domains.lastCheckedAt })
    .from(checks)
    .innerJoin(domains, eq(domains.id, checks.domainId))
    .where(sql`${checks.domainId} = any(${sql.param([...ids])}::text[])`);
  return new Map(
    rows.flatMap(({ domainId, checkedAt, evidence: stored }) => {
      const evidence = readEvidence(stored);
      return evidence ? [[domainId, { checkedAt, evidence }]] : [];
    }),
  );
}

/** A record as it stood at the last check, in what decides whether somebody has to act on it; of two CNAMEs each. */
export type CheckedRecord = RecordStanding & { readonly record: RecordKind };

/**
 * Reads how the records of each of these domains stood at the last check, in one statement; a domain that nobody checked is
 * absent. Only what the rule goes by is read: the evidence of a page of domains is some hundred kilobytes.
 */
export async function listCheckedRecords(db: Db, ids: readonly DomainId[]): Promise<Map<DomainId, CheckedRecord[]>> {
  if (ids.length === 0) return new Map();
  const findings = sql`(select coalesce(jsonb_agg(jsonb_build_object('code', finding->'code', 'severity', finding->'severity')), '[]')
    from jsonb_array_elements(record->'findings') as finding)`;
  // As `listSecondCnames` finds them.
  const second = sql`(select coalesce(jsonb_agg(key || '{"record": "dkim"}'), '[]')
    from jsonb_array_elements(${checks.evidence}->'keys') as key where key ? 'isCname')`;
  const rows = await db
    .select({
      id: checks.domainId,
      records: sql<
        CheckedRecord[]
      >`(select coalesce(jsonb_agg(jsonb_build_object('record', record->'record', 'status', record->'status', 'findings', ${findings})), '[]')
        from jsonb_array_elements((${checks.evidence}->'records') || ${second}) as record)`,
    })
    .from(checks)
    .where(inArray(checks.domainId, [...ids]));
  return new Map(rows.map(({ id, records }) => [id, records]));
}
