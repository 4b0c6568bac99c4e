import { listOddCharacters, readCharacters, removeOddCharacters } from '../answers/odd-characters.ts';
import { excerptOf } from '../answers/quote-found.ts';
import type { FindingFacts, Observation } from '../judgement/observation.ts';
import type { DkimProblem } from '../judgement/problems.ts';
import { formatDkimKeyRecord } from '../records/dkim-key.ts';
import { decodeBase64 } from './base64.ts';
import { compareKey, countLostPluses, type ExpectedKey } from './compare-key.ts';
import { parseDkimKeyRecord } from './key-record.ts';
import { parseTagList, removeFws } from './tag-list.ts';

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
    observeBareKey(expected, text) ?? { code: 'value_mismatch', facts: describeProblem(text, problem) }
  );
}

/** Cut off where a panel, a zone file or a hand stopped: it is the start of our value, with or without quotation marks. */
function observeTruncated(expected: ExpectedKey, text: string): Observation | null {
  const value = formatDkimKeyRecord(expected.publicKey, expected.kind);
  const bare = text.replace(/["\\]/g, '');
  const found = excerptOf(text);
  const whole = { length: text.length, of: value.length, found };
  if (bare !== text && isStart(expected, bare))
    return { code: 'value_truncated', facts: { what: 'quoted_record', ...whole } };
  if (!isStart(expected, text)) return null;
  const length = findKey(text)?.length ?? 0;
  return length === 0
    ? { code: 'value_truncated', facts: { what: 'record', ...whole } }
    : { code: 'value_truncated', facts: { what: 'key', length, of: expected.publicKey.length } };
}

/** Whether a text is the first part of our value, and not all of it. */
function isStart(expected: ExpectedKey, text: string): boolean {
  const key = findKey(text);
  if (key) return key.length < expected.publicKey.length && expected.publicKey.startsWith(key);
  const start = removeFws(text).replace(/;$/, '');
  const whole = removeFws(formatDkimKeyRecord(expected.publicKey, expected.kind));
  return start !== '' && start.length < whole.length && whole.startsWith(start);
}

/** What stands in `p=` of a text that can be read as a tag list; undefined where there is none. */
function findKey(text: string): string | undefined {
  const tags = parseTagList(text);
  const p = 'problem' in tags ? undefined : tags.get('p');
  return p === undefined ? undefined : removeFws(p);
}

function observeQuotes(expected: ExpectedKey, text: string): Observation | null {
  if (!text.includes('"') || !isOurs(expected, text.replace(/["\\]/g, ''))) return null;
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
  const count = countLostPluses(publicKey, findKey(text) ?? '');
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
  const bare = decodeBase64(removeFws(text).replaceAll('"', ''));
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
  if (start !== undefined) return /^DKIM/i.test(start);
  return /(?:^|[;"])\s*p\s*=/.test(text);
}

/** Whether a text is a record of our key, in any form; what else it says may be wrong. */
function isOurs(expected: ExpectedKey, text: string): boolean {
  const record = parseDkimKeyRecord(text);
  return !('problem' in record) && compareKey(expected, record.key.octets) !== 'other';
}
