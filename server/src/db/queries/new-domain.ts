import type { SQL } from 'drizzle-orm';
import type { DomainState } from '../../core/lifecycle/status.ts';
import type { Database } from '../client.ts';
import type { Db } from '../db.ts';
import { sql } from '../drizzle.ts';
import { isUniqueViolation } from '../failures.ts';
import { buildStatement } from '../prepared.ts';
import { dkimKeys, domains, events } from '../schema.ts';
import { formatState } from '../stored-state.ts';
import type { StoredKey } from './dkim-keys.ts';
import type { DomainRow, StoredDomain } from './domains.ts';
import type { NewEvent } from './history.ts';

/** A domain that is being added, and its first key. */
export interface NewDomain {
  readonly domain: Pick<
    DomainRow,
    'id' | 'projectId' | 'name' | 'regionKey' | 'recordSettings' | 'ownershipToken' | 'createdAt' | 'nextCheckAt'
  > & { readonly state: DomainState };
  readonly key: Pick<
    StoredKey,
    'id' | 'selector' | 'algorithm' | 'publicKey' | 'privateKeySealed' | 'secretKeyId' | 'createdAt'
  >;
  readonly event: NewEvent;
}

/**
 * Inserts a domain, its first key and the first line of its history.
 * @returns null, and nothing is there, when the project has that name already. `hasKey` is false when the selector is taken
 *   for that name: then the key has to be inserted with another one, in the same transaction.
 */
export async function insertDomain(
  tx: Db,
  given: NewDomain,
): Promise<{ readonly domain: StoredDomain; readonly hasKey: boolean } | null> {
  const values = toValues(given);
  const keyIfFree = sql`on conflict (domain_name, selector) do nothing`;
  const { rows } = await tx.execute<Inserted>(buildInsert((name) => values[name], keyIfFree));
  const [found] = rows;
  return found ? { domain: toStoredDomain(given, found), hasKey: found.has_key } : null;
}

/**
 * The same in a transaction of its own.
 * @returns null, and nothing is there, when the project has that name already; nothing is there either when the selector is
 *   taken for that name
 */
export async function insertDomainAlone(
  db: Database,
  given: NewDomain,
): Promise<StoredDomain | 'selector-taken' | null> {
  try {
    const [found] = await db.run<Inserted>(INSERT_ALONE, toValues(given));
    return found ? toStoredDomain(given, found) : null;
  } catch (error) {
    if (isUniqueViolation(error)) return 'selector-taken';
    throw error;
  }
}

type Inserted = { version: string; has_key: boolean };

function toValues({ domain, key, event }: NewDomain) {
  return {
    ...domain,
    recordSettings: JSON.stringify(domain.recordSettings),
    status: domain.state.status,
    state: JSON.stringify(formatState(domain.state)),
    createdAt: domain.createdAt.toISOString(),
    nextCheckAt: domain.nextCheckAt?.toISOString() ?? null,
    keyId: key.id,
    selector: key.selector,
    algorithm: key.algorithm,
    publicKey: key.publicKey,
    privateKeySealed: key.privateKeySealed,
    secretKeyId: key.secretKeyId,
    eventType: event.type,
    eventData: JSON.stringify(event.data),
  };
}

function toStoredDomain({ domain, key }: NewDomain, { version }: Inserted): StoredDomain {
  return {
    ...domain,
    status: domain.state.status,
    ownershipVerified: false,
    dkimEnabled: false,
    mailFromEnabled: false,
    dmarcEnabled: false,
    lastCheckedAt: domain.createdAt,
    verifiedAt: null,
    attempts: 0,
    leaseOwner: null,
    leaseUntil: null,
    dkimRotationDays: 0,
    hasKeysInMotion: false,
    selector: key.selector,
    publicKey: key.publicKey,
    keyActiveSince: key.createdAt,
    rowVersion: version,
  };
}

/** @param value gives a value, or what stands for it */
function buildInsert(value: (name: keyof ReturnType<typeof toValues>) => unknown, onTakenSelector: SQL): SQL {
  const at = sql`${value('createdAt')}::timestamptz`;
  return sql`
    with added as (
      insert into ${domains} (id, project_id, name, region_key, record_settings, ownership_token, status, state, created_at, last_checked_at, next_check_at)
      values (${value('id')}::text, ${value('projectId')}::text, ${value('name')}::text, ${value('regionKey')}::text, ${value('recordSettings')}::jsonb,
        ${value('ownershipToken')}::text, ${value('status')}::text, ${value('state')}::jsonb, ${at}, ${at}, ${value('nextCheckAt')}::timestamptz)
      on conflict (project_id, name) do nothing returning id, project_id, name, xmin::text as version
    ), key as (
      insert into ${dkimKeys} (id, domain_id, domain_name, selector, algorithm, public_key, private_key_sealed, secret_key_id, stage, created_at, activated_at)
      select ${value('keyId')}::text, id, name, ${value('selector')}::text, ${value('algorithm')}::text, ${value('publicKey')}::text,
        ${value('privateKeySealed')}::bytea, ${value('secretKeyId')}::text, 'active', ${at}, ${at} from added
      ${onTakenSelector} returning id
    ), history as (
      insert into ${events} (project_id, domain_id, type, data, at)
      select project_id, id, ${value('eventType')}::text, ${value('eventData')}::jsonb, ${at} from added
    )
    select version, exists (select from key) as has_key from added`;
}

/** It fails as a whole where the selector is taken. */
const INSERT_ALONE = buildStatement('insert_domain', buildInsert(sql.placeholder, sql.empty()));
