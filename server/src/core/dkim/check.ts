import { excerptOf, excerptsOf } from '../answers/quote-found.ts';
import type { Judgement } from '../judgement/judgement.ts';
import type { Observation } from '../judgement/observation.ts';
import type { DkimProblem } from '../judgement/problems.ts';
import { formatDkimKeyRecord, type KeyKind } from '../records/dkim-key.ts';
import { parseRsaPublicKey } from './rsa-public-key.ts';
import { parseTagList, removeFws, splitColonList } from './tag-list.ts';

/** A valid DKIM key record (RFC 6376 §3.6.1), with the defaults filled in. */
export interface DkimKeyRecord {
  /** `k=`: `rsa` unless said otherwise. */
  readonly keyType: string;
  /** `p=` without white space; empty for a revoked key. */
  readonly publicKey: string;
  /** `h=`: the hash algorithms allowed; null allows all. */
  readonly hashes: readonly string[] | null;
  /** `s=`: the services allowed; `*` unless said otherwise. */
  readonly services: readonly string[];
  /** `t=`: `y` for testing, `s` for no subdomains. */
  readonly flags: readonly string[];
}

/** The key that a record should hold. */
interface ExpectedKey {
  readonly publicKey: string;
  readonly kind: KeyKind;
}

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

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
  if (!BASE64.test(publicKey) || (publicKey.endsWith('=') && publicKey.length % 4 !== 0))
    return { problem: { what: 'not_base64' } };
  const hashes = tags.get('h');
  return {
    keyType: tags.get('k') ?? 'rsa',
    publicKey,
    hashes: hashes === undefined ? null : splitColonList(hashes),
    services: splitColonList(tags.get('s') ?? '*'),
    flags: splitColonList(tags.get('t') ?? ''),
  };
}

/**
 * Judges the DKIM key record against the TXT records of one server. Right when exactly one of them is a key record and
 * it makes receivers accept signatures of our key; order, white space and chunks do not matter, nor does text beside it
 * that is no key record.
 * @param expectedPublicKey base64, as it stands in `p=`: of the DER SubjectPublicKeyInfo, or of the 32 octets of an Ed25519 key
 * @param txt the TXT records at the name, character-strings joined (RFC 6376 §3.6.2.2), as latin1
 */
export function checkDkim(expectedPublicKey: string, txt: readonly string[], kind: KeyKind = 'rsa'): Judgement {
  const expected: ExpectedKey = { publicKey: expectedPublicKey, kind };
  if (txt.length === 0) return { status: 'missing', observations: [{ code: 'record_missing', facts: {} }] };
  const records = txt.filter(isMeantAsKeyRecord);
  const [record] = records;
  if (records.length > 1)
    // RFC 6376 §3.6.2.2: "TXT RRs MUST be unique for a particular selector name"; with two the result is undefined.
    return {
      status: 'conflicting',
      observations: [{ code: 'multiple_records', facts: { found: excerptsOf(records) } }],
    };
  if (record === undefined) return { status: 'mismatched', observations: [observeOtherText(expected, txt)] };
  if (isSplitOverRecords(expected, record, txt))
    return { status: 'mismatched', observations: [{ code: 'value_truncated', facts: { what: 'split' } }] };
  return judgeKeyRecord(expected, record);
}

/** Whether what is cut off from the key record stands in a TXT record of its own: the chunks were entered one by one. */
function isSplitOverRecords(expected: ExpectedKey, record: string, txt: readonly string[]): boolean {
  const head = removeFws(record);
  const whole = removeFws(formatDkimKeyRecord(expected.publicKey, expected.kind));
  return whole.startsWith(head) && txt.some((text) => text !== record && head + removeFws(text) === whole);
}

