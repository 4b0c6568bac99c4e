import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isSameText } from './same-text.ts';

const VALUE = 'v=DMARC1; p=none;';

const same: readonly [name: string, text: string][] = [
  ['the value itself', VALUE],
  ['no blanks at all', 'v=DMARC1;p=none;'],
  ['tabs and line breaks for blanks', 'v=DMARC1;\tp=none;\r\n'],
  ['a no-break space for a blank', 'v=DMARC1;\xa0p=none;'],
  ['no semicolon at the end', 'v=DMARC1; p=none'],
  ['a blank after the last semicolon', 'v=DMARC1; p=none; '],
  ['quotes around all of it', '"v=DMARC1; p=none;"'],
  ['a quote that was never closed', '"v=DMARC1; p=none;'],
  ['cut into two quoted strings, as a zone file writes it', '"v=DMARC1; " "p=none;"'],
  ['another case', 'V=dmarc1; P=NONE;'],
];

const other: readonly [name: string, text: string][] = [
  ['nothing', ''],
  ['the beginning of it', 'v=DMARC1; p=non'],
  ['more than it', 'v=DMARC1; p=none; rua=mailto:a@example.com'],
  ['the value twice', `${VALUE}${VALUE}`],
  ['another policy', 'v=DMARC1; p=reject;'],
  ['no semicolon in the middle', 'v=DMARC1 p=none'],
  ['two semicolons at the end', 'v=DMARC1; p=none;;'],
  ['a semicolon before it', ';v=DMARC1; p=none'],
  ['a backslash before a semicolon', 'v=DMARC1\\; p=none;'],
  ['single quotes', "'v=DMARC1; p=none;'"],
  ['a letter that looks the same (U+0440)', 'v=DMARC1; \u0440=none;'],
  ['a NUL at the end', `${VALUE}\x00`],
];

for (const [name, text] of same)
  test(`says the same: ${name}`, () =>
    assert.deepEqual([isSameText(text, VALUE), isSameText(VALUE, text)], [true, true]));

for (const [name, text] of other)
  test(`says something else: ${name}`, () =>
    assert.deepEqual([isSameText(text, VALUE), isSameText(VALUE, text)], [false, false]));

test('a text of quotes, blanks and a semicolon says as much as nothing', () => {
  assert.equal(isSameText(' "; ', ''), true);
  assert.equal(isSameText(';;', ''), false);
});

test('quotes and blanks change nothing wherever they stand, any other character does', () => {
  const letters = fc.stringMatching(/^[a-z0-9=]{1,20}$/);
  const noise = fc.constantFrom(' ', '"', '\t', '\n', '\r', '" "');
  fc.assert(
    fc.property(letters, fc.nat(20), noise, fc.constantFrom('x', '-', '\\', '\x00'), (value, position, blank, mark) => {
      const insert = (what: string) => `${value.slice(0, position)}${what}${value.slice(position)}`;
      assert.equal(isSameText(insert(blank), value), true);
      assert.equal(isSameText(insert(mark), value), false);
    }),
  );
});
