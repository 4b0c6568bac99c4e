/** Names characters that people do not see, or take for another one. */
const NAMES: ReadonlyMap<number, string> = new Map([
  [0x00, 'a NUL character (invisible)'],
  [0x0b, 'a vertical tab (invisible)'],
  [0x0c, 'a form feed (invisible)'],
  [0xa0, 'a no-break space (shown as a space)'],
  [0xad, 'a soft hyphen (invisible)'],
  [0x200b, 'a zero-width space (invisible)'],
  [0x200c, 'a zero-width non-joiner (invisible)'],
  [0x200d, 'a zero-width joiner (invisible)'],
  [0x2013, 'an en dash (–)'],
  [0x2014, 'an em dash (—)'],
  [0x2018, 'a typographic quotation mark (‘)'],
  [0x2019, 'a typographic quotation mark (’)'],
  [0x201a, 'a typographic quotation mark (‚)'],
  [0x201c, 'a typographic quotation mark (“)'],
  [0x201d, 'a typographic quotation mark (”)'],
  [0x201e, 'a typographic quotation mark („)'],
  [0xab, 'a typographic quotation mark («)'],
  [0xbb, 'a typographic quotation mark (»)'],
  [0x205f, 'a narrow space (shown as a space)'],
  [0x2060, 'a word joiner (invisible)'],
  [0xfeff, 'a byte order mark (invisible)'],
]);

/** Lists characters by name: "a byte order mark (invisible) and a no-break space (shown as a space)". */
export function listCharacters(codes: readonly number[]): string {
  const names = codes.map(nameCharacter);
  const last = names.pop() ?? 'characters that don’t belong there';
  return names.length === 0 ? last : `${names.join(', ')} and ${last}`;
}

function nameCharacter(code: number): string {
  return NAMES.get(code) ?? `the character U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
}
