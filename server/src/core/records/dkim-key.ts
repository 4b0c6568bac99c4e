import type { DomainName } from '../ids.ts';
import type { TxtRecordToPublish } from './to-publish.ts';

/** The stages of a key's life, in their order. */
export const KEY_STAGES = ['pending', 'active', 'retiring', 'retired'] as const;

/**
 * Where a key stands: `pending` until every authoritative server has its record, `active` while mail is signed with it,
 * `retiring` while mail that it signed may still be under way, `retired` when its record may be removed.
 */
export type KeyStage = (typeof KEY_STAGES)[number];

/** What signs: `rsa` (RFC 6376 §3.3.1) always, `ed25519` (RFC 8463) beside it where there is one. Each has an active key of its own. */
export type KeyKind = 'rsa' | 'ed25519';

/** The kind of a key and, for RSA, the size of its modulus in bits, as it is stored. */
export type KeyAlgorithm = `rsa-${number}` | 'ed25519';

/** The sizes of RSA keys that are made here. Smaller ones come by import only (RFC 8301 §3.2). */
export const RSA_SIZES = [2048, 3072, 4096] as const;

/** Tells the kind of a key, the `k=` of its record. */
export function keyKindOf(algorithm: KeyAlgorithm): KeyKind {
  return algorithm === 'ed25519' ? 'ed25519' : 'rsa';
}

/** Tells the size of an RSA key's modulus in bits; null for Ed25519, which has one size. */
export function keyBitsOf(algorithm: KeyAlgorithm): number | null {
  return algorithm === 'ed25519' ? null : Number(algorithm.slice('rsa-'.length));
}

/** What the record of a key is made from. */
export interface KeyRecordInput {
  readonly domainName: DomainName | string;
  /** The selector, without `._domainkey`. */
  readonly selector: string;
  readonly algorithm: KeyAlgorithm;
  /** What stands in `p=`: base64 of the DER SubjectPublicKeyInfo (RSA), or of the bare 32 octets (Ed25519, RFC 8463 §4.2). */
  readonly publicKey: string;
}

/** What the record of a key is for, as the API and the files say it. */
export const KEY_PURPOSE = 'DKIM authentication';

/** Builds what stands before the domain in the name of a key's record (RFC 6376 §3.6.2.1). */
export function buildKeyPrefix(selector: string): string {
  return `${selector}._domainkey`;
}

/** Formats the text of a key's record. @param publicKey what stands in `p=`: see `KeyRecordInput` */
export function formatDkimKeyRecord(publicKey: string, kind: KeyKind = 'rsa'): string {
  return `v=DKIM1; k=${kind}; p=${publicKey}`;
}

/** Builds the record of a key: the one to publish, and the one that is looked for. */
export function buildKeyRecord({ domainName, selector, algorithm, publicKey }: KeyRecordInput): TxtRecordToPublish {
  return {
    name: `${buildKeyPrefix(selector)}.${domainName}`,
    value: formatDkimKeyRecord(publicKey, keyKindOf(algorithm)),
    type: 'TXT',
    purpose: KEY_PURPOSE,
  };
}

/** Builds the default selector of a further key, such as `autosend-20261125-9f`: the day (UTC) tells its age, the digits keep two of one day apart. */
export function buildDatedSelector(prefix: string, now: Date, suffix: string): string {
  return `${prefix}-${now.toISOString().slice(0, 10).replaceAll('-', '')}-${suffix}`;
}
