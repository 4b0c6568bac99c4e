import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listCharacters } from './characters.ts';

const CASES: readonly [what: string, codes: number[], named: string][] = [
  ['none', [], 'characters that don’t belong there'],
  ['one that has a name', [0xfeff], 'a byte order mark (invisible)'],
  ['two', [0xa0, 0x200b], 'a no-break space (shown as a space) and a zero-width space (invisible)'],
  ['three', [0, 0x2013, 0x2026], 'a NUL character (invisible), an en dash (–) and an ellipsis (…)'],
  ['both halves of a line break', [13, 10], 'a line break'],
  ['marks of writing direction', [0x202a, 0x202c, 0x2066, 0x61c], 'a text direction mark (invisible)'],
  ['variation selectors', [0xfe0f, 0xe0100], 'a variation selector (invisible)'],
  ['an ideographic space', [0x3000], 'an ideographic space (shown as a space)'],
  ['another space', [0x2003], 'a special space (U+2003, shown as a space)'],
  ['a control character', [0x1b], 'a control character (U+001B, invisible)'],
  ['another that nobody sees', [0x2061], 'an invisible character (U+2061)'],
  ['one that nobody sees, outside of the first 65,536', [0xe0020], 'an invisible character (U+E0020)'],
  ['a letter that looks like a plain one', [0x41c], 'the character "М" (U+041C)'],
  ['a fullwidth semicolon', [0xff1b], 'the character "；" (U+FF1B)'],
  ['a mark that would sit on the quotation mark before it', [0x301], 'the character U+0301'],
  ['a code point that means nothing', [0xe000], 'the character U+E000'],
];

for (const [what, codes, named] of CASES)
  test(`characters are named so that people find them: ${what}`, () => assert.equal(listCharacters(codes), named));
