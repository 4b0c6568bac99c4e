import { sql } from '../drizzle.ts';
import { dkimKeys } from '../schema.ts';
import type { StoredKey } from './dkim-keys.ts';

/** What may change of a key. */
export type KeyUpdate = Pick<
  StoredKey,
  'id' | 'stage' | 'publishedAt' | 'activatedAt' | 'retireAt' | 'retiredAt' | 'revokedAt' | 'observation'
>;

/** Words changes of keys for `buildKeyChanges`. */
export function formatKeyUpdates(keys: readonly KeyUpdate[]): Record<string, unknown>[] {
  return keys.map((key) => ({
    id: key.id,
    stage: key.stage,
    published_at: key.publishedAt,
    activated_at: key.activatedAt,
    retire_at: key.retireAt,
    retired_at: key.retiredAt,
    revoked_at: key.revokedAt,
    sight: key.observation,
  }));
}

/**
 * Writes changes of domains' keys as further parts of a statement whose `updated` has the domains' ids and, in `keys`, their
 * changes as jsonb: they stand or fall with the domain. Keys that leave `active` are written before the one that becomes
 * it, since two are refused at any moment. The private half of a revoked key is wiped.
 */
export function buildKeyChanges(): ReturnType<typeof sql> {
  const columns = sql`stage = change.stage, published_at = change.published_at, activated_at = change.activated_at,
    retire_at = change.retire_at, retired_at = change.retired_at, revoked_at = change.revoked_at, sight = change.sight,
    private_key_sealed = case when change.revoked_at is null then ${dkimKeys}.private_key_sealed else ''::bytea end`;
  const isThisKey = sql`${dkimKeys}.id = change.id and ${dkimKeys}.domain_id = change.domain_id`;
  return sql`, key_changes as (
      select updated.id as domain_id, change.* from updated, (select count(*) from updated) as first, jsonb_to_recordset(updated.keys) as change (id text, stage text,
        published_at timestamptz, activated_at timestamptz, retire_at timestamptz, retired_at timestamptz, revoked_at timestamptz, sight text)
    ), inactive_keys as (
      update ${dkimKeys} set ${columns} from key_changes change
      where ${isThisKey} and change.stage <> 'active' returning ${dkimKeys}.id
    ), active_keys as (
      update ${dkimKeys} set ${columns} from key_changes change, (select count(*) from inactive_keys) as first
      where ${isThisKey} and change.stage = 'active' returning ${dkimKeys}.id
    )`;
}
