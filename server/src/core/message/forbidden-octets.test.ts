import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createOctetCheck } from './forbidden-octets.ts';

function check(...pieces: string[]) {
  const octets = createOctetCheck();
  for (const piece of pieces) {
    const found = octets.check(Buffer.from(piece, 'latin1'));
    if (found) return found;
  }
  return octets.end();
}

test('CRLF, LF, empty pieces and 8-bit octets are taken, however they are cut', () => {
  for (const pieces of [[''], ['a\r\nb\n\n'], ['a\r', '\nb'], ['a\r', '', '\n'], ['\xff\x01\x7f\r\n']])
    assert.equal(check(...pieces), null, JSON.stringify(pieces));
});

test('a bare CR and a NUL are found where they are, also at a cut and at the end', () => {
  assert.deepEqual(check('a\rb'), { what: 'CR without LF', at: 1 });
  assert.deepEqual(check('a\r\r\n'), { what: 'CR without LF', at: 1 });
  assert.deepEqual(check('ab\r', 'c'), { what: 'CR without LF', at: 2 });
  assert.deepEqual(check('ab', 'c\r'), { what: 'CR without LF', at: 3 });
  assert.deepEqual(check('a\r\n', 'b\0'), { what: 'NUL', at: 4 });
});

test('pieces say the same as the whole', () => {
  const text = fc.string({ unit: fc.constantFrom('a', '\r', '\n', '\0', '\r\n'), maxLength: 30 });
  fc.assert(
    fc.property(text, fc.nat(30), (whole, cut) => {
      const isRight = check(whole) === null;
      assert.equal(isRight, !/\0|\r(?!\n)/.test(whole));
      assert.equal(check(whole.slice(0, cut), whole.slice(cut)) === null, isRight);
    }),
  );
});
