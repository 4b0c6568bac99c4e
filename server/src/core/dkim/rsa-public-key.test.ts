import assert from 'node:assert/strict';
import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseBareRsaPublicKey, parseRsaPublicKey } from './rsa-public-key.ts';

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

/** One DER element; lengths as X.690 §10.1 wants them. */
function encode(tag: number, content: Buffer): Buffer {
  const length = content.length;
  const head = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...head]), content]);
}
const integer = (hex: string) => encode(0x02, Buffer.from(hex, 'hex'));
const sequence = (...parts: readonly Buffer[]) => encode(0x30, Buffer.concat(parts));
const rsaAlgorithm = Buffer.from('300d06092a864886f70d0101010500', 'hex');
const wrap = (bare: Buffer, algorithm = rsaAlgorithm, unused = 0) =>
  sequence(algorithm, encode(0x03, Buffer.concat([Buffer.from([unused]), bare])));
const bare = sequence(integer('00c5'), integer('010001'));

const measured: readonly [name: string, modulus: string, bits: number][] = [
  ['one bit', '01', 1],
  ['a full octet behind a zero octet', '00ff', 8],
  ['half an octet', '08', 4],
  ['an odd number of digits', '0800', 12],
  ['zero octets in front, as BER allows', '00000100', 9],
  ['127 octets, the last short length', `00${'ff'.repeat(126)}`, 1008],
  ['128 octets, the first long length', `00${'ff'.repeat(127)}`, 1016],
  ['256 octets, the first length of two octets', '7f'.padEnd(512, '0'), 2047],
];
for (const [name, modulus, bits] of measured)
  test(`the size of a key is that of its modulus, in both forms: ${name}`, () => {
    const key = sequence(integer(modulus), integer('03'));
    const expected = { modulusHex: modulus.replace(/^0+/, ''), exponentHex: '3', modulusBits: bits };
    assert.deepEqual(parseBareRsaPublicKey(key), expected);
    assert.deepEqual(parseRsaPublicKey(wrap(key)), expected);
  });

const malformed: readonly [name: string, der: Buffer][] = [
  ['an exponent of zero', sequence(integer('00c5'), integer('00'))],
  ['an empty exponent', sequence(integer('00c5'), integer(''))],
  ['no exponent', sequence(integer('00c5'))],
  ['a third number', sequence(integer('00c5'), integer('03'), integer('03'))],
  ['an octet string for the modulus', sequence(encode(0x04, Buffer.from([5])), integer('03'))],
  ['an octet string for the exponent', sequence(integer('00c5'), encode(0x04, Buffer.from([3])))],
  ['a set for the sequence', encode(0x31, bare.subarray(2))],
  ['unused bits in the bit string (a key has none)', wrap(bare, rsaAlgorithm, 1)],
  ['an empty bit string', sequence(rsaAlgorithm, encode(0x03, Buffer.alloc(0)))],
  ['an octet string for the bit string', sequence(rsaAlgorithm, encode(0x04, Buffer.concat([Buffer.alloc(1), bare])))],
  ['an algorithm without its NULL', wrap(bare, Buffer.from('300b06092a864886f70d010101', 'hex'))],
  ['the algorithm of RSASSA-PSS', wrap(bare, Buffer.from('300d06092a864886f70d01010a0500', 'hex'))],
  ['octets behind the key in the bit string', wrap(Buffer.concat([bare, Buffer.alloc(1)]))],
  ['something behind the bit string', sequence(wrap(bare).subarray(2), integer('03'))],
  ['a key wrapped twice', wrap(wrap(bare))],
  ['a length of three octets', Buffer.concat([Buffer.from('30830000', 'hex'), bare.subarray(1)])],
  ['a length one more than there is', Buffer.concat([Buffer.from([0x30, bare.length - 1]), bare.subarray(2)])],
];
for (const [name, der] of malformed) test(`not an RSA key: ${name}`, () => assert.equal(parseRsaPublicKey(der), null));

test('whatever the numbers, both forms give them back, and only one of the forms is a bare key', () => {
  const number = fc.bigInt({ min: 1n, max: 2n ** 4096n });
  const toHex = (value: bigint) => {
    const hex = value.toString(16);
    return integer(`00${hex.length % 2 ? '0' : ''}${hex}`);
  };
  fc.assert(
    fc.property(number, number, (modulus, exponent) => {
      const key = sequence(toHex(modulus), toHex(exponent));
      const expected = {
        modulusHex: modulus.toString(16),
        exponentHex: exponent.toString(16),
        modulusBits: modulus.toString(2).length,
      };
      assert.deepEqual(parseBareRsaPublicKey(key), expected);
      assert.deepEqual(parseRsaPublicKey(wrap(key)), expected);
      assert.equal(parseBareRsaPublicKey(wrap(key)), null);
    }),
  );
});
