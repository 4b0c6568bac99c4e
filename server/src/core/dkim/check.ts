/*
 * Everything about DKIM keys. A published text is parsed (`tag-list.ts`, `key-record.ts`), compared with ours
 * (`compare-key.ts`), and, where it cannot be read, examined for the usual slips (`slips.ts`). Further keys of a
 * domain go through `key-check.ts`; `key-stages.ts` decides when a key is activated, retired or revoked. Imported
 * keys come in by `pem.ts` and `rsa-public-key.ts` and are refused by `rsa-weakness.ts`. Private keys are opened
 * in `crypto/` only.
 */

import { excerptOf, excerptsOf } from '../answers/quote-found.ts';
import type { Judgement } from '../judgement/judgement.ts';
import type { Observation } from '../judgement/observation.ts';
import { formatDkimKeyRecord, type KeyKind } from '../records/dkim-key.ts';
import { compareKey, countLostPluses, type ExpectedKey, isChangedCopy, measureRsaKey } from './compare-key.ts';
import { type DkimKeyRecord, parseDkimKeyRecord } from './key-record.ts';
import { observeBehind, observeUnreadable, removeQuotes } from './slips.ts';
import { removeFws } from './tag-list.ts';

/**
 * Judges the DKIM key record against the TXT records of one server. Right when exactly one TXT record stands at the name,
 * of whatever text, and it makes receivers accept signatures of our key; order, white space and chunks do not matter.
 * RFC 6376 §3.6.2.2: "TXT RRs MUST be unique for a particular selector name"; with two the result is undefined, and
 * receivers do take the other one.
 * @param expectedPublicKey base64, as it stands in `p=`: of the DER SubjectPublicKeyInfo, or of the 32 octets of an Ed25519 key
 * @param txt the TXT records at the name, character-strings joined (RFC 6376 §3.6.2.2), as latin1
 */
export function checkDkim(expectedPublicKey: string, txt: readonly string[], kind: KeyKind = 'rsa'): Judgement {
  const expected: ExpectedKey = { publicKey: expectedPublicKey, kind };
  const [text] = txt;
  if (text === undefined) return { status: 'missing', observations: [{ code: 'record_missing', facts: {} }] };
  if (txt.length === 1) return judgeText(expected, text);
  const split = observeSplit(expected, txt);
  return split === null
    ? { status: 'conflicting', observations: [observeSeveral(expected, txt)] }
    : { status: 'mismatched', observations: [split] };
}

/** No value is cut into more pieces than these by hand. */
const MAX_PARTS = 4;

/** Our value cut into several of the TXT records: its chunks were entered one by one. Null where it is not. */
function observeSplit(expected: ExpectedKey, txt: readonly string[]): Observation | null {
  const plain = (text: string) => removeFws(removeQuotes(text));
  const value = plain(formatDkimKeyRecord(expected.publicKey, expected.kind));
  // Short texts may be in it by chance, so that the longest come first.
  const pieces = txt
    .filter((text) => plain(text) !== '' && value.includes(plain(text)))
    .sort((a, b) => b.length - a.length)
    .slice(0, 2 * MAX_PARTS);
  const join = (rest: string, used: readonly string[]): readonly string[] | null => {
    if (rest === '') return used;
    if (used.length === MAX_PARTS) return null;
    for (const piece of pieces) {
      const isNext = !used.includes(piece) && rest.startsWith(plain(piece));
      const parts = isNext ? join(rest.slice(plain(piece).length), [...used, piece]) : null;
      if (parts !== null) return parts;
    }
    return null;
  };
  const parts = join(value, []);
  if (parts === null || parts.length === 1) return null;
  const others = txt.filter((text) => !parts.includes(text));
  // Our whole value is there as well, and stays.
  if (others.some((text) => judgeText(expected, text).status === 'verified')) return null;
  const beside = others.length > 0 ? { others: excerptsOf(others) } : {};
  return { code: 'value_truncated', facts: { what: 'split', parts: parts.length, ...beside } };
}

/** Several records: which of them is ours, so that nobody is told to delete that one. */
function observeSeveral(expected: ExpectedKey, txt: readonly string[]): Observation {
  const found = excerptsOf(txt);
  const shown = formatDkimKeyRecord(expected.publicKey, expected.kind);
  const right = txt.filter((text) => judgeText(expected, text).status === 'verified');
  const kept = right.find((text) => text === shown) ?? right[0];
  if (kept === undefined) return { code: 'multiple_records', facts: { found } };
  const at = txt.indexOf(kept);
  const others = txt.filter((_, index) => index !== at);
  // The very text again: its strings are cut otherwise, or the servers could not hold it twice (RFC 2181 §5).
  const isTwice = others.includes(kept);
  return { code: 'multiple_records', facts: { found, others: excerptsOf(others), ...(isTwice && { isTwice }) } };
}

/** OpenDKIM reads no more of a record than this, whatever stands behind. */
const MAX_READ_OCTETS = 1024;

