import type { SQL } from 'drizzle-orm';
import type { Actor } from '../../core/audit/entry.ts';
import type { FrozenEvent } from '../../core/lifecycle/frozen-event.ts';
import { SENDING_STATUSES } from '../../core/lifecycle/sending-statuses.ts';
import type { DomainState } from '../../core/lifecycle/status.ts';
import type { Database } from '../client.ts';
import type { Db } from '../db.ts';
import { sql } from '../drizzle.ts';
import { isUniqueViolation } from '../failures.ts';
import { buildStatement } from '../prepared.ts';
import { dkimKeys, domains } from '../schema.ts';
import { formatState } from '../stored-state.ts';
import { findFreeName, type StoredKey } from './dkim-keys.ts';
import { ALL_COLUMNS, type DomainRow, nameColumns, readDomainRow, typeOf } from './domain-columns.ts';
import type { StoredDomain } from './domains.ts';
import { buildEventInsert, formatEvents, NO_MAIL } from './history.ts';

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
    | 'isTest'
    | 'dkimRotationDays'
    | 'autoPublish'
  > & { readonly state: DomainState };
  readonly key: Pick<
    StoredKey,
    'id' | 'selector' | 'algorithm' | 'publicKey' | 'privateKeySealed' | 'secretKeyId' | 'createdAt'
  > & {
    /** In place of `selector` where the name is verified in another project: that one's key stands in DNS at `selector`. */
    readonly otherSelector: string;
  };
  readonly event: FrozenEvent;
  /** The same where `otherSelector` is chosen. */
  readonly otherEvent: FrozenEvent;
  /** Who adds it; null for the service itself. */
  readonly actor: Actor | null;
}

/**
 * Inserts a domain, its first key and the first line of its history.
 * @returns null, and nothing is there, when the project has that name already. `hasKey` is false when another project added
 *   the name at the same moment: then the key has to be inserted by itself, in the same transaction.
 */
export async function insertDomain(
  tx: Db,
  given: NewDomain,
): Promise<{ readonly domain: StoredDomain; readonly hasKey: boolean } | null> {
  const values = toValues(given);
  const { rows } = await tx.execute<Inserted>(buildInsert((name) => values[name], sql`on conflict do nothing`));
  const [found] = rows;
  return found ? { domain: toStoredDomain(given, found), hasKey: found.has_key } : null;
}

/**
 * The same in a transaction of its own.
 * @returns null, and nothing is there, when the project has that name already
 */
export async function insertDomainAlone(db: Database, given: NewDomain): Promise<StoredDomain | null> {
  for (let tries = 1; ; tries += 1) {
    try {
      const [found] = await db.run<Inserted>(INSERT_ALONE, toValues(given));
      return found ? toStoredDomain(given, found) : null;
    } catch (error) {
      // Another project added the name at the same moment: now its row is seen.
      if (!isUniqueViolation(error) || tries === TRIES) throw error;
    }
  }
}

const TRIES = 5;

type Inserted = Record<string, unknown> & { has_key: boolean; selector: string };

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
  'isTest',
  'dkimRotationDays',
  'autoPublish',
  'eventSequence',
] as const;

function toValues({ domain, key, event, otherEvent, actor }: NewDomain) {
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
    otherSelector: key.otherSelector,
    algorithm: key.algorithm,
    publicKey: key.publicKey,
    privateKeySealed: key.privateKeySealed,
    secretKeyId: key.secretKeyId,
    eventSequence: 1,
    changes: formatEvents([event], actor),
    otherChanges: formatEvents([otherEvent], actor),
  };
}

function toStoredDomain({ domain, key }: NewDomain, inserted: Inserted): StoredDomain {
  return {
    ...readDomainRow(inserted),
    state: domain.state,
    selector: inserted.selector,
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
  const domainName = sql`${value('name')}::text`;
  const isOther = sql`chosen.selector = ${value('otherSelector')}::text`;
  const changes = sql`case when ${isOther} then ${value('otherChanges')}::jsonb else ${value('changes')}::jsonb end`;
  return sql`
    with chosen as (
      select case when exists (
        select 1 from ${domains} as other where other.name = ${domainName} and other.project_id <> ${value('projectId')}::text
          and not other.is_test and not ${value('isTest')}::boolean and other.status in (${sql.join(
            SENDING_STATUSES.map((status) => sql.raw(`'${status}'`)),
            sql`, `,
          )})
      ) then ${value('otherSelector')}::text else ${value('selector')}::text end as selector
    ), added as (
      insert into ${domains} (${nameColumns(GIVEN)}) values (${given})
      on conflict (project_id, name) do nothing returning ${nameColumns(ALL_COLUMNS)}
    ), key as (
      insert into ${dkimKeys} (id, domain_id, domain_name, selector, algorithm, public_key, private_key_sealed, secret_key_id, stage, created_at, activated_at)
      select ${value('keyId')}::text, id, ${findFreeName(domainName, sql`chosen.selector`)}, chosen.selector, ${value('algorithm')}::text, ${value('publicKey')}::text,
        ${value('privateKeySealed')}::bytea, ${value('secretKeyId')}::text, 'active', ${at}, ${at} from added, chosen
      ${onTakenSelector} returning id
    ), ${buildEventInsert(sql`(select project_id, id, ${at} as at, event_sequence, ${changes} as changes from added, chosen)`, NO_MAIL)}
    select ${nameColumns(ALL_COLUMNS)}, exists (select 1 from key) as has_key, chosen.selector from added, chosen`;
}

/** It fails as a whole where another project adds the name at the same moment. */
const INSERT_ALONE = buildStatement('insert_domain', buildInsert(sql.placeholder, sql.empty()));
