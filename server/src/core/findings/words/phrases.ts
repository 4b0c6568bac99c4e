import { type Excerpt, type Excerpts, formatExcerpt, formatExcerpts } from '../../answers/quote-found.ts';
import { splitTxtValue } from '../../records/records.ts';
import type { CopyOffer, Said, WordedPlace } from './wording.ts';

/** What is longer is not shown in a sentence: it can be copied. */
const LONGEST_SHOWN = 120;

/** Formats a name or a value as code; a backtick in it must not end the quotation. */
export function code(text: string): string {
  return `\`${text.replaceAll('`', '\u2019')}\``;
}

/** Formats names as a list: "`a`, `b` and `c`", or "`a`, `b` and 4 more". */
export function listNames(names: readonly string[], count = names.length): string {
  const shown = names.map(code);
  if (count > shown.length) return `${shown.join(', ')} and ${count - shown.length} more`;
  const last = shown.pop() ?? '';
  return shown.length === 0 ? last : `${shown.join(', ')} and ${last}`;
}

/** Whose panel the record is entered in, within a sentence. */
export function panelOf({ panel }: WordedPlace): string {
  return panel ?? 'your DNS provider';
}

/** The same as the first words of a sentence. */
export function PanelOf({ panel }: WordedPlace): string {
  return panel ?? 'Your DNS provider';
}

/** Formats a time of day for a sentence, such as `11:20 UTC`. */
export function wordTime(at: Date): string {
  return `${at.toISOString().slice(11, 16)} UTC`;
}

/** Offers the value to publish, whole. */
export function copyValue({ type, value }: WordedPlace): CopyOffer {
  if (type === 'MX') return { label: 'Copy mail server', value };
  if (value.length <= LONGEST_SHOWN) return { label: 'Copy value', value };
  return { label: `Copy full value (${value.length} characters)`, value };
}

/** Offers the name as the panel wants it. */
export function copyHost({ host }: WordedPlace): CopyOffer {
  return { label: 'Copy name', value: host };
}

/** A value in a sentence: whole where it is short, else how long it is. */
export function nameValue({ value }: WordedPlace): string {
  return value.length <= LONGEST_SHOWN ? `the value ${code(value)}` : `the full value (${value.length} characters)`;
}

/** Says what to enter for a record that is not there. */
export function addRecord(place: WordedPlace): string {
  const { type, host, value, priority, panel } = place;
  const where = panel === null ? '' : ` at ${panel}`;
  const what = type === 'MX' ? `, the mail server ${code(value)} and priority ${priority}` : ` and ${nameValue(place)}`;
  return `Add ${withArticle(type)} record${where} with the name ${code(host)}${what}.`;
}

/** The type of a record with its article, such as "an MX". */
export function withArticle(type: string): string {
  return /^[AM]/.test(type) ? `an ${type}` : `a ${type}`;
}

/** Says to delete what is in the way, and what to enter instead. */
export function deleteAndAdd(what: string, place: WordedPlace): Pick<Said, 'fix' | 'copy'> {
  const added = addRecord(place);
  return { fix: `Delete ${what}. Then a${added.slice(1)}`, copy: copyValue(place) };
}

/** What to do, and what to copy for it. */
interface Fix {
  readonly fix: string;
  readonly copy: CopyOffer;
}

/** Says to put the right value in place of the one that is there. */
export function replaceValue(place: WordedPlace): Fix {
  const { type, value, priority } = place;
  const copy = copyValue(place);
  if (type === 'MX') return { fix: `Change the mail server to ${code(value)} (priority ${priority}).`, copy };
  return value.length <= LONGEST_SHOWN
    ? { fix: `Replace the value with ${code(value)}.`, copy }
    : { fix: `Replace the value with the full one (${value.length} characters).`, copy };
}

/** Says to put our mail server in place of one, and to delete those that stand beside it. */
export function replaceMailServer(
  { found, others }: { readonly found: Excerpt; readonly others?: Excerpts },
  place: WordedPlace,
): Fix {
  if (others === undefined) return replaceValue(place);
  const ours = `${code(place.value)} (priority ${place.priority})`;
  return {
    fix: `Change the mail server ${formatExcerpt(found)} to ${ours}, and delete ${nameOtherMxRecords(others, place)}.`,
    copy: copyValue(place),
  };
}

/** Names MX records of others by where they point to. */
export function nameMxRecords(others: Excerpts, { host }: WordedPlace): string {
  return others.count === 1
    ? `the MX record at ${code(host)} that points to ${formatExcerpts(others)}`
    : `the MX records at ${code(host)} that point to ${formatExcerpts(others)}`;
}

/** Names those that stand beside one that was named before them. */
export function nameOtherMxRecords(others: Excerpts, { host }: WordedPlace): string {
  return others.count === 1
    ? `the other MX record at ${code(host)}, which points to ${formatServers(others)}`
    : `the other ${others.count} MX records at ${code(host)}, which point to ${formatServers(others)}`;
}

/** Names all MX records there are, none of which is ours. */
export function nameAllMxRecords(all: Excerpts, place: WordedPlace): string {
  return all.count > all.shown.length
    ? `all ${all.count} MX records at ${code(place.host)}`
    : nameMxRecords(all, place);
}

/** Says what other MX records there are, as a sentence behind others. */
export function sayBeside(others: Excerpts | undefined): string {
  if (others === undefined) return '';
  return others.count === 1
    ? ` Another MX record points to ${formatServers(others)}.`
    : ` ${others.count} other MX records point to ${formatServers(others)}.`;
}

/** A single dot says nothing to those who never saw one. */
function formatServers(servers: Excerpts): string {
  return formatExcerpts(servers).replace('"."', '"." (a null MX)');
}

/** What is said where the panel appended the zone to a mail server: it would do so again. */
export const END_WITH_DOT = ' If your domain gets appended again, end the mail server with a dot.';

/** The other way to write a value that is longer than one character-string, for panels that take no more than 255 characters at once. */
export function splitIntoStrings({ value }: WordedPlace): { text: string; count: number } | null {
  const parts = splitTxtValue(value);
  return parts.length < 2 ? null : { text: parts.map((part) => `"${part}"`).join(' '), count: parts.length };
}

const COUNTS = ['no', 'one', 'two', 'three', 'four'];

/** A small number in words. */
export function countInWords(count: number): string {
  return COUNTS[count] ?? String(count);
}

/** Names what a record that is offered leaves out, as a sentence to follow; empty where that is nothing. */
export function sayLeftOut(leftOut: Excerpts | undefined): string {
  if (leftOut === undefined) return '';
  const it = leftOut.count === 1 ? 'it' : 'them';
  const version = leftOut.count === 1 ? 'a corrected version' : 'corrected versions';
  return ` It leaves out ${formatExcerpts(leftOut)}. If you still need ${it}, put ${version} back in front of \`all\`.`;
}
