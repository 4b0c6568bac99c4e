/** Characters that nobody types on purpose: they are invisible, or look like another one. */
const INVISIBLE = new Set([0x00, 0x0b, 0x0c, 0x85, 0xa0, 0xad, 0x1680, 0x180e, 0x202f, 0x205f, 0x2060, 0x3000, 0xfeff]);

/** What a word processor makes of plain characters. */
const TYPOGRAPHIC: ReadonlyMap<number, string> = new Map([
  ...[0x201c, 0x201d, 0x201e, 0x201f, 0xab, 0xbb, 0x2033].map((code): [number, string] => [code, '"']),
  ...[0x2018, 0x2019, 0x201a, 0x201b, 0x2032].map((code): [number, string] => [code, "'"]),
  ...[0x2010, 0x2011, 0x2012, 0x2013, 0x2014, 0x2015, 0x2212].map((code): [number, string] => [code, '-']),
]);

/** Windows-1252 has its quotation marks and dashes where ISO 8859-1 has control characters. */
const WINDOWS: ReadonlyMap<number, number> = new Map([
  [0x82, 0x201a],
  [0x84, 0x201e],
  [0x91, 0x2018],
  [0x92, 0x2019],
  [0x93, 0x201c],
  [0x94, 0x201d],
  [0x96, 0x2013],
  [0x97, 0x2014],
]);

const MAX_CHARACTERS = 3;

/** Reads DNS octets as the person saw them: UTF-8 where it is that, else Windows-1252. @param text DNS octets as latin1 */
export function readCharacters(text: string): string {
  if (/^[\x20-\x7e]*$/.test(text)) return text;
  const utf8 = Buffer.from(text, 'latin1').toString('utf8');
  if (!utf8.includes('\ufffd')) return utf8;
  return text.replace(/[\x80-\x9f]/g, (octet) => {
    const code = octet.charCodeAt(0);
    return String.fromCharCode(WINDOWS.get(code) ?? code);
  });
}

/**
 * Takes back what was not meant: invisible characters and spaces of other kinds go, typographic ones become plain.
 * @param text DNS octets as latin1
 */
export function removeOddCharacters(text: string): string {
  return readCharacters(text).replace(/[^\x20-\x7e]/g, (character) => {
    const code = character.charCodeAt(0);
    return isOdd(code) ? (TYPOGRAPHIC.get(code) ?? '') : character;
  });
}

/** Lists the code points of the characters that nobody types on purpose, each once, the first few. @param text DNS octets as latin1 */
export function listOddCharacters(text: string): number[] {
  const codes = [...readCharacters(text)].map((character) => character.charCodeAt(0)).filter(isOdd);
  return [...new Set(codes)].slice(0, MAX_CHARACTERS);
}

/** Removes white space of any kind around a text, and characters that take no room. @param text as from `readCharacters` */
export function trimInvisible(text: string): string {
  const isBlank = (code: number) => code === 0x20 || (code >= 0x09 && code <= 0x0d) || isInvisible(code);
  let start = 0;
  let end = text.length;
  while (start < end && isBlank(text.charCodeAt(start))) start++;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}

function isOdd(code: number): boolean {
  return isInvisible(code) || TYPOGRAPHIC.has(code);
}

function isInvisible(code: number): boolean {
  return INVISIBLE.has(code) || (code >= 0x2000 && code <= 0x200f) || code === 0x2028 || code === 0x2029;
}
