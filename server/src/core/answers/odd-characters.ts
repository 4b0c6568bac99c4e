/**
 * Characters that nobody types on purpose: what is not seen (marks of writing direction, joiners, variation selectors and
 * control characters among them), and every space but the plain one.
 */
const INVISIBLE = /(?![ \t\r\n])[\p{Cc}\p{Cf}\p{Z}\p{Default_Ignorable_Code_Point}]/u;

/** What a word processor makes of plain characters. */
const TYPOGRAPHIC: ReadonlyMap<string, string> = new Map([
  ...[...'“”„‟«»″'].map((character): [string, string] => [character, '"']),
  ...[...'‘’‚‛‹›′'].map((character): [string, string] => [character, "'"]),
  ...[...'\u2010\u2011\u2012\u2013\u2014\u2015\u2212'].map((character): [string, string] => [character, '-']),
  ['…', '...'],
]);

/** What an input method for Chinese or Japanese makes of them. */
const FULLWIDTH = /[\uff01-\uff5e]/u;

const MAX_CHARACTERS = 3;

const WINDOWS = new TextDecoder('windows-1252');

/** Reads DNS octets as the person saw them: UTF-8 where it is that, else Windows-1252. @param text DNS octets as latin1 */
export function readCharacters(text: string): string {
  if (/^[\x20-\x7e]*$/.test(text)) return text;
  const octets = Buffer.from(text, 'latin1');
  const utf8 = octets.toString('utf8');
  return utf8.includes('\ufffd') ? WINDOWS.decode(octets) : utf8;
}

/**
 * Takes back what was not meant: invisible characters and spaces of other kinds go, typographic and fullwidth ones become
 * plain.
 * @param text DNS octets as latin1
 */
export function removeOddCharacters(text: string): string {
  return readCharacters(text).replace(/[^\x20-\x7e]/gu, (character) => findPlain(character) ?? character);
}

/** Lists the code points of the characters that nobody types on purpose, each once, the first few. @param text DNS octets as latin1 */
export function listOddCharacters(text: string): number[] {
  const unusual = readCharacters(text).match(/[^\x20-\x7e]/gu) ?? [];
  return listCodes(unusual.filter((character) => findPlain(character) !== null));
}

/** Lists the code points of all that is neither printable ASCII nor a tab, each once, the first few. @param text DNS octets as latin1 */
export function listUnprintable(text: string): number[] {
  return listCodes(readCharacters(text).match(/[^\x20-\x7e\t]/gu) ?? []);
}

/** Removes white space of any kind around a text, and characters that take no room. @param text as from `readCharacters` */
export function trimInvisible(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isBlank(text, start)) start += lengthAt(text, start);
  while (end > start) {
    const last = end >= 2 && lengthAt(text, end - 2) === 2 ? end - 2 : end - 1;
    if (!isBlank(text, last)) break;
    end = last;
  }
  return text.slice(start, end);
}

function isBlank(text: string, at: number): boolean {
  const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
  return /[ \t\r\n]/.test(character) || INVISIBLE.test(character);
}

/** How many code units the character has that begins there. */
function lengthAt(text: string, at: number): number {
  return (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
}

/** What an odd character was meant to be: nothing, or the plain one. Null where it is not odd. */
function findPlain(character: string): string | null {
  if (INVISIBLE.test(character)) return '';
  if (FULLWIDTH.test(character)) return character.normalize('NFKC');
  return TYPOGRAPHIC.get(character) ?? null;
}

function listCodes(characters: readonly string[]): number[] {
  return [...new Set(characters)].slice(0, MAX_CHARACTERS).map((character) => character.codePointAt(0) ?? 0);
}
