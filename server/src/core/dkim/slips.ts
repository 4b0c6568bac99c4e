import { listOddCharacters, readCharacters, removeOddCharacters } from '../answers/odd-characters.ts';
import { excerptOf } from '../answers/quote-found.ts';
import type { FindingFacts, Observation } from '../judgement/observation.ts';
import type { DkimProblem } from '../judgement/problems.ts';
import { formatDkimKeyRecord } from '../records/dkim-key.ts';
import { decodeBase64 } from './base64.ts';
import { compareKey, countLostPluses, type ExpectedKey } from './compare-key.ts';
import { parseDkimKeyRecord } from './key-record.ts';
import { findBehind, parseTagList, removeFws } from './tag-list.ts';

/**
 * Names what happened to a text at the selector that receivers cannot read as a key record: the slip that makes it our
 * record when it is taken back. Where none does, it is told what receivers stumble over, if the text means to be a key record.
 */
export function observeUnreadable(expected: ExpectedKey, text: string, problem: DkimProblem): Observation {
  return (
    observeTruncated(expected, text) ??
    observeQuotes(expected, text) ??
    observeSlip(expected, text, problem) ??
    observeCase(expected, text) ??
    observeLostPluses(expected, text) ??
    observeBareKey(expected, text) ??
    observePart(expected, text) ??
    observeNote(expected, text) ?? { code: 'value_mismatch', facts: describeProblem(text, problem) }
  );
}

/** Cut off where a panel, a zone file or a hand stopped: it is the start of our value, with or without quotation marks. */
function observeTruncated(expected: ExpectedKey, text: string): Observation | null {
  const whole = { of: formatDkimKeyRecord(expected.publicKey, expected.kind).length, found: excerptOf(text) };
  const length = measureStart(expected, removeQuotes(text));
  if (length === null) return null;
  if (removeQuotes(text) !== text)
    return { code: 'value_truncated', facts: { what: 'quoted_record', length, ...whole } };
  const key = removeFws(findKey(text) ?? '');
  return key === ''
    ? { code: 'value_truncated', facts: { what: 'record', length, ...whole } }
    : { code: 'value_truncated', facts: { what: 'key', length: key.length, of: expected.publicKey.length } };
}

/** How many characters of our value a text holds whose first part it is; null where it is not, or is all of it. */
function measureStart({ publicKey, kind }: ExpectedKey, text: string): number | null {
  const value = formatDkimKeyRecord(publicKey, kind);
  const key = removeFws(findKey(text) ?? '');
  const missing = publicKey.length - key.length;
  if (key !== '') return missing > 0 && publicKey.startsWith(key) ? value.length - missing : null;
  const [found, whole] = [removeFws(text), removeFws(value)];
  const start = whole.startsWith(found) ? found : found.replace(/;$/, '');
  const isStart = start !== '' && start.length < whole.length && whole.startsWith(start);
  return isStart ? findBehind(value, start.length) : null;
}

/** What is shorter may be in our value by chance. */
const SHORTEST_PART = 16;

/** A part of our value from further behind, such as the second of its two strings. */
function observePart({ publicKey, kind }: ExpectedKey, text: string): Observation | null {
  const value = formatDkimKeyRecord(publicKey, kind);
  const part = removeFws(removeQuotes(text));
  const at = part.length < SHORTEST_PART ? -1 : removeFws(value).indexOf(part);
  if (at <= 0) return null;
  const [from, to] = [findBehind(value, at + 1), findBehind(value, at + part.length)];
  return { code: 'value_truncated', facts: { what: 'part', from, to, of: value.length, found: excerptOf(text) } };
}

