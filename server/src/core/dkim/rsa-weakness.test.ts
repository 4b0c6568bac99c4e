import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import { findRsaWeakness, type RsaNumbers } from './rsa-weakness.ts';

const jwk = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' });
const read = (text: string | undefined): bigint => BigInt(`0x${Buffer.from(text ?? '', 'base64url').toString('hex')}`);
const sound: RsaNumbers = { modulus: read(jwk.n), exponent: 65_537n, primes: [read(jwk.p), read(jwk.q)] };

/** Numbers whose primes need not be prime: the rule checks their shape only. */
const of = (p: bigint, q: bigint): RsaNumbers => ({ ...sound, modulus: p * q, primes: [p, q] });

/** A prime as the faulty chips made it: k·M + (65537^a mod M), M the product of the first primes (Nemec et al. 2017, §2). */
function makeRocaNumber(k: bigint, a: number): bigint {
  let product = 1n;
  for (let n = 2n, count = 0; count < 126; n += 1n) {
    let isPrime = true;
    for (let d = 2n; d * d <= n; d += 1n) if (n % d === 0n) isPrime = false;
    if (isPrime) {
      product *= n;
      count += 1;
    }
  }
  let power = 1n;
  for (let at = 0; at < a; at += 1) power = (power * 65_537n) % product;
  return k * product + power;
}

for (const { what, numbers, says } of [
  { what: 'a sound key', numbers: sound, says: null },
  { what: 'no exponent', numbers: { ...sound, exponent: 0n }, says: /exponent/ },
  { what: 'the exponent 1', numbers: { ...sound, exponent: 1n }, says: /exponent.*weak/ },
  { what: 'an even exponent', numbers: { ...sound, exponent: 65_538n }, says: /exponent.*even/ },
  { what: 'an exponent of 31 bits', numbers: { ...sound, exponent: 2n ** 31n - 1n }, says: null },
  { what: 'an exponent of 32 bits', numbers: { ...sound, exponent: 2n ** 31n + 1n }, says: /exponent.*larger/ },
  { what: 'primes of another key', numbers: { ...sound, primes: [3n, 5n] as const }, says: /belong together/ },
  {
    what: 'the modulus as a prime',
    numbers: { ...sound, primes: [1n, sound.modulus] as const },
    says: /belong together/,
  },
  { what: 'neighbors as primes', numbers: of(2n ** 1023n + 1n, 2n ** 1023n + 2n ** 900n + 1n), says: /so close/ },
  { what: 'primes far enough apart', numbers: of(2n ** 1023n + 1n, 2n ** 1023n + 2n ** 960n + 1n), says: null },
  {
    what: 'primes of the faulty chips',
    numbers: of(makeRocaNumber(2n ** 38n, 12_345), makeRocaNumber(2n ** 37n + 1n, 777)),
    says: /Infineon/,
  },
])
  test(`a weak RSA key is told by its numbers: ${what}`, () => {
    const weakness = findRsaWeakness(numbers);
    if (says === null) assert.equal(weakness, null);
    else assert.match(weakness ?? '', says);
  });
