import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  listOddCharacters,
  listUnprintable,
  readCharacters,
  removeOddCharacters,
  trimInvisible,
} from './odd-characters.ts';

/** A text as DNS carries it when somebody typed or pasted it in UTF-8. */
const utf8 = (text: string) => Buffer.from(text, 'utf8').toString('latin1');

const read: readonly [name: string, octets: string, seen: string][] = [
  ['nothing', '', ''],
  ['plain ASCII', 'v=DKIM1; p=MIIB', 'v=DKIM1; p=MIIB'],
  ['control characters', 'a\x00\t\r\n\x7f', 'a\x00\t\r\n\x7f'],
  ['UTF-8 of two octets', 'caf\xc3\xa9', 'café'],
  ['UTF-8 of three octets', '\xe2\x80\x9ca\xe2\x80\x9d', '“a”'],
  ['UTF-8 of four octets', '\xf0\x9f\x98\x80', '😀'],
  ['a byte order mark in front, which decoders like to swallow', '\xef\xbb\xbfa', '\ufeffa'],
  ['ISO 8859-1', 'caf\xe9', 'café'],
  ['double quotation marks of Windows', '\x93a\x94 \x84b', '“a” „b'],
  ['single quotation marks of Windows', '\x91a\x92 \x82b', '‘a’ ‚b'],
  ['dashes of Windows', 'a\x96b\x97c', 'a–b—c'],
  ['an ellipsis and a trade mark of Windows', 'a\x85 b\x99', 'a… b™'],
  ['control characters that have no such meaning', '\x81\x8d\xe9', '\x81\x8d\xe9'],
  ['UTF-8 that is cut off', 'caf\xc3', 'cafÃ'],
  ['an overlong form, which is no UTF-8 (RFC 3629 §3)', '\xc0\xaf', 'À¯'],
  ['a surrogate, which is no UTF-8 either', '\xed\xa0\x80', 'í\xa0€'],
  ['UTF-8 beside one octet that is none: all of it is Windows', '\xc3\xa9\x93', 'Ã©“'],
];

for (const [name, octets, seen] of read)
  test(`octets are read as the person saw them: ${name}`, () => assert.equal(readCharacters(octets), seen));

test('what somebody wrote in UTF-8 is read as it was written', () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 30 }).filter((written) => !written.includes('\ufffd'));
  fc.assert(fc.property(text, (written) => assert.equal(readCharacters(utf8(written)), written)));
});

const removed: readonly [name: string, typed: string, meant: string][] = [
  ['nothing', '', ''],
  ['a plain value', 'v=DMARC1; p=none', 'v=DMARC1; p=none'],
  ['a zero-width space', 'v=DMARC1;\u200b p=none', 'v=DMARC1; p=none'],
  ['a no-break space goes, and is not made a space', 'a\u00a0b', 'ab'],
  ['an ideographic space', 'a\u3000b', 'ab'],
  ['a soft hyphen', 'auto\u00adsend', 'autosend'],
  ['a byte order mark', '\ufeffv=DKIM1', 'v=DKIM1'],
  ['a NUL, a vertical tab and a form feed', 'a\x00\x0b\x0cb', 'ab'],
  ['a next line (U+0085)', 'a\u0085b', 'ab'],
  ['line and paragraph separators', 'a\u2028\u2029b', 'ab'],
  ['double quotation marks of English, German and French', '“a” „b‟ «c» ″', '"a" "b" "c" "'],
  ['single quotation marks, and the prime', '‘a’ ‚b‛ ′', `'a' 'b' '`],
  ['hyphens and dashes of every length, and the minus', '\u2010\u2011\u2012\u2013\u2014\u2015\u2212', '-------'],
  ['a quotation mark in front of an address', 'rua=“mailto:a@example.com”', 'rua="mailto:a@example.com"'],
  ['single angle quotation marks', '‹a›', "'a'"],
  ['an ellipsis', 'p=MIIB…', 'p=MIIB...'],
  ['marks and isolates of writing direction', '\u202a\u2066a\u200e\u061c\u2069\u202c', 'a'],
  ['variation selectors', 'a\ufe0f\ufe00\u{e0100}b', 'ab'],
  ['a combining grapheme joiner and Hangul fillers', 'a\u034f\u3164\uffa0b', 'ab'],
  ['tag characters', 'a\u{e0041}\u{e007f}b', 'ab'],
  ['control characters', 'a\x01\x1b\x7fb\u0080', 'ab'],
  ['fullwidth signs and letters', 'ｖ＝DMARC1；p＝none', 'v=DMARC1;p=none'],
  ['tabs and line breaks stay', 'a\t\r\nb', 'a\t\r\nb'],
  ['letters of other scripts stay', 'café почта 邮件', 'café почта 邮件'],
  ['an emoji stays whole', 'a😀b', 'a😀b'],
  ['the first character after the spaces (U+2010 apart) stays', '\u2016\u2020\u2027', '\u2016\u2020\u2027'],
];

