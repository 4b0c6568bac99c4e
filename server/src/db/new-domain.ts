import type { DomainState } from '../core/status.ts';
import type { Db } from './client.ts';
import type { StoredKey } from './dkim-keys.ts';
import type { DomainRow, StoredDomain } from './domains.ts';
import { sql } from './drizzle.ts';
import type { NewEvent } from './history.ts';
import { dkimKeys, domains, events } from './schema.ts';
import { formatState } from './stored-state.ts';

/** A domain that is being added, and its first key. */
export interface NewDomain {
  readonly domain: Pick<
    DomainRow,
    'id' | 'projectId' | 'name' | 'regionKey' | 'recordSettings' | 'ownershipToken' | 'createdAt'
  > & { readonly state: DomainState };
  readonly key: Pick<
    StoredKey,
    'id' | 'selector' | 'algorithm' | 'publicKey' | 'privateKeySealed' | 'secretKeyId' | 'createdAt'
  >;
  readonly event: NewEvent;
}

/**
 * Inserts a domain, its first key and the first line of its history, in one statement.
 * @returns null, and nothing is there, when the project has that name already. `hasKey` is false when the selector is taken
 *   for that name: then the key has to be inserted with another one, in the same transaction.
 */
export async function insertDomain(
  tx: Db,
  { domain, key, event }: NewDomain,
): Promise<{ readonly domain: StoredDomain; readonly hasKey: boolean } | null> {
  const { state, ...given } = domain;
  const row: DomainRow = {
    ...given,
    status: state.status,
    ownershipVerified: false,
    dkimEnabled: false,
    mailFromEnabled: false,
    dmarcEnabled: false,
    state: formatState(state),
    lastCheckedAt: given.createdAt,
    verifiedAt: null,
    attempts: 0,
    // Due at once: what is there already, before anything is published, is worth knowing.
    nextCheckAt: given.createdAt,
    leaseOwner: null,
    leaseUntil: null,
    dkimRotationDays: 0,
    hasKeysInMotion: false,
  };
  const added = tx
    .insert(domains)
    .values(row)
    .onConflictDoNothing({ target: [domains.projectId, domains.name] })
    .returning({
      id: domains.id,
      projectId: domains.projectId,
      name: domains.name,
      version: sql`xmin::text`.as('version'),
    });
  const at = sql`${key.createdAt.toISOString()}::timestamptz`;
  const { rows } = await tx.execute<{ version: string; has_key: boolean }>(sql`
    with added as ${added}, key as (
      insert into ${dkimKeys} (id, domain_id, domain_name, selector, algorithm, public_key, private_key_sealed, secret_key_id, stage, created_at, activated_at)
      select ${key.id}::text, id, name, ${key.selector}::text, ${key.algorithm}::text, ${key.publicKey}::text, ${key.privateKeySealed}::bytea, ${key.secretKeyId}::text, 'active', ${at}, ${at} from added
      on conflict (domain_name, selector) do nothing returning id
    ), history as (
      insert into ${events} (project_id, domain_id, type, data, at)
      select project_id, id, ${event.type}::text, ${JSON.stringify(event.data)}::jsonb, ${at} from added
    )
    select version, exists (select from key) as has_key from added`);
  const [found] = rows;
  if (!found) return null;
  const { selector, publicKey, createdAt: keyActiveSince } = key;
  return {
    domain: { ...row, state, selector, publicKey, keyActiveSince, rowVersion: found.version },
    hasKey: found.has_key,
  };
}
