import assert from 'node:assert/strict';
import { createPrivateKey, createPublicKey } from 'node:crypto';
import { before, test } from 'node:test';
import { parseRsaPublicKey } from '../core/dkim/rsa-public-key.ts';
import { RSA_SIZES } from '../core/records/dkim-key.ts';
import { createDkimKey, type DkimKeyPair, formatPublicKey, isWorkingPair, openPublicKey } from './dkim-keys.ts';

let key: DkimKeyPair;
let other: DkimKeyPair;
before(async () => {
  [key, other] = await Promise.all([createDkimKey(), createDkimKey()]);
});

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

for (const bits of RSA_SIZES)
  test(`a key of ${bits} bits has that size, and works`, async () => {
    const pair = await createDkimKey(`rsa-${bits}`);
    assert.equal(parseRsaPublicKey(Buffer.from(pair.publicKey, 'base64'))?.modulusBits, bits);
    assert.equal(await isWorkingPair(pair, `rsa-${bits}`), true);
  });

test('an Ed25519 key is published as its bare 32 octets (RFC 8463 §4.2), and works', async () => {
  const [pair, foreign] = await Promise.all([createDkimKey('ed25519'), createDkimKey('ed25519')]);
  assert.equal(Buffer.from(pair.publicKey, 'base64').length, 32);
  assert.equal(await isWorkingPair(pair, 'ed25519'), true);
  assert.equal(await isWorkingPair({ ...pair, publicKey: foreign.publicKey }, 'ed25519'), false);
});

test('the Ed25519 key of RFC 8463 appendix A is read and written as it stands there', () => {
  const published = '11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=';
  const key = openPublicKey(published, 'ed25519');
  assert.equal(formatPublicKey(key, 'ed25519'), published);
});

test('two keys are never the same', () => {
  assert.notEqual(key.publicKey, other.publicKey);
});

test('a pair whose halves do not belong together is noticed', async () => {
  assert.equal(await isWorkingPair(key), true);
  assert.equal(await isWorkingPair({ ...key, publicKey: other.publicKey }), false);
});
