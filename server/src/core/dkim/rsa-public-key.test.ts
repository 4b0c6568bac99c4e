import assert from 'node:assert/strict';
import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseRsaPublicKey } from './rsa-public-key.ts';

const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
const spki = publicKey.export({ type: 'spki', format: 'der' });
const pkcs1 = publicKey.export({ type: 'pkcs1', format: 'der' });

test('both encodings of a key give the numbers that OpenSSL gives', () => {
  const jwk = createPublicKey({ key: spki, type: 'spki', format: 'der' }).export({ format: 'jwk' });
  const modulusHex = Buffer.from(jwk.n ?? '', 'base64url').toString('hex');
  const expected = { modulusHex, exponentHex: '10001', modulusBits: 1024 };
  assert.deepEqual(parseRsaPublicKey(spki), expected);
  assert.deepEqual(parseRsaPublicKey(pkcs1), expected);
});

const ed25519 = generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'der' });
const refused: readonly [name: string, der: Buffer][] = [
  ['nothing', Buffer.alloc(0)],
  ['one octet', Buffer.from([0x30])],
  ['a length without octets', Buffer.from([0x30, 0x82, 0x01])],
  ['an indefinite length', Buffer.from([0x30, 0x80, 0, 0])],
  ['a length of four octets', Buffer.from('3084000000020101', 'hex')],
  ['a key that is cut off', spki.subarray(0, -1)],
  ['octets behind a key', Buffer.concat([spki, Buffer.from([0])])],
  ['octets behind a bare key', Buffer.concat([pkcs1, Buffer.from([0])])],
  ['a key of another algorithm', ed25519],
  ['a modulus of zero', Buffer.from('30060201000201030', 'hex')],
];
for (const [name, der] of refused) test(`not an RSA key: ${name}`, () => assert.equal(parseRsaPublicKey(der), null));

test('no octets make the reader throw', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), fc.nat(spki.length), (noise, at) => {
      parseRsaPublicKey(noise);
      parseRsaPublicKey(Buffer.concat([spki.subarray(0, at), noise, spki.subarray(at + noise.length)]));
    }),
  );
});