for (const [name, typed, meant] of removed)
  test(`what was not meant is taken back: ${name}`, () => assert.equal(removeOddCharacters(utf8(typed)), meant));

test('what is neither printable ASCII nor a tab is listed, odd or not', () => {
  assert.deepEqual(listUnprintable(utf8('v=М; x=é\u200b')), [0x41c, 0xe9, 0x200b]);
  assert.deepEqual(listUnprintable(utf8('a\t😀\r\n')), [0x1f600, 13, 10]);
  assert.deepEqual(listUnprintable('v=DMARC1; p=none'), []);
});

test('every space and mark without width from U+2000 to U+200F is odd, and goes', () => {
  for (let code = 0x2000; code <= 0x200f; code++) {
    const octets = utf8(`a${String.fromCharCode(code)}b`);
    assert.deepEqual([removeOddCharacters(octets), listOddCharacters(octets)], ['ab', [code]], code.toString(16));
  }
});

test('a value pasted from a Windows word processor is repaired like one in UTF-8', () => {
  assert.equal(removeOddCharacters('\x93v=DMARC1\x94 \x96 \x82x\x92'), '"v=DMARC1" - \'x\'');
  assert.equal(removeOddCharacters('a\xa0b\xadc'), 'abc');
});

const listed: readonly [name: string, typed: string, codes: number[]][] = [
  ['nothing', '', []],
  ['a plain value', 'v=DMARC1; p=none', []],
  ['tabs and line breaks are not odd', 'a\t\r\nb', []],
  ['letters of other scripts are not odd', 'é п 邮 😀', []],
  ['one', 'a\u200bb', [0x200b]],
  ['one that is there thrice is told once', '\u200ba\u200bb\u200b', [0x200b]],
  ['one outside of the first 65,536 code points', 'a\u{e0020}b', [0xe0020]],
  ['in the order in which they stand', '”a“', [0x201d, 0x201c]],
  ['three', '\ufeff“a”', [0xfeff, 0x201c, 0x201d]],
  ['of four, the first three', '\ufeff“a”\u00a0', [0xfeff, 0x201c, 0x201d]],
];

for (const [name, typed, codes] of listed)
  test(`odd characters are told: ${name}`, () => assert.deepEqual(listOddCharacters(utf8(typed)), codes));

test('once taken back, nothing odd is left, and nothing more would be taken', () => {
  const odd = fc.constantFrom('\u200b', '\u00a0', '\ufeff', '“', '’', '–', '…', '；', '\u0000', '\u2028', '\u{e0020}');
  const text = fc.array(fc.oneof(odd, fc.constantFrom('a', ' ', '=', 'é', '邮', '\t')), { maxLength: 30 });
  fc.assert(
    fc.property(text, (characters) => {
      const repaired = removeOddCharacters(utf8(characters.join('')));
      assert.deepEqual(listOddCharacters(utf8(repaired)), []);
      assert.equal(removeOddCharacters(utf8(repaired)), repaired);
    }),
  );
});

test('a text is changed only where odd characters are told of it', () => {
  const octets = fc.array(fc.integer({ min: 0, max: 255 }), { maxLength: 12 });
  fc.assert(
    fc.property(octets, (codes) => {
      const text = String.fromCharCode(...codes);
      const isChanged = removeOddCharacters(text) !== readCharacters(text);
      assert.equal(isChanged, listOddCharacters(text).length > 0);
    }),
  );
});

const trimmed: readonly [name: string, text: string, left: string][] = [
  ['nothing', '', ''],
  ['blanks alone', ' \t\r\n', ''],
  ['invisible characters alone', '\ufeff\u200b\u00a0', ''],
  ['spaces, tabs and line breaks on both sides', ' \t\x0b\x0c\r\na\r\n ', 'a'],
  ['invisible characters between blanks', ' \u200b a \ufeff ', 'a'],
  ['no-break and ideographic spaces', '\u00a0\u3000a\u3000\u00a0', 'a'],
  ['a NUL at the end', 'a\x00', 'a'],
  ['what is inside stays', 'a \u200b b', 'a \u200b b'],
  ['quotation marks and dashes take room, and stay', '“a”–', '“a”–'],
  ['control characters', '\x08\x0e\x1fa\x7f', 'a'],
  ['marks of writing direction, variation selectors and tags', '\u202aa\u{e0001}\ufe0f\u202c', 'a'],
  ['the neighbors of the blanks stay', '!a~', '!a~'],
  ['letters and emoji of any plane stay', 'é\u{20000}😀', 'é\u{20000}😀'],
];

for (const [name, text, left] of trimmed)
  test(`what surrounds a value is trimmed: ${name}`, () => assert.equal(trimInvisible(text), left));

test('64 KB of blanks around a value are trimmed in a moment', () => {
  const blanks = ' \u200b'.repeat(32_768);
  assert.equal(trimInvisible(`${blanks}a b${blanks}`), 'a b');
  assert.equal(trimInvisible(blanks), '');
});
