import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { anyCharacter } from '../../../test/support/any-character.ts';
import { excerptOf, excerptsOf, formatExcerpts, quoteFound } from './quote-found.ts';

const cases: readonly [name: string, text: string, shown: string][] = [
  ['an escape sequence cannot reach a terminal', '\u001b[31mred\u0007', '"\\x1b[31mred\\x07"'],
  ['a line break cannot forge a log line', 'a\r\nb', '"a\\x0d\\x0ab"'],
  ['quotes and backslashes stay tellable from ours', 'a"b\\c', '"a\\"b\\\\c"'],
  ['octets above ASCII are shown as octets', 'caf\u00c3\u00a9', '"caf\\xc3\\xa9"'],
  ['a direction override is shown, not obeyed', 'a\u202eb', '"a\\u202eb"'],
  ['nothing stays nothing', '', '""'],
];

for (const [name, text, shown] of cases) test(name, () => assert.equal(quoteFound(text), shown));

test('64 KB of text becomes a short quotation that tells its length', () => {
  const shown = quoteFound('x'.repeat(65_536));
  assert.equal(shown, `"${'x'.repeat(100)}…" (65536 characters)`);
});

test('a thousand texts become a list of three and a number', () => {
  const shown = formatExcerpts(excerptsOf(Array.from({ length: 1000 }, (_, i) => String(i))));
  assert.equal(shown, '"0", "1", "2" and 997 more');
});

const bounded: readonly [name: string, text: string, shown: string, length: number][] = [
  ['nothing', '', '', 0],
  ['99 characters', 'x'.repeat(99), 'x'.repeat(99), 99],
  ['100 characters are shown whole', 'x'.repeat(100), 'x'.repeat(100), 100],
  ['of 101 characters the first 100', 'x'.repeat(101), 'x'.repeat(100), 101],
  ['characters count as they came, not as they are written', '"'.repeat(100), '\\"'.repeat(100), 100],
  ['a space and a tilde are printable', ' ~', ' ~', 2],
  ['their neighbors are not', '\x1f\x7f', '\\x1f\\x7f', 2],
  ['a NUL', '\x00', '\\x00', 1],
  ['the last character that is an octet, and the first that is none', '\xff\u0100', '\\xff\\u0100', 2],
  ['a surrogate alone', '\ud83d', '\\ud83d', 1],
  ['what looks like an escape of ours', '\\x00', '\\\\x00', 4],
];

for (const [name, text, shown, length] of bounded)
  test(`an excerpt: ${name}`, () => assert.deepEqual(excerptOf(text), { shown, length }));

test('a quotation says how long the text is only where it is cut', () => {
  assert.equal(quoteFound('x'.repeat(100)), `"${'x'.repeat(100)}"`);
  assert.equal(quoteFound('x'.repeat(101)), `"${'x'.repeat(100)}…" (101 characters)`);
});

const lists: readonly [name: string, texts: string[], limit: number | undefined, shown: string][] = [
  ['nothing', [], undefined, ''],
  ['one', ['a'], undefined, '"a"'],
  ['three are all told', ['a', 'b', 'c'], undefined, '"a", "b", "c"'],
  ['of four, three and a number', ['a', 'b', 'c', 'd'], undefined, '"a", "b", "c" and 1 more'],
  ['a limit of its own', ['a', 'b', 'c'], 2, '"a", "b" and 1 more'],
  ['at a limit of its own', ['a', 'b'], 2, '"a", "b"'],
  ['texts that are the same are told each', ['a', 'a'], undefined, '"a", "a"'],
  ['a text that looks like two stays one', ['a", "b'], undefined, '"a\\", \\"b"'],
];

for (const [name, texts, limit, shown] of lists)
  test(`a list of excerpts: ${name}`, () => assert.equal(formatExcerpts(excerptsOf(texts, limit)), shown));

const anyText = fc.string({ unit: anyCharacter, maxLength: 150 });

test('an excerpt is printable ASCII of bounded size, from which the first 100 characters can be read back', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const { shown, length } = excerptOf(text);
      assert.match(shown, /^[\x20-\x7e]{0,600}$/);
      assert.equal(length, text.length);
      const back = shown.replace(/\\(?:x(..)|u(....)|(["\\]))/g, (_, octet, unit, plain) =>
        typeof plain === 'string' ? plain : String.fromCharCode(Number.parseInt(octet ?? unit, 16)),
      );
      assert.equal(back, text.slice(0, 100));
    }),
  );
});

test('the quotation ends where it seems to end: no quote in it stands alone', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      assert.match(quoteFound(text), /^"(?:[^"\\]|\\["\\]|\\x[0-9a-f]{2}|\\u[0-9a-f]{4})*"(?: \(\d+ characters\))?$/);
    }),
  );
});
