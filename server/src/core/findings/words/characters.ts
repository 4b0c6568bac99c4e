import { formatCodePoint } from '../../names/quote-name.ts';

/** Names characters that people do not see, or take for another one. */
const NAMES: ReadonlyMap<number, string> = new Map([
  [0x00, 'a NUL character (invisible)'],
  [0x09, 'a tab (shown as a space)'],
  [0x0a, 'a line break'],
  [0x0b, 'a vertical tab (invisible)'],
  [0x0c, 'a form feed (invisible)'],
  [0x0d, 'a line break'],
  [0x85, 'a line break'],
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
  [0x2039, 'a typographic quotation mark (‹)'],
  [0x203a, 'a typographic quotation mark (›)'],
  [0x2026, 'an ellipsis (…)'],
  [0x2028, 'a line break'],
  [0x2029, 'a line break'],
  [0x205f, 'a narrow space (shown as a space)'],
  [0x2060, 'a word joiner (invisible)'],
  [0x3000, 'an ideographic space (shown as a space)'],
  [0xfeff, 'a byte order mark (invisible)'],
]);

/** Names the others, by what Unicode says of them; the first that fits. */
const KINDS: readonly (readonly [kind: RegExp, name: (character: string) => string])[] = [
  [/\p{Bidi_Control}/u, () => 'a text direction mark (invisible)'],
  [/\p{Variation_Selector}/u, () => 'a variation selector (invisible)'],
  [/\p{Zs}/u, (character) => `a special space (${formatCodePoint(character)}, shown as a space)`],
  [/\p{Cc}/u, (character) => `a control character (${formatCodePoint(character)}, invisible)`],
  [
    /[\p{Cf}\p{Default_Ignorable_Code_Point}]/u,
    (character) => `an invisible character (${formatCodePoint(character)})`,
  ],
  [/[\p{L}\p{N}\p{P}\p{S}]/u, (character) => `the character "${character}" (${formatCodePoint(character)})`],
];

/** Lists characters by name: "a byte order mark (invisible) and a no-break space (shown as a space)". */
export function listCharacters(codes: readonly number[]): string {
  const names = [...new Set(codes.map(nameCharacter))];
  const last = names.pop() ?? 'characters that don’t belong there';
  return names.length === 0 ? last : `${names.join(', ')} and ${last}`;
}

/** Names a character by its code point. */
export function nameCharacter(code: number): string {
  const character = String.fromCodePoint(code);
  const [, name] = KINDS.find(([kind]) => kind.test(character)) ?? [];
  return NAMES.get(code) ?? name?.(character) ?? `the character ${formatCodePoint(character)}`;
}
