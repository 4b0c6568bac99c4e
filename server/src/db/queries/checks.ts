import { needsFix } from '../../core/findings/attention.ts';
import { type Evidence, listSecondCnames } from '../../core/findings/evidence.ts';
import type { DomainId } from '../../core/ids.ts';
import type { FrozenEvent } from '../../core/lifecycle/frozen-event.ts';
import type { Database } from '../client.ts';
import type { Db } from '../db.ts';
import { sql } from '../drizzle.ts';
import { buildStatement } from '../prepared.ts';
import { checks, domains } from '../schema.ts';
import { dnsIntents } from '../schema-publishing.ts';
import { providerIdentities } from '../schema-service.ts';
import { assignColumns, defineColumns, toNamedValues } from './domain-columns.ts';
import { type DomainUpdate, STATE_COLUMNS, type StoredDomain, toColumns } from './domains.ts';
import { buildEventInsert, type Outlets } from './history.ts';
import { buildKeyChanges, formatKeyUpdates, type KeyUpdate } from './key-changes.ts';

/** What a check leaves behind: the domain's next state, what was seen, and what changed. */
export interface ConcludedCheck extends DomainUpdate {
  readonly lastCheckedAt: Date;
  /** When the check was made: the time of its evidence and its changes. */
  readonly checkedAt: Date;
  readonly evidence: Evidence;
  readonly changes: readonly FrozenEvent[];
  /** By which the next check sees that nothing has changed; null where it is to be judged whatever it sees. */
  readonly fingerprint: string | null;
  /** The keys that changed, and whether any is in motion afterwards; left out where the check was not for further keys. */
  readonly keys?: { readonly updates: readonly KeyUpdate[]; readonly hasKeysInMotion: boolean };
}

/** What came of a check, for a row as it was read. */
export interface FinishedCheck<Outcome> {
  readonly seen: Pick<StoredDomain, 'id' | 'revision'>;
  readonly outcome: Outcome;
}

/** A check that is to be stored with all that it saw. */
export type CheckToStore = FinishedCheck<ConcludedCheck>;

/** What a check leaves behind that saw nothing new: the times, and the fingerprint as it is of that time. */
export interface UnchangedCheck extends Pick<DomainUpdate, 'attempts'> {
  readonly nextCheckAt: Date;
  readonly lastCheckedAt: Date;
  readonly fingerprint: string;
}

/** The text that stands for a check among those that are stored. */
export function nameCheck({ id, revision }: CheckToStore['seen']): string {
  return `${id} ${revision}`;
}

/** What a check writes of a row, and `hasKeysInMotion`, where it was for further keys. */
const WRITTEN = [...STATE_COLUMNS, 'lastCheckedAt', 'needsFix', 'fingerprint'] as const;

/** So long after a zone was read, a check that finds a record wrong has it read again: what we wrote there may have been changed. */
const COMPARED_AGAIN = sql.raw(`interval '10 minutes'`);

/**
 * Stores checks in one statement, which is a transaction: state, schedule, keys, evidence and history of each. Nothing is
 * stored of one whose row is no longer the one that was read. Each table is written when the one before it is done, in the
 * order of `schema.ts`.
 * @returns the names of those that were stored
 */
