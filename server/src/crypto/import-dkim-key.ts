import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { type PrivateKeyDer, parsePrivateKeyPem } from '../core/dkim/pem.ts';
import { findRsaWeakness } from '../core/dkim/rsa-weakness.ts';
import { validationError } from '../core/errors.ts';
import type { KeyAlgorithm } from '../core/records/dkim-key.ts';
import { type DkimKeyPair, formatPublicKey, isWorkingPair } from './dkim-keys.ts';

/** A key pair that came from outside, and what it is. */
export interface ImportedKey {
  readonly pair: DkimKeyPair;
  readonly algorithm: KeyAlgorithm;
}

const UNREADABLE = "The private key can't be read. It is damaged, cut off, or not what its BEGIN line says.";

/**
 * Reads a private key from PEM: RSA as PKCS#1 or PKCS#8, Ed25519 as PKCS#8. It must be sound, and verify what it signs. No
 * error of this holds anything of the text, not as a cause either.
 * @throws AppError VALIDATION_FAILED, for the field `privateKey`
 */
export async function importDkimKey(pem: string): Promise<ImportedKey> {
  const parsed = parsePrivateKeyPem(pem);
  if ('problem' in parsed) throw refuse(parsed.problem);
  const privateKey = openPrivateKey(parsed);
  const algorithm = readAlgorithm(privateKey);
  const pair = {
    publicKey: formatPublicKey(createPublicKey(privateKey), algorithm),
    privateKeyDer: privateKey.export({ type: 'pkcs8', format: 'der' }),
  };
  // Numbers that do not belong together make OpenSSL fail, or sign what does not verify.
  if (!(await isWorkingPair(pair, algorithm).catch(() => false)))
    throw refuse("The parts of this key don't match, so it can't verify its own signatures.");
  return { pair, algorithm };
}

function openPrivateKey({ der, form }: PrivateKeyDer): KeyObject {
  const octets = Buffer.from(der);
  const twoHalves = form === 'pkcs8' ? readEd25519Pair(octets) : null;
  let privateKey: KeyObject;
  try {
    privateKey = createPrivateKey({ key: twoHalves?.privateKeyInfo ?? octets, format: 'der', type: form });
  } catch {
    throw refuse(UNREADABLE);
  }
  if (twoHalves && formatPublicKey(createPublicKey(privateKey), 'ed25519') !== twoHalves.publicKey)
    throw refuse("The public key doesn't match the private key.");
  return privateKey;
}

/** An Ed25519 key that brings its public half along (RFC 5958 §2, version 1): OpenSSL does not read it, so only the private half is given to it. */
function readEd25519Pair(der: Buffer): { privateKeyInfo: Buffer; publicKey: string } | null {
  const [, seed, publicHex] =
    /^305[13]020101300506032b657004220420([0-9a-f]{64})(?:812100|a123032100)([0-9a-f]{64})$/.exec(
      der.toString('hex'),
    ) ?? [];
  if (seed === undefined || publicHex === undefined) return null;
  const privateKeyInfo = Buffer.from(`302e020100300506032b657004220420${seed}`, 'hex');
  return { privateKeyInfo, publicKey: Buffer.from(publicHex, 'hex').toString('base64') };
}

function readAlgorithm(privateKey: KeyObject): KeyAlgorithm {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = privateKey;
  if (type === 'ed25519') return type;
  if (type === 'rsa-pss')
    throw refuse(
      "This RSA key is restricted to RSA-PSS, which DKIM doesn't use (RFC 8301 §3.1). Use a plain RSA key or Ed25519.",
    );
  if (type !== 'rsa')
    throw refuse(`DKIM doesn't support ${(type ?? 'unknown').toUpperCase()} keys. Use RSA or Ed25519.`);
  const weakness = findRsaWeakness({ ...readNumbers(privateKey), exponent: details?.publicExponent ?? 0n });
  if (weakness !== null) throw refuse(weakness);
  return `rsa-${details?.modulusLength ?? 0}`;
}

function readNumbers(privateKey: KeyObject) {
  const { n, p, q } = privateKey.export({ format: 'jwk' });
  return { modulus: readNumber(n), primes: [readNumber(p), readNumber(q)] as const };
}

function readNumber(base64url: string | undefined): bigint {
  return BigInt(`0x0${Buffer.from(base64url ?? '', 'base64url').toString('hex')}`);
}

function refuse(message: string) {
  return validationError('privateKey', message);
}
