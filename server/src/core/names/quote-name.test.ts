import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { anyCharacter } from '../../../test/support/any-character.ts';
import { formatCodePoint, quoteName } from './quote-name.ts';

describe('a name in a sentence', () => {
  for (const [why, text, quoted] of [
    ['a plain name is left as it is', 'example.com', '"example.com"'],
    ['nothing is quoted too', '', '""'],
    ['any script is readable', 'bücher.中国', '"bücher.中国"'],
    ['a plain space is shown as it is', 'a b', '"a b"'],
    ['a quotation mark cannot end the quote', 'a"b', '"a\\"b"'],
    ['a backslash cannot hide one', 'a\\"', '"a\\\\\\""'],
    ['a line break cannot start another log line', 'a\r\nb', '"a\\u{d}\\u{a}b"'],
    ['a terminal takes no command', '\u001b[31m', '"\\u{1b}[31m"'],
    ['a C1 control character is escaped', '\u0085', '"\\u{85}"'],
    ['an invisible character is seen', 'a\u200bb', '"a\\u{200b}b"'],
    ['a joiner is seen', 'a\u200db', '"a\\u{200d}b"'],
    ['the writing direction stays', '\u202ecom.example', '"\\u{202e}com.example"'],
    ['a no-break space is seen', '\u00a0', '"\\u{a0}"'],
    ['a line separator is escaped', '\u2028\u2029', '"\\u{2028}\\u{2029}"'],
    ['half of a pair is escaped', 'a\ud800', '"a\\u{d800}"'],
    ['a private character is escaped', '\u{f0000}', '"\\u{f0000}"'],
    ['an unassigned character is escaped', '\u{3d000}', '"\\u{3d000}"'],
  ] as const)
    it(why, () => assert.equal(quoteName(text), quoted));

  for (const [why, unit] of [
    ['characters', 'a'],
    ['characters of two UTF-16 units', '😀'],
  ] as const)
    it(`60 ${why} are shown whole, and 61 are cut after the sixtieth`, () => {
      assert.equal(quoteName(unit.repeat(60)), `"${unit.repeat(60)}"`);
      assert.equal(quoteName(unit.repeat(61)), `"${unit.repeat(60)}…"`);
      assert.equal(quoteName(unit.repeat(10_000)), `"${unit.repeat(60)}…"`);
    });

  it('a character of two units at the cut is not halved', () => {
    assert.equal(quoteName(`${'a'.repeat(59)}😀b`), `"${'a'.repeat(59)}😀…"`);
  });

  it('whatever is quoted is one line without control or invisible characters, and only its own marks end it', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: anyCharacter }), fc.string({ unit: 'grapheme' })), (text) => {
        const quoted = quoteName(text);
        assert.doesNotMatch(quoted, /[\p{C}\p{Zl}\p{Zp}]/u);
        assert.match(quoted, /^"(?:[^"\\]|\\["\\]|\\u\{[\da-f]+\})*"$/u);
      }),
    );
  });

  it('a text of up to 60 characters can be read back from its quote', () => {
    fc.assert(
      fc.property(fc.string({ unit: anyCharacter, maxLength: 60 }), (text) => {
        const read = quoteName(text)
          .slice(1, -1)
          .replaceAll(/\\(?:(["\\])|u\{([\da-f]+)\})/gu, (_, mark: string | undefined, hex: string) =>
            mark === undefined ? String.fromCodePoint(Number.parseInt(hex, 16)) : mark,
          );
        assert.equal(read, text);
      }),
    );
  });
});

describe('a code point is written in at least four upper-case digits', () => {
  for (const [character, written] of [
    ['\u0000', 'U+0000'],
    ['a', 'U+0061'],
    ['\u200b', 'U+200B'],
    ['\ud800', 'U+D800'],
    ['😀', 'U+1F600'],
    ['\u{10ffff}', 'U+10FFFF'],
  ] as const)
    it(written, () => assert.equal(formatCodePoint(character), written));
});
