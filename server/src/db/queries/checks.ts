import type { Evidence } from '../../core/findings/evidence.ts';
import type { DomainId } from '../../core/ids.ts';
import type { Db } from '../db.ts';
import { sql } from '../drizzle.ts';
import { checks, domains, events, providerIdentities } from '../schema.ts';
import { formatState } from '../stored-state.ts';
import type { DomainUpdate, StoredDomain } from './domains.ts';
import type { NewEvent } from './history.ts';
import { buildKeyChanges, formatKeyUpdates, type KeyUpdate } from './key-changes.ts';

/** What a check leaves behind: the domain's next state, what was seen, and what changed. */
export interface ConcludedCheck extends DomainUpdate {
  readonly lastCheckedAt: Date;
  /** When the check was made: the time of its evidence and its changes. */
  readonly checkedAt: Date;
  readonly evidence: Evidence;
  readonly changes: readonly NewEvent[];
  /** The keys that changed, and whether any is in motion afterwards; left out where the check was not for further keys. */
  readonly keys?: { readonly updates: readonly KeyUpdate[]; readonly hasKeysInMotion: boolean };
}

/** A check that is to be stored, for a row as it was read. */
export interface CheckToStore {
  readonly seen: Pick<StoredDomain, 'id' | 'rowVersion'>;
  readonly outcome: ConcludedCheck;
}

/** The text that stands for a check among those that are stored. */
export function nameCheck({ id, rowVersion }: CheckToStore['seen']): string {
  return `${id} ${rowVersion}`;
}

/**
 * Stores checks in one statement, which is a transaction: state, schedule, keys, evidence and history of each. Nothing is
 * stored of one whose row is no longer the one that was read.
 * @returns the names of those that were stored
 */
export async function storeChecks(db: Db, finished: readonly CheckToStore[]): Promise<Set<string>> {
  const rows = JSON.stringify(finished.map(formatCheck));
  // Changes are numbered in their order: the history is read by its ids.
  const { rows: stored } = await db.execute<{ id: DomainId; version: string }>(sql`
    with updated as (
      update ${domains} set status = finished.status, ownership_verified = finished.ownership_verified, dkim_enabled = finished.dkim_enabled,
        mail_from_enabled = finished.mail_from_enabled, dmarc_enabled = finished.dmarc_enabled, verified_at = finished.verified_at,
        state = finished.state, attempts = finished.attempts, next_check_at = finished.next_check_at, lease_owner = finished.lease_owner,
        lease_until = finished.lease_until, last_checked_at = finished.last_checked_at,
        has_keys_in_motion = coalesce(finished.has_keys_in_motion, ${domains}.has_keys_in_motion)
      from jsonb_to_recordset(${rows}::jsonb) as finished (id text, version text, status text, ownership_verified boolean,
        dkim_enabled boolean, mail_from_enabled boolean, dmarc_enabled boolean, verified_at timestamptz, state jsonb, attempts integer,
        next_check_at timestamptz, lease_owner text, lease_until timestamptz, last_checked_at timestamptz,
        checked_at timestamptz, evidence jsonb, changes jsonb, keys jsonb, has_keys_in_motion boolean)
      where ${domains}.id = finished.id and ${domains}.xmin = finished.version::xid
      returning ${domains}.id, ${domains}.project_id, ${domains}.name, ${domains}.region_key,
        finished.version, finished.checked_at, finished.evidence, finished.changes, finished.keys
    ), history as (
      insert into ${events} (project_id, domain_id, type, data, at)
      select updated.project_id, updated.id, change->>'type', change->'data', updated.checked_at
      from updated, jsonb_array_elements(updated.changes) with ordinality as list (change, place)
      order by updated.id, place
    ), identity as (
      update ${providerIdentities} set next_at = updated.checked_at, attempts = 0, revision = revision + 1 from updated
      where jsonb_array_length(updated.changes) > 0
        and ${providerIdentities}.region_key = updated.region_key and ${providerIdentities}.name = updated.name
    )${buildKeyChanges()}, kept as (
      insert into ${checks} (domain_id, checked_at, evidence) select id, checked_at, evidence from updated
      on conflict (domain_id) do update set checked_at = excluded.checked_at, evidence = excluded.evidence
    )
    select id, version from updated`);
  return new Set(stored.map(({ id, version }) => nameCheck({ id, rowVersion: version })));
}

function formatCheck({ seen, outcome }: CheckToStore): Record<string, unknown> {
  const { state, attempts, nextCheckAt, lease, lastCheckedAt, checkedAt, evidence, changes, keys } = outcome;
  return {
    id: seen.id,
    version: seen.rowVersion,
    status: state.status,
    ownership_verified: state.flags.ownership.value,
    dkim_enabled: state.flags.dkim.value,
    mail_from_enabled: state.flags.mailFrom.value,
    dmarc_enabled: state.flags.dmarc.value,
    verified_at: state.verifiedAt,
    state: formatState(state),
    attempts,
    next_check_at: nextCheckAt,
    lease_owner: lease?.owner ?? null,
    lease_until: lease?.until ?? null,
    last_checked_at: lastCheckedAt,
    checked_at: checkedAt,
    evidence,
    changes,
    keys: formatKeyUpdates(keys?.updates ?? []),
    has_keys_in_motion: keys?.hasKeysInMotion ?? null,
  };
}
