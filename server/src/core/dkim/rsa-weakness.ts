/** The numbers of an RSA private key (RFC 8017 §3.2). */
export interface RsaNumbers {
  readonly modulus: bigint;
  readonly exponent: bigint;
  readonly primes: readonly [bigint, bigint];
}

/** RFC 8301 §3.2: signers must not use fewer, and verifiers need not take more. */
const IMPORTED_RSA_BITS = { min: 1024, max: 4096 } as const;

/** The exponent that is in use everywhere. Smaller ones let signatures be forged where a verifier reads their padding carelessly. */
const LEAST_EXPONENT = 65_537n;
/** What the usual libraries of verifiers read: Go's crypto/rsa stops at 31 bits. */
const GREATEST_EXPONENT = 2n ** 31n - 1n;

/** Says in a sentence why nobody should sign with a key; null for one that is sound. */
export function findRsaWeakness({ modulus, exponent, primes: [p, q] }: RsaNumbers): string | null {
  const bits = modulus.toString(2).length;
  if (bits < IMPORTED_RSA_BITS.min)
    return `The key has only ${bits} bits. Receivers ignore signatures of keys below 1024 (RFC 8301 §3.2); 2048 are asked for.`;
  if (bits > IMPORTED_RSA_BITS.max)
    return `The key has ${bits} bits. Receivers need not verify signatures of keys above 4096 (RFC 8301 §3.2).`;
  if (exponent < LEAST_EXPONENT || exponent % 2n === 0n)
    return 'The public exponent of the key is weak: it is even, or smaller than the usual 65537.';
  if (exponent > GREATEST_EXPONENT)
    return 'The public exponent of the key is larger than what many receivers can read.';
  if (p < 2n || q < 2n || p * q !== modulus) return "The parts of this key don't match.";
  const distance = p > q ? p - q : q - p;
  // FIPS 186-5 appendix A.1.3: closer primes are found from the public key alone (Fermat).
  if (distance <= 2n ** BigInt(Math.max(0, Math.floor(bits / 2) - 100)))
    return 'The key is weak: its primes are so close that they can be found from the public key.';
  if (hasRocaPrint(modulus))
    return 'The key is weak: it was made by a faulty Infineon chip (CVE-2017-15361), and can be found from the public key.';
  return null;
}

const ROCA_PRIMES = [
  ...[3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103, 107],
  ...[109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167],
];

/** For each small prime, what the powers of 65537 leave: the faulty chips made primes of those alone (Nemec et al. 2017, §3). */
const ROCA_REMAINDERS = ROCA_PRIMES.map((prime) => {
  const remainders = new Set<number>();
  for (let power = 1; !remainders.has(power); power = (power * 65_537) % prime) remainders.add(power);
  return { prime: BigInt(prime), remainders };
});

function hasRocaPrint(modulus: bigint): boolean {
  return ROCA_REMAINDERS.every(({ prime, remainders }) => remainders.has(Number(modulus % prime)));
}
