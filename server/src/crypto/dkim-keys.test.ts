import assert from 'node:assert/strict';
import { createPrivateKey, createPublicKey } from 'node:crypto';
import { test } from 'node:test';
import { parseRsaPublicKey } from '../core/rsa-public-key.ts';
import { createDkimKey, isWorkingPair } from './dkim-keys.ts';

const [key, other] = await Promise.all([createDkimKey(), createDkimKey()]);

test('a key is RSA with 2048 bits and the usual exponent, in one line of base64', () => {
  assert.match(key.publicKey, /^[A-Za-z0-9+/]{392}$/);
  const parsed = parseRsaPublicKey(Buffer.from(key.publicKey, 'base64'));
  assert.equal(parsed?.modulusBits, 2048);
  assert.equal(parsed?.exponentHex, '10001');
});

test('the public key is the one of the private key', () => {
  const derived = createPublicKey(createPrivateKey({ key: key.privateKeyDer, format: 'der', type: 'pkcs8' }));
  assert.equal(derived.export({ type: 'spki', format: 'der' }).toString('base64'), key.publicKey);
});

test('two keys are never the same', () => {
  assert.notEqual(key.publicKey, other.publicKey);
});

test('a pair whose halves do not belong together is noticed', async () => {
  assert.equal(await isWorkingPair(key), true);
  assert.equal(await isWorkingPair({ ...key, publicKey: other.publicKey }), false);
});
