import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isPlainText, tameJson, tameLines, tameText } from './plain-text.ts';

const OBEYED = [
  'a\u0000',
  'a\u001b[31mRED',
  'a\u001b]0;x\u0007',
  'a\u009b31m',
  'a\u007f',
  'a\u202eevil',
  'a\u2066b',
  'a\u200fb',
  'a\u061cb',
  'a\u2028b',
  'a\nb',
  'a\tb',
];

test('a name may be written in any script, and holds nothing that a terminal or a reader obeys', () => {
  for (const name of ['acme', 'Bücher & Söhne', '株式会社', 'שלום', 'مرحبا', '👩‍💻', "O'Brien (EU)"]) {
    assert.equal(isPlainText(name), true, name);
    assert.equal(tameText(name), name);
  }
  for (const name of [...OBEYED, 'a\ud800']) assert.equal(isPlainText(name), false, JSON.stringify(name));
});

test('what a terminal obeys is shown as an escape; of several lines, the breaks stay; of JSON, the value', () => {
  for (const text of OBEYED) assert.equal(isPlainText(tameText(text)), true, JSON.stringify(text));
  assert.equal(tameText('a\u001b[31m\nb'), 'a\\u{1b}[31m\\u{a}b');
  assert.equal(tameLines('NAME\tKEY\na\u009b31m\r'), 'NAME\tKEY\na\\u{9b}31m\\u{d}');
  const value = OBEYED.map((name) => ({ name }));
  const json = tameJson(JSON.stringify(value, null, 2));
  assert.deepEqual(JSON.parse(json), value);
  assert.equal(isPlainText(json.replaceAll('\n', '')), true);
});
