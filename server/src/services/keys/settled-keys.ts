import { formatDkimKeyRecord } from '../../core/records/dkim-key.ts';
import { buildTarget } from '../../core/records/key-slots.ts';
import type { Db } from '../../db/db.ts';
import type { StoredDomain } from '../../db/queries/domains.ts';
import { findKeyTarget } from '../../db/queries/keys-zone/key-targets.ts';
import type { DomainKey } from './domain-keys.ts';

/**
 * Finds which of a domain's keys every server of the keys zone has: their ids. Null for a domain whose keys stand in its own
 * zone.
 */
export async function findSettledKeys(
  db: Db,
  { id, recordSettings: { keysBelow } }: Pick<StoredDomain, 'id' | 'recordSettings'>,
  keys: readonly DomainKey[],
): Promise<ReadonlySet<string> | null> {
  if (keysBelow === undefined) return null;
  if (!keys.some(({ stage }) => stage === 'pending')) return new Set();
  const row = await findKeyTarget(db, id);
  if (!row?.settledAt) return new Set();
  const texts = new Map(row.targets.map(({ name, text }) => [name, text]));
  const isThere = ({ selector, publicKey }: DomainKey) =>
    texts.get(buildTarget(selector, keysBelow)) === formatDkimKeyRecord(publicKey);
  return new Set(keys.filter(isThere).map((key) => key.id));
}
