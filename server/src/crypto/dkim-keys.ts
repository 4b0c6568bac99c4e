import { createPrivateKey, createPublicKey, generateKeyPair, type KeyObject, sign, verify } from 'node:crypto';
import { promisify } from 'node:util';
import { AppError } from '../core/errors.ts';
import { type KeyAlgorithm, keyBitsOf, keyKindOf } from '../core/records/dkim-key.ts';

/** A DKIM key pair as it is stored. `privateKeyDer` is in clear: seal it before it leaves the process. */
export interface DkimKeyPair {
  /** What stands in `p=`, one line of base64: the DER SubjectPublicKeyInfo, or for Ed25519 the bare 32 octets (RFC 8463 §4.2). */
  readonly publicKey: string;
  /** DER PrivateKeyInfo (PKCS#8, RFC 5958). */
  readonly privateKeyDer: Buffer;
}

const PROOF = Buffer.from("A key that can't verify its own signature must not be published.");

/** What stands before the 32 octets of an Ed25519 key in a SubjectPublicKeyInfo (RFC 8410 §4). */
const ED25519_SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

const generatePair = promisify(generateKeyPair);
const signInPool = promisify(sign);
const verifyInPool = promisify(verify);

/**
 * Makes a key pair off the main thread: RSA-2048 unless told otherwise, which signers SHOULD use (RFC 8301 §3.2) and which
 * fits one UDP answer. Both stored forms are read back and proved by one signature, because a fault in a key would show
 * only when a customer's mail is refused.
 */
export async function createDkimKey(algorithm: KeyAlgorithm = 'rsa-2048'): Promise<DkimKeyPair> {
  const modulusLength = keyBitsOf(algorithm);
  const pair =
    modulusLength === null
      ? await generatePair('ed25519')
      : await generatePair('rsa', { modulusLength, publicExponent: 65_537 });
  const key: DkimKeyPair = {
    publicKey: formatPublicKey(pair.publicKey, algorithm),
    privateKeyDer: pair.privateKey.export({ type: 'pkcs8', format: 'der' }),
  };
  if (!(await isWorkingPair(key, algorithm)))
    throw new AppError('INTERNAL_SERVER_ERROR', "A new DKIM key couldn't verify its own signature and was discarded.");
  return key;
}

/** Whether the private key's signatures verify with the public key. Throws where one of them cannot be read. */
export async function isWorkingPair(key: DkimKeyPair, algorithm: KeyAlgorithm = 'rsa-2048'): Promise<boolean> {
  const privateKey = createPrivateKey({ key: key.privateKeyDer, format: 'der', type: 'pkcs8' });
  const publicKey = openPublicKey(key.publicKey, algorithm);
  // Ed25519 hashes the message itself.
  const hash = keyKindOf(algorithm) === 'rsa' ? 'sha256' : null;
  const signature = await signInPool(hash, PROOF, privateKey);
  return verifyInPool(hash, PROOF, publicKey, signature);
}

/** Reads what stands in `p=`. Throws where it is no such key. */
export function openPublicKey(publicKey: string, algorithm: KeyAlgorithm): KeyObject {
  const octets = Buffer.from(publicKey, 'base64');
  const spki = keyKindOf(algorithm) === 'rsa' ? octets : Buffer.concat([ED25519_SPKI_PREFIX, octets]);
  return createPublicKey({ key: spki, format: 'der', type: 'spki' });
}

/** Formats a public key as it stands in `p=`. */
export function formatPublicKey(publicKey: KeyObject, algorithm: KeyAlgorithm): string {
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  return (keyKindOf(algorithm) === 'rsa' ? spki : spki.subarray(ED25519_SPKI_PREFIX.length)).toString('base64');
}
