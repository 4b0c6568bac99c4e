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

/** The place where primes are too close for a modulus of 2047 bits: 2^(floor(2047 / 2) - 100) (FIPS 186-5 appendix A.1.3). */
const [prime, distance] = [2n ** 1023n + 1n, 2n ** 923n];

for (const { what, numbers, says } of [
  { what: '1023 bits', numbers: of(2n ** 512n - 1n, 2n ** 511n - 1n), says: /only 1023 bits/ },
  { what: '1024 bits', numbers: of(2n ** 512n - 1n, 2n ** 511n + 1n), says: null },
  { what: '4096 bits', numbers: of(2n ** 2048n - 1n, 2n ** 2047n + 1n), says: null },
  { what: '4097 bits', numbers: of(2n ** 2048n + 1n, 3n * 2n ** 2047n), says: /has 4097 bits/ },
  { what: 'nothing', numbers: of(0n, 0n), says: /only 1 bits/ },
  { what: 'the exponent 3', numbers: { ...sound, exponent: 3n }, says: /exponent.*weak/ },
  { what: 'the exponent 65535', numbers: { ...sound, exponent: 65_535n }, says: /exponent.*weak/ },
  { what: 'the exponent 65539', numbers: { ...sound, exponent: 65_539n }, says: null },
  { what: 'a negative exponent', numbers: { ...sound, exponent: -65_537n }, says: /exponent.*weak/ },
  {
    what: 'negative primes',
    numbers: { ...sound, primes: [-sound.primes[0], -sound.primes[1]] as const },
    says: /don't match/,
  },
  { what: 'the other prime first', numbers: of(sound.primes[1], sound.primes[0]), says: null },
  { what: 'one prime twice', numbers: of(prime, prime), says: /so close/ },
  { what: 'primes just too close', numbers: of(prime, prime + distance), says: /so close/ },
  { what: 'primes just too close, the greater first', numbers: of(prime + distance, prime), says: /so close/ },
  { what: 'primes just far enough apart', numbers: of(prime, prime + distance + 1n), says: null },
  { what: 'a sound key', numbers: sound, says: null },
  { what: 'no exponent', numbers: { ...sound, exponent: 0n }, says: /exponent/ },
  { what: 'the exponent 1', numbers: { ...sound, exponent: 1n }, says: /exponent.*weak/ },
  { what: 'an even exponent', numbers: { ...sound, exponent: 65_538n }, says: /exponent.*even/ },
  { what: 'an exponent of 31 bits', numbers: { ...sound, exponent: 2n ** 31n - 1n }, says: null },
  { what: 'an exponent of 32 bits', numbers: { ...sound, exponent: 2n ** 31n + 1n }, says: /exponent.*too large/ },
  { what: 'primes of another key', numbers: { ...sound, primes: [3n, 5n] as const }, says: /don't match/ },
  {
    what: 'the modulus as a prime',
    numbers: { ...sound, primes: [1n, sound.modulus] as const },
    says: /don't match/,
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
