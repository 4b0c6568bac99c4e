import { excerptOf } from '../answers/quote-found.ts';
import type { DkimProblem } from '../judgement/problems.ts';
import { type DecodedBase64, decodeBase64 } from './base64.ts';
import { parseTagList, removeFws, splitColonList } from './tag-list.ts';

/** A valid DKIM key record (RFC 6376 §3.6.1), with the defaults filled in. */
export interface DkimKeyRecord {
  /** `k=`: `rsa` unless said otherwise. */
  readonly keyType: string;
  /** `p=` without white space; empty for a revoked key. */
  readonly publicKey: string;
  /** What `p=` holds. */
  readonly key: DecodedBase64;
  /** `h=`: the hash algorithms allowed; null allows all. */
  readonly hashes: readonly string[] | null;
  /** `h=` as it stands. */
  readonly hashText: string | null;
  /** `s=`: the services allowed; `*` unless said otherwise. */
  readonly services: readonly string[];
  /** `t=`: `y` for testing, `s` for no subdomains. */
  readonly flags: readonly string[];
  /** `g=`: which senders the key is for, by RFC 4871; RFC 6376 has it no more. Null where there is none. */
  readonly granularity: string | null;
}

/**
 * Parses a DKIM key record (RFC 6376 §3.6.1), or tells why it is none. Tag names and values are
 * case-sensitive (§3.2); unknown tags are ignored.
 * @param text the TXT record, character-strings joined, as latin1
 */
export function parseDkimKeyRecord(text: string): DkimKeyRecord | { readonly problem: DkimProblem } {
  const tags = parseTagList(text);
  if ('problem' in tags) return tags;
  const version = tags.get('v');
  if (version !== undefined && version !== 'DKIM1') return { problem: { what: 'version', found: excerptOf(version) } };
  if (version !== undefined && tags.keys().next().value !== 'v') return { problem: { what: 'version_not_first' } };
  const p = tags.get('p');
  if (p === undefined) return { problem: { what: 'no_key' } };
  const publicKey = removeFws(p);
  const key = decodeBase64(publicKey);
  if ('problem' in key) return key;
  const hashes = tags.get('h');
  return {
    keyType: tags.get('k') ?? 'rsa',
    publicKey,
    key,
    hashes: hashes === undefined ? null : splitColonList(hashes),
    hashText: hashes ?? null,
    services: splitColonList(tags.get('s') ?? '*'),
    flags: splitColonList(tags.get('t') ?? ''),
    granularity: tags.get('g') ?? null,
  };
}
