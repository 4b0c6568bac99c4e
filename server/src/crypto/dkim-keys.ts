import { createPrivateKey, createPublicKey, generateKeyPair, sign, verify } from 'node:crypto';
import { promisify } from 'node:util';
import { AppError } from '../core/errors.ts';

/** A DKIM key pair as it is stored. `privateKeyDer` is in clear: seal it before it leaves the process. */
export interface DkimKeyPair {
  /** Base64 of the DER SubjectPublicKeyInfo, one line: what stands in `p=`. */
  readonly publicKey: string;
  /** DER PrivateKeyInfo (PKCS#8, RFC 5958). */
  readonly privateKeyDer: Buffer;
}

// RFC 8301 §3.2: signers SHOULD use 2048 bits; longer keys do not fit one UDP answer with the rest of a record.
const MODULUS_BITS = 2048;
const PROOF = Buffer.from('A key that cannot verify what it signed must not be published.');

const generateRsaPair = promisify(generateKeyPair);
const signInPool = promisify(sign);
const verifyInPool = promisify(verify);

/**
 * Makes an RSA-2048 key pair off the main thread. Both stored forms are read back and proved by one signature, because a
 * fault in a key would show only when a customer's mail is refused.
 */
export async function createDkimKey(): Promise<DkimKeyPair> {
  const pair = await generateRsaPair('rsa', {
    modulusLength: MODULUS_BITS,
    publicExponent: 65_537,
    publicKeyEncoding: { type: 'spki', format: 'der' },
    privateKeyEncoding: { type: 'pkcs8', format: 'der' },
  });
  const key: DkimKeyPair = { publicKey: pair.publicKey.toString('base64'), privateKeyDer: pair.privateKey };
  if (!(await isWorkingPair(key)))
    throw new AppError('INTERNAL_SERVER_ERROR', 'A new DKIM key could not verify its own signature and was dropped.');
  return key;
}

/** Whether the private key's signatures verify with the public key. Throws where one of them cannot be read. */
export async function isWorkingPair(key: DkimKeyPair): Promise<boolean> {
  const privateKey = createPrivateKey({ key: key.privateKeyDer, format: 'der', type: 'pkcs8' });
  const publicKey = createPublicKey({ key: Buffer.from(key.publicKey, 'base64'), format: 'der', type: 'spki' });
  const signature = await signInPool('sha256', PROOF, privateKey);
  return verifyInPool('sha256', PROOF, publicKey, signature);
}
