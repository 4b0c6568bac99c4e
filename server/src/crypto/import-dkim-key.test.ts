import assert from 'node:assert/strict';
import { createHash, createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { test } from 'node:test';
import { AppError } from '../core/errors.ts';
import { isWorkingPair } from './dkim-keys.ts';
import { importDkimKey } from './import-dkim-key.ts';

const rsa = (modulusLength: number, publicExponent = 65_537) =>
  generateKeyPairSync('rsa', { modulusLength, publicExponent }).privateKey;
const rsa2048 = rsa(2048);
const ed25519 = generateKeyPairSync('ed25519').privateKey;

const pkcs8 = (key: KeyObject): string => key.export({ type: 'pkcs8', format: 'pem' }).toString();
const pkcs1 = (key: KeyObject): string => key.export({ type: 'pkcs1', format: 'pem' }).toString();
const armour = (label: string, der: Uint8Array): string =>
  `-----BEGIN ${label}-----\n${Buffer.from(der).toString('base64')}\n-----END ${label}-----\n`;

/** Ed25519 with its public half (RFC 5958 §2), as some libraries write it. */
function pkcs8WithPublicHalf(publicHalf: Buffer, tag = '812100'): string {
  const seed = Buffer.from(ed25519.export({ format: 'jwk' }).d ?? '', 'base64url');
  const start = tag === '812100' ? '3051' : '3053';
  const prefix = Buffer.from(`${start}020101300506032b657004220420`, 'hex');
  return armour('PRIVATE KEY', Buffer.concat([prefix, seed, Buffer.from(tag, 'hex'), publicHalf]));
}
const publicHalf = Buffer.from(ed25519.export({ format: 'jwk' }).x ?? '', 'base64url');

for (const { what, pem, algorithm } of [
  { what: 'RSA in PKCS#8', pem: pkcs8(rsa2048), algorithm: 'rsa-2048' },
  { what: 'RSA in PKCS#1', pem: pkcs1(rsa2048), algorithm: 'rsa-2048' },
  { what: 'RSA of 1024 bits', pem: pkcs1(rsa(1024)), algorithm: 'rsa-1024' },
  { what: 'RSA of an odd size', pem: pkcs8(rsa(1536)), algorithm: 'rsa-1536' },
  { what: 'RSA of 4096 bits', pem: pkcs8(rsa(4096)), algorithm: 'rsa-4096' },
  { what: 'Ed25519', pem: pkcs8(ed25519), algorithm: 'ed25519' },
  { what: 'Ed25519 with its public half', pem: pkcs8WithPublicHalf(publicHalf), algorithm: 'ed25519' },
  {
    what: 'Ed25519 with its public half, wrapped once more',
    pem: pkcs8WithPublicHalf(publicHalf, 'a123032100'),
    algorithm: 'ed25519',
  },
  {
    what: 'PKCS#8 called PKCS#1',
    pem: pkcs8(rsa2048).replaceAll('PRIVATE KEY', 'RSA PRIVATE KEY'),
    algorithm: 'rsa-2048',
  },
  { what: 'CRLF', pem: pkcs8(rsa2048).replaceAll('\n', '\r\n'), algorithm: 'rsa-2048' },
  { what: 'spaces around', pem: `\n\t  ${pkcs8(rsa2048)}  \n\n`, algorithm: 'rsa-2048' },
  { what: 'indentation', pem: pkcs8(rsa2048).replaceAll('\n', '\n    '), algorithm: 'rsa-2048' },
  { what: 'line breaks written as \\n', pem: pkcs1(rsa2048).replaceAll('\n', '\\n'), algorithm: 'rsa-2048' },
  { what: 'one line', pem: pkcs1(rsa2048).replaceAll('\n', ' '), algorithm: 'rsa-2048' },
  { what: 'attributes before it', pem: `Bag Attributes\n    localKeyID: 01\n${pkcs8(rsa2048)}`, algorithm: 'rsa-2048' },
])
  test(`a private key is read, and works: ${what}`, async () => {
    const imported = await importDkimKey(pem);
    assert.equal(imported.algorithm, algorithm);
    const { pair } = imported;
    assert.equal(await isWorkingPair(pair, imported.algorithm), true);
    const kept = createPrivateKey({ key: pair.privateKeyDer, format: 'der', type: 'pkcs8' });
    assert.equal(kept.asymmetricKeyType, algorithm === 'ed25519' ? 'ed25519' : 'rsa');
  });

const encrypted8 = rsa2048.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' }).toString();
const encrypted1 = rsa2048.export({ type: 'pkcs1', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' }).toString();
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
const dsa = generateKeyPairSync('dsa', { modulusLength: 1024, divisorLength: 160 }).privateKey;
const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const der = rsa2048.export({ type: 'pkcs8', format: 'der' });

/** A PKCS#1 key with one of its numbers replaced: 0 version, 1 modulus, 2 exponent, 3 private exponent, 4 and 5 primes, 6 to 8 for speed. */
function withNumber(key: KeyObject, place: number, change: (octets: Buffer) => Buffer): string {
  const numbers: Buffer[] = [];
  const octets = key.export({ type: 'pkcs1', format: 'der' });
  for (let at = 4; at < octets.length; ) {
    const first = octets.readUInt8(at + 1);
    const [start, length] =
      first < 0x80 ? [at + 2, first] : [at + 2 + (first & 0x7f), octets.readUIntBE(at + 2, first & 0x7f)];
    numbers.push(octets.subarray(start, start + length));
    at = start + length;
  }
  const changed = numbers.map((number, at) => (at === place ? change(Buffer.from(number)) : number));
  const parts = changed.map((number) => Buffer.concat([encodeHead(0x02, number.length), number]));
  const content = Buffer.concat(parts);
  return armour('RSA PRIVATE KEY', Buffer.concat([encodeHead(0x30, content.length), content]));
}

function encodeHead(tag: number, length: number): Buffer {
  return length < 0x80 ? Buffer.from([tag, length]) : Buffer.from([tag, 0x82, length >> 8, length & 0xff]);
}

function flip(octets: Buffer): Buffer {
  octets.writeUInt8(octets.readUInt8(octets.length - 1) ^ 2, octets.length - 1);
  return octets;
}

for (const { what, pem, says } of [
  { what: 'nothing', pem: '', says: /no PEM block/ },
  { what: 'garbage', pem: 'MIIEvQIBADANBgkqhkiG9w0BAQEFAASC', says: /no PEM block.*BEGIN and END/ },
  { what: 'the DKIM record', pem: 'v=DKIM1; k=rsa; p=MIIBIjANBgkq', says: /DKIM record.*private key/ },
  { what: 'PKCS#8, encrypted', pem: encrypted8, says: /encrypted. Decrypt it first with `openssl pkcs8/ },
  { what: 'PKCS#1, encrypted', pem: encrypted1, says: /encrypted. Decrypt it first with `openssl rsa/ },
  {
    what: 'a public key',
    pem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    says: /public key.*private/,
  },
  { what: 'a bare public key', pem: publicKey.export({ type: 'pkcs1', format: 'pem' }).toString(), says: /public key/ },
  { what: 'a certificate', pem: armour('CERTIFICATE', der), says: /certificate.*private key/ },
  { what: 'a key of OpenSSH', pem: armour('OPENSSH PRIVATE KEY', der), says: /OpenSSH.*ssh-keygen/ },
  { what: 'EC, SEC 1', pem: ec.export({ type: 'sec1', format: 'pem' }).toString(), says: /EC key.*RSA or Ed25519/ },
  { what: 'EC, PKCS#8', pem: pkcs8(ec), says: /support EC keys.*RSA or Ed25519/ },
  { what: 'DSA', pem: pkcs8(dsa), says: /support DSA keys.*RSA or Ed25519/ },
  { what: 'Ed448', pem: pkcs8(generateKeyPairSync('ed448').privateKey), says: /support ED448/ },
  { what: 'X25519', pem: pkcs8(generateKeyPairSync('x25519').privateKey), says: /support X25519/ },
  { what: 'RSA-PSS', pem: pkcs8(generateKeyPairSync('rsa-pss', { modulusLength: 2048 }).privateKey), says: /RSA-PSS/ },
  { what: 'two keys', pem: `${pkcs8(rsa2048)}${pkcs1(rsa2048)}`, says: /2 PEM blocks/ },
  { what: 'a key in a key', pem: pkcs8(rsa2048).replace('\n', `\n${pkcs8(ed25519)}`), says: /2 PEM blocks/ },
  { what: 'no END line', pem: pkcs8(rsa2048).replace(/-----END.*/, ''), says: /cut off/ },
  {
    what: 'half a key',
    pem: pkcs8(rsa2048).replace(/(.*\n){9}-----END/, '-----END'),
    says: /can't be read|isn't valid base64/,
  },
  {
    what: 'another END line',
    pem: pkcs8(rsa2048).replace('END PRIVATE', 'END RSA PRIVATE'),
    says: /BEGIN and END lines/,
  },
  { what: 'letters that are no base64', pem: pkcs8(rsa2048).replace('MII', 'M*I'), says: /isn't valid base64/ },
  { what: 'no key between the lines', pem: armour('PRIVATE KEY', Buffer.from('hello')), says: /can't be read/ },
  { what: 'RSA of 512 bits', pem: pkcs1(rsa(512)), says: /only 512 bits.*shorter than 1024/ },
  { what: 'RSA of 1023 bits', pem: pkcs1(rsa(1023)), says: /only 1023 bits/ },
  { what: 'RSA of 4104 bits', pem: pkcs1(rsa(4104)), says: /4104 bits.*longer than 4096/ },
  { what: 'the exponent 3', pem: pkcs8(rsa(2048, 3)), says: /public exponent is weak/ },
  { what: 'an exponent of 32 bits', pem: pkcs8(rsa(2048, 2 ** 32 - 5)), says: /too large for many/ },
  { what: 'another modulus', pem: withNumber(rsa2048, 1, flip), says: /parts of this key don't match/ },
  {
    what: 'another exponent',
    pem: withNumber(rsa2048, 2, () => Buffer.from('01000f', 'hex')),
    says: /parts of this key don't match/,
  },
  { what: 'another prime', pem: withNumber(rsa2048, 4, flip), says: /parts of this key don't match/ },
  {
    what: 'another public half',
    pem: pkcs8WithPublicHalf(createHash('sha256').digest()),
    says: /doesn't match the private key/,
  },
])
  test(`what is no usable private key is refused, in words that tell nothing of it: ${what}`, async () => {
    const refused = await importDkimKey(pem).then(
      () => null,
      (error: unknown) => error,
    );
    assert.ok(refused instanceof AppError, 'it was taken');
    assert.equal(refused.code, 'VALIDATION_FAILED');
    assert.equal(refused.details?.[0]?.field, 'privateKey');
    assert.match(refused.message, says);
    assert.equal(refused.cause, undefined);
    const told = `${refused.message} ${refused.stack} ${JSON.stringify(refused)}`;
    for (let at = 0; at + 12 <= pem.length; at += 4) {
      const part = pem.slice(at, at + 12);
      assert.ok(!/^[A-Za-z0-9+/]{12}$/.test(part) || /^[a-zA-Z]+$/.test(part) || !told.includes(part), part);
    }
  });