function judgeText(expected: ExpectedKey, text: string): Judgement {
  const whole = judgeWhole(expected, text);
  if (whole.status !== 'verified' || text.length <= MAX_READ_OCTETS) return whole;
  if (judgeWhole(expected, text.slice(0, MAX_READ_OCTETS)).status === 'verified') return whole;
  const facts = { length: text.length, limit: MAX_READ_OCTETS };
  return { ...whole, observations: [...whole.observations, { code: 'dkim_record_too_long', facts }] };
}

function judgeWhole(expected: ExpectedKey, text: string): Judgement {
  const record = parseDkimKeyRecord(text);
  if ('problem' in record)
    return { status: 'mismatched', observations: [observeUnreadable(expected, text, record.problem)] };
  if (record.publicKey === '') return { status: 'mismatched', observations: [{ code: 'dkim_revoked', facts: {} }] };

  // What is said of a key that is not ours does not matter.
  const other = observeOtherKey(expected, record);
  if (other !== null) return { status: 'mismatched', observations: [other] };
  const errors: Observation[] = [];
  if (record.hashes !== null && !record.hashes.includes('sha256'))
    errors.push({ code: 'dkim_hash_excluded', facts: { found: excerptOf(record.hashes.join(':')) } });
  if (!record.services.includes('email') && !record.services.includes('*'))
    errors.push({ code: 'dkim_service_excluded', facts: { found: excerptOf(record.services.join(':')) } });
  const warnings: Observation[] = [];
  if (record.flags.includes('y')) warnings.push({ code: 'dkim_testing_flag', facts: {} });
  if (errors.length === 0) warnings.push(...observeRefusedTags(record));
  const missing = expected.publicKey.length - record.publicKey.length;
  if (record.key.isUnpadded) warnings.push({ code: 'dkim_key_unpadded', facts: { missing } });
  return { status: errors.length === 0 ? 'verified' : 'mismatched', observations: [...errors, ...warnings] };
}

/**
 * What is valid by RFC 6376 and some receivers refuse: dkimpy reads no list in `s=`, and
 * Mail::DKIM no blanks in `h=`, and it still has the `g=` of RFC 4871 §3.6.1.
 */
function observeRefusedTags({ services, granularity, hashText }: DkimKeyRecord): Observation[] {
  const list = services.join(':');
  return [
    ...(list === 'email' || list === '*' ? [] : [buildRefused('s', list)]),
    ...(hashText !== null && removeFws(hashText) !== hashText ? [buildRefused('h', hashText)] : []),
    ...(granularity === null || granularity === '*' ? [] : [buildRefused('g', granularity)]),
  ];
}

function buildRefused(tag: 's' | 'g' | 'h', found: string): Observation {
  return { code: 'dkim_tag_refused', facts: { tag, found: excerptOf(found) } };
}

function observeOtherKey(expected: ExpectedKey, { keyType, publicKey: found, key }: DkimKeyRecord): Observation | null {
  const likeness = compareKey(expected, key.octets);
  if (keyType !== expected.kind) {
    const isOurs = likeness !== 'other' || isChangedCopy(expected, found);
    const facts = { what: 'key_type', found: excerptOf(keyType), expected: expected.kind } as const;
    return { code: 'value_mismatch', facts: { ...facts, ...(isOurs && { isOurKey: true }) } };
  }
  if (likeness === 'same') return null;
  if (likeness === 'bare') return { code: 'dkim_key_form', facts: {} };
  const { publicKey } = expected;
  if (publicKey.startsWith(found))
    return { code: 'value_truncated', facts: { what: 'key', length: found.length, of: publicKey.length } };
  if (found.startsWith(publicKey))
    return { code: 'value_mismatch', facts: observeBehind(found.slice(publicKey.length)) };
  if (isChangedCopy(expected, found)) return { code: 'value_mismatch', facts: observeChange(publicKey, found) };
  const [bits, ourBits] = expected.kind === 'rsa' ? [measureRsaKey(found), measureRsaKey(publicKey)] : [];
  // RFC 8301 §3.2: at least 1024 bits, and 2048 are asked for.
  if (bits !== undefined && ourBits !== undefined && bits < Math.min(ourBits, 2048))
    return { code: 'dkim_weak_key', facts: { bits, ourBits } };
  return { code: 'value_mismatch', facts: { what: 'key', ...findDifference(publicKey, found) } };
}

/** How a copy of our key differs from it. */
function observeChange(ours: string, found: string) {
  if (found.toLowerCase() === ours.toLowerCase()) return { what: 'key_case' } as const;
  const count = countLostPluses(ours, found);
  if (count > 0) return { what: 'plus_lost', count } as const;
  const lengths = { length: found.length, of: ours.length };
  return { what: 'changed_key', ...findDifference(ours, found), ...lengths } as const;
}

function findDifference(ours: string, found: string) {
  let same = 0;
  while (same < found.length && found[same] === ours[same]) same++;
  return { at: same + 1, found: excerptOf(found.slice(same, same + 20)) };
}
