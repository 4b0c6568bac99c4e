import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { anyCharacter } from '../../../test/support/any-character.ts';
import { decodeBase64 } from './base64.ts';

// RFC 4648 §10, the test vectors.
const vectors: readonly [text: string, octets: string][] = [
  ['', ''],
  ['Zg==', 'f'],
  ['Zm8=', 'fo'],
  ['Zm9v', 'foo'],
  ['Zm9vYg==', 'foob'],
  ['Zm9vYmE=', 'fooba'],
  ['Zm9vYmFy', 'foobar'],
];
for (const [text, octets] of vectors)
  test(`base64 is decoded as RFC 4648 §10 has it: "${text}"`, () => {
    assert.deepEqual(decodeBase64(text), { octets: Buffer.from(octets), isUnpadded: false });
  });

const unpadded: readonly [text: string, octets: string][] = [
  ['Zg', 'f'],
  ['Zg=', 'f'],
  ['Zm8', 'fo'],
  ['Zm9vYg=', 'foob'],
];
for (const [text, octets] of unpadded)
  test(`a missing "=" is noted and costs nothing: "${text}"`, () => {
    assert.deepEqual(decodeBase64(text), { octets: Buffer.from(octets), isUnpadded: true });
  });

const rsaKey = generateKeyPairSync('rsa', { modulusLength: 1024 })
  .publicKey.export({ type: 'spki', format: 'der' })
  .toString('base64');
// The length of an RSA key makes one certain, so that a "-" is there whatever the key is.
const keyForUrls = `${rsaKey.replaceAll('+', '-').replaceAll('/', '_')}`;
const hyphen = { what: 'base64_character', found: { shown: '-', length: 1 } };

const refused: readonly [name: string, text: string, problem: object][] = [
  ['one digit alone', 'A', { what: 'base64_length', length: 1 }],
  ['a digit over a whole group', 'Zm9vY', { what: 'base64_length', length: 5 }],
  ['a digit over a whole group, with "="', 'Zm9vY===', { what: 'base64_length', length: 5 }],
  ['"=" where none is due', 'Zm9v=', { what: 'base64_padding', extra: 1 }],
  ['two "=" where none is due', 'Zm9v==', { what: 'base64_padding', extra: 2 }],
  ['two "=" where one is due', 'Zm8==', { what: 'base64_padding', extra: 1 }],
  ['three "=" where two are due', 'Zg===', { what: 'base64_padding', extra: 1 }],
  ['"=" alone', '=', { what: 'base64_padding', extra: 1 }],
  ['an RSA key in the alphabet for URLs', keyForUrls, { what: 'base64_url' }],
  ['32 octets in the alphabet for URLs', `${'-_'.repeat(21)}8=`, { what: 'base64_url' }],
  ['32 octets in the alphabet for URLs, unpadded', `${'AA-A'.repeat(10)}AA8`, { what: 'base64_url' }],
  ['31 octets in it, which are no key', `${'AA-A'.repeat(10)}AA`, { ...hyphen, at: 3 }],
  ['a hyphen in what is no key', 'Zm-v', { ...hyphen, at: 3 }],
  ['a key and a note behind it', `${rsaKey}--addedbyBob`, { ...hyphen, at: rsaKey.length + 1 }],
  ['a key in both alphabets', `+/${'-_'.repeat(20)}8=`, { ...hyphen, at: 3 }],
  ['a dot', 'Zm.v', { what: 'base64_character', found: { shown: '.', length: 1 }, at: 3 }],
  ['a blank', 'Zm 9v', { what: 'base64_character', found: { shown: ' ', length: 1 }, at: 3 }],
  ['a character in the first place', '?m9v', { what: 'base64_character', found: { shown: '?', length: 1 }, at: 1 }],
  ['a NUL at the end', 'Zm9v\0', { what: 'base64_character', found: { shown: '\\x00', length: 1 }, at: 5 }],
  ['an octet above ASCII', 'Zm\xe99', { what: 'base64_character', found: { shown: '\\xe9', length: 1 }, at: 3 }],
  ['a quotation mark', 'Zm"v', { what: 'base64_character', found: { shown: '\\"', length: 1 }, at: 3 }],
  ['digits behind "="', 'Zg==Zm9v', { what: 'base64_character', found: { shown: '=', length: 1 }, at: 3 }],
  ['a hyphen and a dot', 'Z-.v', { what: 'base64_character', found: { shown: '-', length: 1 }, at: 2 }],
  ['a hyphen behind "="', 'Zg==-', { what: 'base64_character', found: { shown: '-', length: 1 }, at: 5 }],
];
for (const [name, text, problem] of refused)
  test(`no decoder has to take ${name}, and the reason is told`, () => {
    assert.deepEqual(decodeBase64(text), { problem });
  });

test('whatever was encoded comes back, with its padding, without it, and never from the alphabet for URLs', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), (octets) => {
      const text = Buffer.from(octets).toString('base64');
      const bare = text.replace(/=+$/, '');
      assert.deepEqual(decodeBase64(text), { octets: Buffer.from(octets), isUnpadded: false });
      assert.deepEqual(decodeBase64(bare), { octets: Buffer.from(octets), isUnpadded: bare !== text });
      const forUrls = Buffer.from(octets).toString('base64url');
      if (forUrls !== bare) assert.ok('problem' in decodeBase64(forUrls));
    }),
  );
});

test('a text with anything but digits and closing "=" is never decoded, and the place told is where it stands', () => {
  fc.assert(
    fc.property(fc.string({ unit: anyCharacter, maxLength: 40 }), (text) => {
      const decoded = decodeBase64(text);
      if (!('problem' in decoded)) return assert.match(text, /^[A-Za-z0-9+/]*={0,2}$/);
      if (decoded.problem.what !== 'base64_character') return;
      const { at } = decoded.problem;
      assert.match(text.charAt(at - 1), /[^A-Za-z0-9+/]/);
    }),
  );
});
