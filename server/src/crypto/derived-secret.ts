import { hkdfSync } from 'node:crypto';
import { parseSecretKeys } from './secret-box.ts';

/**
 * Derives a secret for one purpose from the first key of AUTOSEND_SECRET_KEY (HKDF-SHA-256, RFC 5869): 64 hex digits, the same on every
 * node, that tell nothing of the key or of the secret of another purpose.
 */
export function deriveSecret(secretKey: string, purpose: string): string {
  const octets = hkdfSync('sha256', parseSecretKeys(secretKey)[0], '', `autosend-domains ${purpose} v1`, 32);
  return Buffer.from(octets).toString('hex');
}