export async function storeChecks(db: Db, finished: readonly CheckToStore[], outlets: Outlets): Promise<Set<string>> {
  const rows = JSON.stringify(finished.toSorted((a, b) => (a.seen.id < b.seen.id ? -1 : 1)).map(formatCheck));
  const { rows: stored } = await db.execute<{ id: DomainId; seen_revision: number }>(sql`
    with updated as (
      update ${domains} set ${assignColumns(WRITTEN, sql`finished`)},
        has_keys_in_motion = coalesce(finished.has_keys_in_motion, ${domains}.has_keys_in_motion),
        event_sequence = ${domains}.event_sequence + jsonb_array_length(finished.changes)
      from jsonb_to_recordset(${rows}::jsonb) as finished (${defineColumns(['id', ...WRITTEN, 'hasKeysInMotion'])},
        seen_revision integer, checked_at timestamptz, evidence jsonb, changes jsonb, keys jsonb, is_wrong boolean)
      where ${domains}.id = finished.id and ${domains}.revision = finished.seen_revision
      returning ${domains}.id, ${domains}.project_id, ${domains}.name, ${domains}.region_key, ${domains}.event_sequence, ${domains}.auto_publish,
        finished.seen_revision, finished.is_wrong, finished.checked_at as at, finished.evidence, finished.changes, finished.keys
    )${buildKeyChanges()}, kept as (
      insert into ${checks} (domain_id, checked_at, evidence)
      select id, at, evidence from updated, (select count(*) from active_keys) as first order by id
      on conflict (domain_id) do update set checked_at = excluded.checked_at, evidence = excluded.evidence returning domain_id
    ), ${buildEventInsert(sql`(select updated.* from updated, (select count(*) from kept) as first)`, outlets)}, identity as (
      select ${providerIdentities}.region_key, ${providerIdentities}.name, updated.at
      from updated join ${providerIdentities} on ${providerIdentities}.region_key = updated.region_key and ${providerIdentities}.name = updated.name,
        (select count(*) from due) as first
      where jsonb_array_length(updated.changes) > 0
      order by ${providerIdentities}.region_key collate "C", ${providerIdentities}.name collate "C" for update of ${providerIdentities}
    ), intent as (
      update ${providerIdentities} set next_at = identity.at, attempts = 0, revision = revision + 1 from identity
      where ${providerIdentities}.region_key = identity.region_key and ${providerIdentities}.name = identity.name returning ${providerIdentities}.name
    ), published as (
      select domain_id, updated.at, jsonb_array_length(updated.changes) > 0 as is_changed
      from updated join ${dnsIntents} on domain_id = updated.id, (select count(*) from intent) as first
      where updated.auto_publish and (updated.is_wrong or jsonb_array_length(updated.changes) > 0)
      order by domain_id for update of ${dnsIntents}
    ), dns_intent as (
      update ${dnsIntents} set
        next_at = case when is_changed then published.at when next_at is null then null
          else least(next_at, greatest(published.at, compared_at + ${COMPARED_AGAIN})) end,
        attempts = case when is_changed then 0 else attempts end,
        revision = revision + case when is_changed then 1 else 0 end
      from published where ${dnsIntents}.domain_id = published.domain_id
    )
    select id, seen_revision from updated`);
  return new Set(stored.map(({ id, seen_revision }) => nameCheck({ id, revision: seen_revision })));
}

/**
 * Stores checks that saw nothing new in one statement: their times, and that nobody holds them any longer. Nothing is stored of one
 * whose row is no longer the one that was read, or whose evidence is gone.
 * @returns the names of those that were stored
 */
export async function storeUnchangedChecks(
  db: Pick<Database, 'run'>,
  finished: readonly FinishedCheck<UnchangedCheck>[],
): Promise<Set<string>> {
  const sorted = finished.toSorted((a, b) => (a.seen.id < b.seen.id ? -1 : 1));
  const stored = await db.run<{ id: DomainId; seen_revision: number }>(STORE_UNCHANGED, {
    ids: sorted.map(({ seen }) => seen.id),
    revisions: sorted.map(({ seen }) => seen.revision),
    attempts: sorted.map(({ outcome }) => outcome.attempts),
    nextCheckAt: sorted.map(({ outcome }) => outcome.nextCheckAt.toISOString()),
    lastCheckedAt: sorted.map(({ outcome }) => outcome.lastCheckedAt.toISOString()),
    fingerprints: sorted.map(({ outcome }) => outcome.fingerprint),
  });
  return new Set(stored.map(({ id, seen_revision }) => nameCheck({ id, revision: seen_revision })));
}

/** Without a name, for the reason that a claim has none (`due-domains.ts`). */
const STORE_UNCHANGED = buildStatement(
  null,
  sql`
    update ${domains} set attempts = made.attempts, next_check_at = made.next_check_at, last_checked_at = made.last_checked_at,
      fingerprint = made.fingerprint, lease_owner = null, lease_until = null
    from unnest(${sql.placeholder('ids')}::text[], ${sql.placeholder('revisions')}::integer[], ${sql.placeholder('attempts')}::integer[],
      ${sql.placeholder('nextCheckAt')}::timestamptz[], ${sql.placeholder('lastCheckedAt')}::timestamptz[], ${sql.placeholder('fingerprints')}::text[])
      as made (id, seen_revision, attempts, next_check_at, last_checked_at, fingerprint)
    where ${domains}.id = made.id and ${domains}.revision = made.seen_revision
      and exists (select 1 from ${checks} where domain_id = made.id)
    returning ${domains}.id, made.seen_revision`,
);

function formatCheck({ seen, outcome }: CheckToStore): Record<string, unknown> {
  const { lastCheckedAt, checkedAt, evidence, changes, fingerprint, keys } = outcome;
  const records = [...evidence.records, ...listSecondCnames(evidence)];
  return {
    ...toNamedValues({
      id: seen.id,
      ...toColumns(outcome),
      lastCheckedAt,
      needsFix: needsFix(outcome.state.status, records),
      fingerprint,
      hasKeysInMotion: keys?.hasKeysInMotion ?? null,
    }),
    seen_revision: seen.revision,
    checked_at: checkedAt,
    evidence,
    changes: changes satisfies readonly FrozenEvent[],
    keys: formatKeyUpdates(keys?.updates ?? []),
    is_wrong: records.some(({ status }) => status !== 'verified' && status !== 'unknown'),
  };
}