/** Removes what panels and zone files put around strings: base64 has none of it. */
export function removeQuotes(text: string): string {
  return text.replace(/["'\\]/g, '');
}

/** Text behind our key, such as a note. What could be base64 is told by its length. */
function observeNote({ publicKey }: ExpectedKey, text: string): Observation | null {
  const key = findKey(text) ?? '';
  const note = key.slice(findBehind(key, publicKey.length)).trim();
  if (!removeFws(key).startsWith(publicKey) || !/[^A-Za-z0-9+/=\s]/.test(note)) return null;
  return { code: 'value_mismatch', facts: observeBehind(note) };
}

/** Text that stands behind our key and does not belong to it. */
export function observeBehind(text: string): FindingFacts['value_mismatch'] {
  return { what: 'text_after_key', extra: text.length, text: excerptOf(text) };
}

/** What stands in `p=` of a text that can be read as a tag list; undefined where there is none. */
function findKey(text: string): string | undefined {
  const tags = parseTagList(text);
  return 'problem' in tags ? undefined : tags.get('p');
}

function observeQuotes(expected: ExpectedKey, text: string): Observation | null {
  if (!/["']/.test(text) || !isOurs(expected, removeQuotes(text))) return null;
  return { code: 'value_quoted', facts: { found: excerptOf(text) } };
}

/** Ways in which a pasted text was spoilt, each with what takes it back; the more particular come first. */
const SLIPS: readonly {
  readonly what: Extract<FindingFacts['value_mismatch']['what'], SlipName>;
  readonly undo: (text: string, expected: ExpectedKey) => string | null;
}[] = [
  { what: 'backslashes', undo: (text) => text.replaceAll('\\', '') },
  { what: 'odd_characters', undo: removeOdd },
  { what: 'zone_file_line', undo: takeFromZoneFile },
  { what: 'pem_armor', undo: removeArmor },
  { what: 'tag_case', undo: lowerTags },
  { what: 'separators', undo: repairSeparators },
  { what: 'text_before', undo: (text) => takeFrom(text, text.search(/v\s*=\s*DKIM1/i)) },
  { what: 'pasted_twice', undo: takeHalf },
];

type SlipName =
  | 'backslashes'
  | 'odd_characters'
  | 'zone_file_line'
  | 'pem_armor'
  | 'tag_case'
  | 'separators'
  | 'text_before'
  | 'pasted_twice';

function observeSlip(expected: ExpectedKey, text: string, problem: DkimProblem): Observation | null {
  // What stands before "v=" is a tag of the record then.
  const slips = SLIPS.filter(({ what }) => what !== 'text_before' || problem.what !== 'version_not_first');
  for (const { what, undo } of slips) {
    const repaired = undo(text, expected);
    if (repaired !== null && repaired !== text && isOurs(expected, repaired))
      return { code: 'value_mismatch', facts: describeSlip(what, text) };
  }
  return null;
}

function describeSlip(what: SlipName, text: string): FindingFacts['value_mismatch'] {
  const found = excerptOf(text);
  switch (what) {
    case 'odd_characters':
      return { what, characters: listOddCharacters(text), found };
    case 'tag_case':
      return { what, tag: excerptOf(findChangedTag(text)), found };
    case 'text_before':
      return { what, text: excerptOf(readCharacters(text).split(/v\s*=\s*DKIM1/i)[0] ?? ''), found };
    default:
      return { what, found };
  }
}

/** Base64 has no dashes and no quotation marks, so that whatever they were made from can go. */
function removeOdd(text: string): string | null {
  if (listOddCharacters(text).length === 0) return null;
  return removeOddCharacters(text)
    .replace(/["'\\]/g, '')
    .replace(/\s*-+\s*/g, '');
}

/** All of it in capitals, or in lower case: then the key differs as well. */
function observeCase({ publicKey, kind }: ExpectedKey, text: string): Observation | null {
  const plain = (value: string) => removeFws(value).replace(/;$/, '').toLowerCase();
  const isSame = plain(text) === plain(formatDkimKeyRecord(publicKey, kind));
  return isSame && !text.includes(publicKey) ? { code: 'value_mismatch', facts: { what: 'key_case' } } : null;
}

function observeLostPluses({ publicKey }: ExpectedKey, text: string): Observation | null {
  const count = countLostPluses(publicKey, removeFws(findKey(text) ?? ''));
  return count > 0 ? { code: 'value_mismatch', facts: { what: 'plus_lost', count } } : null;
}

/** The quoted strings of a line such as `autosend._domainkey IN TXT ( "v=DKIM1; …" "…" )`, or what stands behind TXT. */
function takeFromZoneFile(text: string): string | null {
  const [, data] = /\bTXT\b\s*(.*)$/is.exec(text) ?? [];
  if (data === undefined) return null;
  const strings = [...data.matchAll(/"([^"]*)"/g)].map(([, string]) => string ?? '');
  const joined = strings.length > 0 ? strings.join('') : data.replace(/[()]/g, '');
  return joined.replaceAll('\\', '').trim();
}

/** The lines that a key file begins and ends with, around the key or around the whole of it. */
function removeArmor(text: string, { kind }: ExpectedKey): string | null {
  if (!/-{2,}\s*(?:BEGIN|END)/.test(text)) return null;
  const bare = text.replace(/-{2,}\s*(?:BEGIN|END)[A-Z ]*-{2,}/g, '');
  return /[;=]\s*p\s*=/.test(bare) ? bare : formatDkimKeyRecord(removeFws(bare), kind);
}

function lowerTags(text: string): string {
  return text
    .split(';')
    .map((spec) => {
      const equals = spec.indexOf('=');
      if (equals < 0) return spec;
      const name = spec.slice(0, equals).toLowerCase();
      const value = spec.slice(equals + 1);
      return `${name}=${name.trim() === 'v' ? value.toUpperCase() : name.trim() === 'p' ? value : value.toLowerCase()}`;
    })
    .join(';');
}

/** The first tag whose name or value is in the wrong case, as it stands. */
function findChangedTag(text: string): string {
  const repaired = lowerTags(text).split(';');
  const changed = text.split(';').find((spec, index) => spec !== repaired[index]) ?? '';
  const [name = ''] = changed.split('=');
  return name.trim() === 'p' || name.trim() === 'P' ? `${name.trim()}=` : changed.trim();
}

/** Semicolons that were lost, or became something else: what is between the tags is put right. */
function repairSeparators(text: string): string | null {
  const [, rest] = /^\s*v\s*=\s*DKIM1[\s,:;|]*(.*)$/s.exec(text) ?? [];
  const at = rest === undefined ? -1 : rest.search(/p\s*=/);
  if (rest === undefined || at < 0) return null;
  const before = rest.slice(0, at).replace(/\b([khst])\s*=\s*([A-Za-z0-9*]+)[\s,:;|]*/g, '$1=$2; ');
  return `v=DKIM1; ${before}${rest.slice(at)}`;
}

function takeFrom(text: string, at: number): string | null {
  return at > 0 ? text.slice(at) : null;
}

function takeHalf(text: string): string | null {
  const compact = removeFws(text);
  const half = compact.slice(0, compact.length / 2);
  return compact === half + half ? half : null;
}

/** The key alone, without its tags. */
function observeBareKey({ publicKey, kind }: ExpectedKey, text: string): Observation | null {
  const bare = decodeBase64(removeFws(removeQuotes(text)));
  const isBareKey = !('problem' in bare) && compareKey({ publicKey, kind }, bare.octets) !== 'other';
  return isBareKey ? { code: 'value_mismatch', facts: { what: 'bare_key', expected: kind } } : null;
}

function describeProblem(text: string, problem: DkimProblem): FindingFacts['value_mismatch'] {
  if (isMeantAsKeyRecord(text)) return { what: 'unreadable_key', problem, found: excerptOf(text) };
  const characters = listOddCharacters(text);
  const found = excerptOf(text);
  return characters.length > 0 && isMeantAsKeyRecord(removeOddCharacters(text).trim())
    ? { what: 'odd_characters', characters, found }
    : { what: 'no_key_record', found: { shown: [found], count: 1 } };
}

/** Whether a text claims to be a key record, valid or not. */
function isMeantAsKeyRecord(text: string): boolean {
  const start = /^[\s"]*v\s*=\s*([A-Za-z0-9.]*)/i.exec(text)?.[1];
  if (start) return /^DKIM/i.test(start);
  return /(?:^|[;"])\s*p\s*=/.test(text);
}

/** Whether a text is a record of our key, in any form; what else it says may be wrong. */
function isOurs(expected: ExpectedKey, text: string): boolean {
  const record = parseDkimKeyRecord(text);
  return !('problem' in record) && compareKey(expected, record.key.octets) !== 'other';
}
