import type { SQL } from 'drizzle-orm';
import type { DomainEvent } from '../../core/lifecycle/events.ts';
import type { DomainState } from '../../core/lifecycle/status.ts';
import type { Database } from '../client.ts';
import type { Db } from '../db.ts';
import { sql } from '../drizzle.ts';
import { isUniqueViolation } from '../failures.ts';
import { buildStatement } from '../prepared.ts';
import { dkimKeys, domains } from '../schema.ts';
import { formatState } from '../stored-state.ts';
import type { StoredKey } from './dkim-keys.ts';
import { ALL_COLUMNS, type DomainRow, nameColumns, readDomainRow, typeOf } from './domain-columns.ts';
import type { StoredDomain } from './domains.ts';
import { buildEventInsert, formatEvents } from './history.ts';

/** A domain that is being added, and its first key. */
export interface NewDomain {
  readonly domain: Pick<
    DomainRow,
    | 'id'
    | 'projectId'
    | 'name'
    | 'regionKey'
    | 'recordSettings'
    | 'ownershipToken'
    | 'createdAt'
    | 'nextCheckAt'
    | 'unicodeName'
    | 'externalId'
    | 'metadata'
  > & { readonly state: DomainState };
  readonly key: Pick<
    StoredKey,
    'id' | 'selector' | 'algorithm' | 'publicKey' | 'privateKeySealed' | 'secretKeyId' | 'createdAt'
  >;
  readonly event: DomainEvent;
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

type Inserted = Record<string, unknown> & { has_key: boolean };

/** The columns that are given; the others have their defaults. */
const GIVEN = [
  'id',
  'projectId',
  'name',
  'regionKey',
  'recordSettings',
  'ownershipToken',
  'status',
  'state',
  'createdAt',
  'lastCheckedAt',
  'nextCheckAt',
  'unicodeName',
  'externalId',
  'metadata',
] as const;

function toValues({ domain, key, event }: NewDomain) {
  return {
    ...domain,
    recordSettings: JSON.stringify(domain.recordSettings),
    status: domain.state.status,
    state: JSON.stringify(formatState(domain.state)),
    createdAt: domain.createdAt.toISOString(),
    lastCheckedAt: domain.createdAt.toISOString(),
    nextCheckAt: domain.nextCheckAt?.toISOString() ?? null,
    metadata: domain.metadata && JSON.stringify(domain.metadata),
    keyId: key.id,
    selector: key.selector,
    algorithm: key.algorithm,
    publicKey: key.publicKey,
    privateKeySealed: key.privateKeySealed,
    secretKeyId: key.secretKeyId,
    changes: formatEvents([event]),
  };
}

function toStoredDomain({ domain, key }: NewDomain, inserted: Inserted): StoredDomain {
  return {
    ...readDomainRow(inserted),
    state: domain.state,
    selector: key.selector,
    publicKey: key.publicKey,
    keyActiveSince: key.createdAt,
  };
}

/** @param value gives a value, or what stands for it */
function buildInsert(value: (name: keyof ReturnType<typeof toValues>) => unknown, onTakenSelector: SQL): SQL {
  const at = sql`${value('createdAt')}::timestamptz`;
  const given = sql.join(
    GIVEN.map((column) => sql`${value(column)}::${typeOf(column)}`),
    sql`, `,
  );
  return sql`
    with added as (
      insert into ${domains} (${nameColumns(GIVEN)}) values (${given})
      on conflict (project_id, name) do nothing returning ${nameColumns(ALL_COLUMNS)}
    ), key as (
      insert into ${dkimKeys} (id, domain_id, domain_name, selector, algorithm, public_key, private_key_sealed, secret_key_id, stage, created_at, activated_at)
      select ${value('keyId')}::text, id, name, ${value('selector')}::text, ${value('algorithm')}::text, ${value('publicKey')}::text,
        ${value('privateKeySealed')}::bytea, ${value('secretKeyId')}::text, 'active', ${at}, ${at} from added
      ${onTakenSelector} returning id
    ), history as (
      ${buildEventInsert(sql`(select project_id, id, ${at} as at, ${value('changes')}::jsonb as changes from added)`)}
    )
    select ${nameColumns(ALL_COLUMNS)}, exists (select from key) as has_key from added`;
}

/** It fails as a whole where the selector is taken. */
const INSERT_ALONE = buildStatement('insert_domain', buildInsert(sql.placeholder, sql.empty()));
