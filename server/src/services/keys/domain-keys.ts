import { isInMotion, type KeyChange, type KeyState } from '../../core/dkim/key-stages.ts';
import type { DomainEvent, KeyEventData } from '../../core/lifecycle/events.ts';
import { buildKeyRecord, keyKindOf } from '../../core/records/dkim-key.ts';
import type { Db } from '../../db/db.ts';
import { listKeys, type StoredKey } from '../../db/queries/dkim-keys.ts';
import type { StoredDomain } from '../../db/queries/domains.ts';

/** A key of a domain, as it is stored and as its life cycle sees it. */
export type DomainKey = StoredKey & KeyState;

/** Lists a domain's keys of all stages, newest first. */
export async function listDomainKeys(db: Db, domain: Pick<StoredDomain, 'id' | 'name'>): Promise<DomainKey[]> {
  return (await listKeys(db, domain)).map((key) => ({ ...key, kind: keyKindOf(key.algorithm) }));
}

/** Lists the keys whose records are to be published besides the one in `dnsRecords.dkim`, newest first: pending, retiring, and active Ed25519. */
export async function listFurtherKeys(
  db: Db,
  domain: Pick<StoredDomain, 'id' | 'name' | 'hasKeysInMotion'>,
): Promise<DomainKey[]> {
  return domain.hasKeysInMotion ? (await listDomainKeys(db, domain)).filter(isInMotion) : [];
}

/** Finds the key that stands in `dnsRecords.dkim`: the active RSA key. */
export function findPrimaryKey<K extends KeyState>(keys: readonly K[]): K | undefined {
  return keys.find(({ kind, stage }) => kind === 'rsa' && stage === 'active');
}

/** What a domain shows of the key that stands in `dnsRecords.dkim`. */
export function pickShown({ selector, publicKey }: StoredKey): Pick<StoredKey, 'selector' | 'publicKey'> {
  return { selector, publicKey };
}

/**
 * Notes of the key whose place another one took what is known of its record: until now it was the domain's own, and so it was
 * not looked for as a further one.
 * @param isFound whether that record was there when it was last checked
 */
export function keepObservation(
  before: readonly DomainKey[],
  keys: readonly DomainKey[],
  isFound: boolean,
): DomainKey[] {
  const primary = findPrimaryKey(before);
  return keys.map((key) =>
    isFound && key.id === primary?.id && key.stage === 'retiring' ? { ...key, observation: 'everywhere' } : key,
  );
}

/** Words changes of keys for the history. The name is there because a retired key's record is safe to remove, and revoked ones are gone. */
export function describeKeyChanges(keys: readonly DomainKey[], changes: readonly KeyChange[]): DomainEvent[] {
  return changes.flatMap(({ type, id }) => {
    const key = keys.find((each) => each.id === id);
    return key ? [{ type, data: describeKey(key) }] : [];
  });
}

/** What the history says of a key. */
export function describeKey(key: Pick<StoredKey, 'selector' | 'algorithm' | 'domainName' | 'publicKey'>): KeyEventData {
  const { name, value } = buildKeyRecord(key);
  const { selector, algorithm } = key;
  return { selector, type: keyKindOf(algorithm), name, algorithm, record: { name, type: 'TXT', value } };
}
