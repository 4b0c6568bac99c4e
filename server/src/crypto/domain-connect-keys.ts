import { createPrivateKey, generateKeyPair, sign } from 'node:crypto';
import { promisify } from 'node:util';

/** A key pair that Domain Connect links are signed with. */
export interface ConnectKeyPair {
  /** Base64 of the DER SubjectPublicKeyInfo: what stands in DNS. */
  readonly publicKey: string;
  /** DER PKCS#8. */
  readonly privateKeyDer: Buffer;
}

const generate = promisify(generateKeyPair);
const BITS = 2048;

/** Makes a key pair: RSA, since providers verify RS256 and nothing else. */
export async function createConnectKey(): Promise<ConnectKeyPair> {
  const { publicKey, privateKey } = await generate('rsa', {
    modulusLength: BITS,
    publicKeyEncoding: { type: 'spki', format: 'der' },
    privateKeyEncoding: { type: 'pkcs8', format: 'der' },
  });
  return { publicKey: publicKey.toString('base64'), privateKeyDer: privateKey };
}

/** Signs the query of a link: RSASSA-PKCS1-v1_5 with SHA-256 (RS256), in base64. */
export function signConnectQuery(privateKeyDer: Buffer, query: string): string {
  const key = createPrivateKey({ key: privateKeyDer, format: 'der', type: 'pkcs8' });
  return sign('sha256', Buffer.from(query), key).toString('base64');
}
