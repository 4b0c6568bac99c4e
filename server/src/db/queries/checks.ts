import type { Evidence } from '../../core/findings/evidence.ts';
import type { DomainId } from '../../core/ids.ts';
import type { Db } from '../client.ts';
import { sql } from '../drizzle.ts';
import { checks, domains, events, providerIdentities } from '../schema.ts';
import { formatState } from '../stored-state.ts';
import type { DomainUpdate, StoredDomain } from './domains.ts';
import type { NewEvent } from './history.ts';
import { buildKeyChanges, formatKeyUpdates, type KeyUpdate } from './key-changes.ts';

/** What a look leaves behind: the domain's next state, what was seen, and what changed. */
export interface LookOutcome extends DomainUpdate {
  readonly lastCheckedAt: Date;
  /** When the look was made: the time of its evidence and its changes. */
  readonly checkedAt: Date;
  readonly evidence: Evidence;
  readonly changes: readonly NewEvent[];
  /** The keys that changed, and whether any is in motion afterwards; left out where the look was not for further keys. */
  readonly keys?: { readonly updates: readonly KeyUpdate[]; readonly hasKeysInMotion: boolean };
}

/** A look that is to be stored, for a row as it was read. */
export interface NewLook {
  readonly seen: Pick<StoredDomain, 'id' | 'rowVersion'>;
  readonly outcome: LookOutcome;
}

/** The text that stands for a look among those that are stored. */
export function nameLook({ id, rowVersion }: NewLook['seen']): string {
  return `${id} ${rowVersion}`;
}

/**
 * Stores looks in one statement, which is a transaction: state, schedule, keys, evidence and history of each. Nothing is
 * stored of one whose row is no longer the one that was read.
 * @returns the names of those that were stored
 */
export async function storeLooks(db: Db, looks: readonly NewLook[]): Promise<Set<string>> {
  const rows = JSON.stringify(looks.map(formatLook));
  // Changes are numbered in their order: the history is read by its ids.
  const { rows: stored } = await db.execute<{ id: DomainId; version: string }>(sql`
    with updated as (
      update ${domains} set status = look.status, ownership_verified = look.ownership_verified, dkim_enabled = look.dkim_enabled,
        mail_from_enabled = look.mail_from_enabled, dmarc_enabled = look.dmarc_enabled, verified_at = look.verified_at,
        state = look.state, attempts = look.attempts, next_check_at = look.next_check_at, lease_owner = look.lease_owner,
        lease_until = look.lease_until, last_checked_at = look.last_checked_at,
        has_keys_in_motion = coalesce(look.has_keys_in_motion, ${domains}.has_keys_in_motion)
      from jsonb_to_recordset(${rows}::jsonb) as look (id text, version text, status text, ownership_verified boolean,
        dkim_enabled boolean, mail_from_enabled boolean, dmarc_enabled boolean, verified_at timestamptz, state jsonb, attempts integer,
        next_check_at timestamptz, lease_owner text, lease_until timestamptz, last_checked_at timestamptz,
        checked_at timestamptz, evidence jsonb, changes jsonb, keys jsonb, has_keys_in_motion boolean)
      where ${domains}.id = look.id and ${domains}.xmin = look.version::xid
      returning ${domains}.id, ${domains}.project_id, ${domains}.name, ${domains}.region_key,
        look.version, look.checked_at, look.evidence, look.changes, look.keys
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
  return new Set(stored.map(({ id, version }) => nameLook({ id, rowVersion: version })));
}

function formatLook({ seen, outcome }: NewLook): Record<string, unknown> {
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
