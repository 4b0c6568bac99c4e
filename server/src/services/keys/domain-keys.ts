import { isInMotion, type KeyChange, type KeyState } from '../../core/dkim/key-stages.ts';
import type { DomainEvent, KeyEventData } from '../../core/lifecycle/events.ts';
import { buildKeyRecord, type KeyStage, keyKindOf } from '../../core/records/dkim-key.ts';
import { buildSlotRecord, type KeyRecord, listSlotSelectors } from '../../core/records/key-slots.ts';
import type { Db } from '../../db/db.ts';
import { listKeys, type StoredKey } from '../../db/queries/dkim-keys.ts';
import type { StoredDomain } from '../../db/queries/domains.ts';
import { buildSecondRecordOf } from '../domain-object/domain-records.ts';

/** A key of a domain, as it is stored and as its life cycle sees it. */
export type DomainKey = StoredKey & KeyState;

/** Lists a domain's keys of all stages, newest first. */
export async function listDomainKeys(db: Db, domain: Pick<StoredDomain, 'id' | 'name'>): Promise<DomainKey[]> {
  return (await listKeys(db, domain)).map((key) => ({ ...key, kind: keyKindOf(key.algorithm) }));
}

/** Lists the keys that a check needs besides the active RSA key: all of them where any is in motion or they are found by CNAMEs, else none. */
export async function listKeysToCheck(
  db: Db,
  domain: Pick<StoredDomain, 'id' | 'name' | 'hasKeysInMotion' | 'recordSettings'>,
): Promise<DomainKey[]> {
  const isNeeded = domain.hasKeysInMotion || domain.recordSettings.keysBelow !== undefined;
  return isNeeded ? listDomainKeys(db, domain) : [];
}

/** Lists the keys whose own records are to be published besides the one in `dnsRecords.dkim`, newest first: pending, retiring, and active Ed25519. None where two CNAMEs lead to all keys. */
export async function listFurtherKeys(db: Db, domain: StoredDomain): Promise<DomainKey[]> {
  if (domain.recordSettings.keysBelow !== undefined) return [];
  return (await listKeysToCheck(db, domain)).filter(isInMotion);
}

/** A DKIM record to publish besides the one in `dnsRecords.dkim`. */
export interface FurtherRecord {
  readonly selector: string;
  readonly record: KeyRecord;
  /** Of the key that it is for; null where it is the second CNAME and no key is behind it. */
  readonly stage: KeyStage | null;
}

/**
 * Lists the DKIM records to publish besides the one in `dnsRecords.dkim`: of pending, retiring, and active Ed25519 keys, newest
 * first; or the second CNAME, whatever is behind it.
 * @param keys as `listKeysToCheck` gives them
 */
export function listFurtherRecords(domain: StoredDomain, keys: readonly DomainKey[]): FurtherRecord[] {
  const second = buildSecondRecordOf(domain);
  if (second === null) return keys.filter(isInMotion).map((key) => ({ ...key, record: buildKeyRecord(key) }));
  const [, selector] = listSlotSelectors(domain.selector);
  const behind = keys.find((key) => key.selector === selector && key.stage !== 'retired');
  return [{ selector, record: second, stage: behind?.stage ?? null }];
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
export function describeKeyChanges(
  domain: KeyHolder,
  keys: readonly DomainKey[],
  changes: readonly KeyChange[],
): DomainEvent[] {
  return changes.flatMap(({ type, id }) => {
    const key = keys.find((each) => each.id === id);
    return key ? [{ type, data: describeKey(domain, key) }] : [];
  });
}

/** What of a domain decides how its keys are published. */
type KeyHolder = Pick<StoredDomain, 'name' | 'recordSettings'>;

/** Builds what the owner of a domain publishes for one of its keys: the key, or the CNAME that leads to it. */
export function buildRecordOfKey(
  { name, recordSettings: { keysBelow } }: KeyHolder,
  key: Pick<StoredKey, 'selector' | 'algorithm' | 'publicKey'>,
): KeyRecord {
  return keysBelow === undefined
    ? buildKeyRecord({ ...key, domainName: name })
    : buildSlotRecord(name, key.selector, keysBelow);
}

/** What the history says of a key. */
export function describeKey(
  domain: KeyHolder,
  key: Pick<StoredKey, 'selector' | 'algorithm' | 'publicKey'>,
): KeyEventData {
  const { name, type, value } = buildRecordOfKey(domain, key);
  const { selector, algorithm } = key;
  return { selector, type: keyKindOf(algorithm), name, algorithm, record: { name, type, value } };
}
