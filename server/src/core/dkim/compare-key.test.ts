import assert from 'node:assert/strict';
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { compareKey, countLostPluses, type ExpectedKey, isChangedCopy, measureRsaKey } from './compare-key.ts';

const exportRsa = (key: KeyObject, type: 'spki' | 'pkcs1') => key.export({ type, format: 'der' });
const [one, two] = [makeRsa(1024), makeRsa(1024)];
const spki = exportRsa(one, 'spki');
const pkcs1 = exportRsa(one, 'pkcs1');
const rsa: ExpectedKey = { publicKey: spki.toString('base64'), kind: 'rsa' };
const ed = makeEd25519();
const ed25519: ExpectedKey = { publicKey: ed.toString('base64'), kind: 'ed25519' };

const likenesses: readonly [name: string, expected: ExpectedKey, found: Buffer, likeness: string][] = [
  ['the same octets', rsa, spki, 'same'],
  ['the same key as PKCS#1', rsa, pkcs1, 'bare'],
  ['another key', rsa, exportRsa(two, 'spki'), 'other'],
  ['another key as PKCS#1', rsa, exportRsa(two, 'pkcs1'), 'other'],
  ['our modulus with another exponent', rsa, Buffer.concat([pkcs1.subarray(0, -1), Buffer.from([3])]), 'other'],
  ['nothing', rsa, Buffer.alloc(0), 'other'],
  ['our key and an octet', rsa, Buffer.concat([spki, Buffer.alloc(1)]), 'other'],
  ['our key without its last octet', rsa, spki.subarray(0, -1), 'other'],
  ['the same 32 octets', ed25519, ed, 'same'],
  ['31 of 32 octets', ed25519, ed.subarray(1), 'other'],
  ['another Ed25519 key', ed25519, makeEd25519(), 'other'],
  ['an RSA key where Ed25519 is expected', ed25519, pkcs1, 'other'],
  ['octets that are no key on both sides', { publicKey: 'AAAA', kind: 'rsa' }, Buffer.from('x'), 'other'],
];
for (const [name, expected, found, likeness] of likenesses)
  test(`a key is compared by what receivers make of it: ${name} is "${likeness}"`, () => {
    assert.equal(compareKey(expected, found), likeness);
  });

const sizes: readonly [name: string, text: string, bits: number | undefined][] = [
  ['a key', rsa.publicKey, 1024],
  ['a key as PKCS#1', pkcs1.toString('base64'), 1024],
  ['a key of 512 bits', exportRsa(makeRsa(512), 'spki').toString('base64'), 512],
  ['a modulus of nine bits', Buffer.from('300702020100020103', 'hex').toString('base64'), 9],
  ['an Ed25519 key', ed25519.publicKey, undefined],
  ['nothing', '', undefined],
  ['no base64', '*', undefined],
];
for (const [name, text, bits] of sizes)
  test(`only an RSA key has a size: ${name}`, () => assert.equal(measureRsaKey(text), bits));

const copies: readonly [name: string, expected: ExpectedKey, found: string, isCopy: boolean][] = [
  ['itself', rsa, rsa.publicKey, true],
  ['in lower case', rsa, rsa.publicKey.toLowerCase(), true],
  ['a character lost in the middle', rsa, rsa.publicKey.slice(0, 100) + rsa.publicKey.slice(101), true],
  ['half of it', rsa, rsa.publicKey.slice(0, 130), true],
  ['behind other text', rsa, `${'x'.repeat(100)}${rsa.publicKey}`, true],
  ['behind so much other text that nobody reads on', rsa, `${'x'.repeat(5000)}${rsa.publicKey}`, false],
  ['only what all RSA keys of a size have in common', rsa, rsa.publicKey.slice(0, 48), false],
  ['another RSA key of the same size', rsa, exportRsa(two, 'spki').toString('base64'), false],
  ['nothing', rsa, '', false],
  ['seven characters', ed25519, ed25519.publicKey.slice(0, 7), false],
  ['an Ed25519 key with a changed character', ed25519, `*${ed25519.publicKey.slice(1)}`, true],
  ['another Ed25519 key', ed25519, makeEd25519().toString('base64'), false],
  ['a copy of a key too short to be told', { publicKey: 'AAAAAAA', kind: 'ed25519' }, 'AAAAAAA', false],
];
for (const [name, expected, found, isCopy] of copies)
  test(`a changed copy of our key is ${isCopy ? '' : 'not '}seen in: ${name}`, () => {
    assert.equal(isChangedCopy(expected, found), isCopy);
  });

test('a changed copy needs a quarter of the pieces of our key, and one piece less is another key', () => {
  // 32 characters without a repetition have 25 pieces of 8: 7 pieces are 14 characters.
  const expected: ExpectedKey = { publicKey: 'abcdefghijklmnopqrstuvwxyz012345', kind: 'ed25519' };
  assert.equal(isChangedCopy(expected, 'abcdefghijklmn'), true);
  assert.equal(isChangedCopy(expected, 'abcdefghijklm'), false);
});

const pluses: readonly [name: string, ours: string, found: string, count: number][] = [
  ['all of them', 'a+b+c', 'abc', 2],
  ['none lost', 'a+b+c', 'a+b+c', 0],
  ['one of two', 'a+b+c', 'ab+c', 0],
  ['none there to be lost', 'abc', 'abc', 0],
  ['another text', 'a+b', 'ac', 0],
  ['in a row', '++', '', 2],
];
for (const [name, ours, found, count] of pluses)
  test(`lost plus signs are counted only where nothing else differs: ${name}`, () => {
    assert.equal(countLostPluses(ours, found), count);
  });

test('whatever is found, only our own octets are the same key', () => {
  fc.assert(
    fc.property(fc.nat(spki.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
      const changed = Buffer.from(spki);
      changed[at] = (changed[at] ?? 0) ^ flip;
      assert.notEqual(compareKey(rsa, changed), 'same');
      assert.equal(isChangedCopy(rsa, changed.toString('base64')), true);
    }),
  );
});

function makeRsa(modulusLength: number): KeyObject {
  return generateKeyPairSync('rsa', { modulusLength }).publicKey;
}

function makeEd25519(): Buffer {
  return generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'der' }).subarray(-32);
}
