import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  computeTotpCode,
  createTotpSecret,
  findTotpStep,
  formatTotpSecret,
  formatTotpUri,
  toTotpStep,
} from './totp.ts';

/** RFC 6238, Appendix B, the lines of SHA-1; the last six of its eight digits. */
const RFC_SECRET = Buffer.from('12345678901234567890');
for (const [seconds, code] of [
  [59, '287082'],
  [1_111_111_109, '081804'],
  [1_111_111_111, '050471'],
  [1_234_567_890, '005924'],
  [2_000_000_000, '279037'],
  [20_000_000_000, '353130'],
] as const)
  test(`the code at ${seconds} s is that of RFC 6238`, () => {
    assert.equal(computeTotpCode(RFC_SECRET, toTotpStep(new Date(seconds * 1000))), code);
  });

/** RFC 4648 §10, without its padding. */
for (const [text, base32] of [
  ['', ''],
  ['f', 'MY'],
  ['fo', 'MZXQ'],
  ['foo', 'MZXW6'],
  ['foob', 'MZXW6YQ'],
  ['fooba', 'MZXW6YTB'],
  ['foobar', 'MZXW6YTBOI'],
] as const)
  test(`“${text}” is ${base32 || 'nothing'} in base32`, () => {
    assert.equal(formatTotpSecret(Buffer.from(text)), base32);
  });

test('a code counts in its step, the one before and the one after, and in no other', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1_000, max: 2 ** 33 }), fc.integer({ min: -4, max: 4 }), (seconds, off) => {
      const secret = createTotpSecret();
      const now = new Date(seconds * 1000);
      const step = Math.max(0, toTotpStep(now) + off);
      const found = findTotpStep(secret, computeTotpCode(secret, step), now);
      // One code in a million is that of another step, too.
      if (Math.abs(step - toTotpStep(now)) <= 1) assert.notEqual(found, null);
    }),
  );
  const now = new Date(1_000_000_000_000);
  for (const [off, isRight] of [
    [-2, false],
    [-1, true],
    [0, true],
    [1, true],
    [2, false],
  ] as const)
    assert.equal(
      findTotpStep(RFC_SECRET, computeTotpCode(RFC_SECRET, toTotpStep(now) + off), now) !== null,
      isRight,
      String(off),
    );
});

test('what is no code is none', () => {
  for (const code of ['', '1', '12345', '1234567', 'abcdef', '１２３４５６', ' 28708'])
    assert.equal(findTotpStep(RFC_SECRET, code, new Date(59_000)), null);
});

test('the address for apps has the issuer and the account, whatever signs they hold', () => {
  assert.equal(
    formatTotpUri(Buffer.from('foobar'), 'jo+x@example.com', 'AutoSend Domains'),
    'otpauth://totp/AutoSend%20Domains:jo%2Bx%40example.com?secret=MZXW6YTBOI&issuer=AutoSend%20Domains&digits=6&period=30',
  );
});