/** Whether a text claims to be a key record, valid or not. Receivers discard one with another `v=` (RFC 6376 §3.6.1). */
function isMeantAsKeyRecord(text: string): boolean {
  const start = /^[\s"]*v\s*=\s*([A-Za-z0-9.]*)/i.exec(text)?.[1];
  if (start !== undefined) return /^DKIM/i.test(start);
  return /(?:^|[;"])\s*p\s*=/.test(text);
}

function judgeKeyRecord(expected: ExpectedKey, text: string): Judgement {
  const record = parseDkimKeyRecord(text);
  if ('problem' in record)
    return { status: 'mismatched', observations: [observeProblem(expected, text, record.problem)] };
  if (record.publicKey === '') return { status: 'mismatched', observations: [{ code: 'dkim_revoked', facts: {} }] };

  // What is said of a key that is not ours does not matter.
  const other = observeOtherKey(expected, record);
  if (other !== null) return { status: 'mismatched', observations: [other] };
  const errors: Observation[] = [];
  if (record.hashes !== null && !record.hashes.includes('sha256'))
    errors.push({ code: 'dkim_hash_excluded', facts: { found: excerptOf(record.hashes.join(':')) } });
  if (!record.services.includes('email') && !record.services.includes('*'))
    errors.push({ code: 'dkim_service_excluded', facts: { found: excerptOf(record.services.join(':')) } });
  const testing: Observation[] = record.flags.includes('y') ? [{ code: 'dkim_testing_flag', facts: {} }] : [];
  return { status: errors.length === 0 ? 'verified' : 'mismatched', observations: [...errors, ...testing] };
}

function isSameKey(expected: ExpectedKey, found: string): boolean {
  if (expected.publicKey === found) return true;
  const octets = Buffer.from(expected.publicKey, 'base64');
  if (expected.kind === 'ed25519') return octets.equals(Buffer.from(found, 'base64'));
  const expectedKey = parseRsaPublicKey(octets);
  const foundKey = parseRsaPublicKey(Buffer.from(found, 'base64'));
  return (
    expectedKey !== null &&
    foundKey !== null &&
    expectedKey.modulusHex === foundKey.modulusHex &&
    expectedKey.exponentHex === foundKey.exponentHex
  );
}

function observeOtherKey(expected: ExpectedKey, { keyType, publicKey: found }: DkimKeyRecord): Observation | null {
  if (keyType !== expected.kind)
    return {
      code: 'value_mismatch',
      facts: { what: 'key_type', found: excerptOf(keyType), expected: expected.kind },
    };
  if (isSameKey(expected, found)) return null;
  const { publicKey } = expected;
  if (publicKey.startsWith(found))
    return { code: 'value_truncated', facts: { what: 'key', length: found.length, of: publicKey.length } };
  const [bits, ourBits] = expected.kind === 'rsa' ? [measureRsaKey(found), measureRsaKey(publicKey)] : [];
  // RFC 8301 §3.2: at least 1024 bits, and 2048 are asked for.
  if (bits !== undefined && ourBits !== undefined && bits < Math.min(ourBits, 2048))
    return { code: 'dkim_weak_key', facts: { bits, ourBits } };
  if (found.startsWith(publicKey))
    return { code: 'value_mismatch', facts: { what: 'text_after_key', extra: found.length - publicKey.length } };
  let same = 0;
  while (same < found.length && found[same] === publicKey[same]) same++;
  return {
    code: 'value_mismatch',
    facts: { what: 'key', at: same + 1, found: excerptOf(found.slice(same, same + 20)) },
  };
}

function measureRsaKey(publicKey: string): number | undefined {
  return parseRsaPublicKey(Buffer.from(publicKey, 'base64'))?.modulusBits;
}

/** A record that means to be a key record and is not: names the pasting mistake if taking it back makes it right. */
function observeProblem(expected: ExpectedKey, text: string, problem: DkimProblem): Observation {
  const found = excerptOf(text);
  const whole = formatDkimKeyRecord(expected.publicKey, expected.kind);
  const compact = removeFws(text);
  if (compact !== '' && removeFws(whole).startsWith(compact.replace(/;$/, '')))
    return {
      code: 'value_truncated',
      facts: { what: 'record', length: text.length, of: whole.length, found },
    };
  const withoutQuotes = text.replaceAll('"', '');
  if (withoutQuotes !== text && isRight(expected, withoutQuotes.replaceAll('\\', '')))
    return { code: 'value_quoted', facts: { found } };
  if (isRight(expected, text.replaceAll('\\', '')))
    return { code: 'value_mismatch', facts: { what: 'backslashes', found } };
  return { code: 'value_mismatch', facts: { what: 'unreadable_key', problem, found } };
}

function isRight(expected: ExpectedKey, text: string): boolean {
  const record = parseDkimKeyRecord(text);
  return !('problem' in record) && record.keyType === expected.kind && isSameKey(expected, record.publicKey);
}

/** Text at the name that does not mean to be a key record; the key alone, without its tags, is told by name. */
function observeOtherText(expected: ExpectedKey, txt: readonly string[]): Observation {
  const isBareKey = txt.some((text) => {
    const bare = removeFws(text).replaceAll('"', '');
    return BASE64.test(bare) && isSameKey(expected, bare);
  });
  return {
    code: 'value_mismatch',
    facts: isBareKey
      ? { what: 'bare_key', expected: expected.kind }
      : { what: 'no_key_record', found: excerptsOf(txt) },
  };
}
