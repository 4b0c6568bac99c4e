import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { AppError } from '../core/errors.ts';
import { createSecretBox, parseSecretKeys } from './secret-box.ts';

const KEY = Buffer.alloc(32, 7).toString('base64');
const OTHER_KEY = Buffer.alloc(32, 8).toString('base64');
const box = createSecretBox(KEY);
const secret = Buffer.from('the private key');

const cannotOpen = (error: unknown) =>
  error instanceof AppError && error.code === 'INTERNAL_SERVER_ERROR' && /can't be opened/.test(error.message);

test('what was sealed opens again, whatever it is', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 3000 }), fc.string({ unit: 'grapheme' }), (plaintext, context) => {
      const opened = createSecretBox(KEY).open(box.seal(plaintext, context), context);
      assert.deepEqual(opened, Buffer.from(plaintext));
    }),
  );
});

test('a changed octet, anywhere, is noticed', () => {
  const sealed = box.seal(secret, 'row');
  for (let at = 0; at < sealed.length; at++) {
    const changed = Buffer.from(sealed);
    changed.writeUInt8(sealed.readUInt8(at) ^ 1, at);
    assert.throws(() => box.open(changed, 'row'), cannotOpen, `octet ${at}`);
  }
});

test('a sealed secret that is cut off, at any place, or followed by more is noticed', () => {
  const sealed = box.seal(secret, 'row');
  for (let length = 0; length < sealed.length; length++)
    assert.throws(() => box.open(sealed.subarray(0, length), 'row'), cannotOpen, `${length} octets`);
  assert.throws(() => box.open(Buffer.concat([sealed, Buffer.from([0])]), 'row'), cannotOpen);
});

test('a sealed secret opens in its own row only', () => {
  const sealed = box.seal(secret, 'dkim_keys/1');
  for (const context of ['dkim_keys/2', 'dkim_keys/1 ', '']) assert.throws(() => box.open(sealed, context), cannotOpen);
});

test('another key does not open it, and the message names the variable', () => {
  assert.throws(() => createSecretBox(OTHER_KEY).open(box.seal(secret, 'row'), 'row'), /AUTOSEND_SECRET_KEY/);
});

test('the same secret is never sealed to the same octets', () => {
  const sealed = Array.from({ length: 1000 }, () => box.seal(secret, 'row').toString('hex'));
  assert.equal(new Set(sealed).size, 1000);
  assert.equal(new Set(sealed.map((hex) => hex.slice(2, 26))).size, 1000);
});

test('the key id is stable, differs for each key, and is no part of the key', () => {
  assert.match(box.keyId, /^[0-9a-f]{16}$/);
  assert.equal(createSecretBox(` ${KEY}\n`).keyId, box.keyId);
  assert.notEqual(createSecretBox(OTHER_KEY).keyId, box.keyId);
});

const refused: readonly [name: string, text: string][] = [
  ['nothing', ''],
  ['31 octets', Buffer.alloc(31, 1).toString('base64')],
  ['33 octets', Buffer.alloc(33, 1).toString('base64')],
  ['hexadecimal digits', 'ab'.repeat(32)],
  ['base64 without its padding', KEY.slice(0, -1)],
  ['base64url', Buffer.alloc(32, 0xff).toString('base64url')],
  ['base64 with characters that a lenient reader skips', `${KEY.slice(0, 10)}!${KEY.slice(10)}`],
  ['base64 whose last bits are lost', `${KEY.slice(0, -2)}d=`],
  ['a password', 'correct horse battery staple'],
];
for (const [name, text] of refused)
  test(`not a secret key: ${name}; the message names the variable and not the value`, () => {
    assert.throws(
      () => parseSecretKeys(text),
      (error) =>
        error instanceof AppError &&
        error.message.includes('AUTOSEND_SECRET_KEY') &&
        (text === '' || !error.message.includes(text)),
    );
  });

test('of several keys the first seals, and each opens what it sealed', () => {
  for (const text of [`${OTHER_KEY},${KEY}`, `${OTHER_KEY}\n${KEY}\n`, ` ${OTHER_KEY} , ${KEY}`]) {
    const both = createSecretBox(text);
    assert.deepEqual(both.keyIds, [createSecretBox(OTHER_KEY).keyId, box.keyId]);
    assert.deepEqual(both.open(box.seal(secret, 'row'), 'row'), secret);
    assert.throws(() => both.open(box.seal(secret, 'row'), 'another row'), cannotOpen);
    const sealed = both.seal(secret, 'row');
    assert.deepEqual(createSecretBox(OTHER_KEY).open(sealed, 'row'), secret);
    assert.throws(() => box.open(sealed, 'row'), cannotOpen);
  }
  for (const text of ['', `${KEY},`, `${KEY},short`]) assert.throws(() => parseSecretKeys(text), AppError);
});
