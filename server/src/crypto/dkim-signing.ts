import { createHash, createPrivateKey, type KeyObject, sign } from 'node:crypto';
import { promisify } from 'node:util';
import { createBoundedMap } from '../core/bounded-map.ts';
import type { KeyKind } from '../core/records/dkim-key.ts';
import type { SecretBox } from './secret-box.ts';

const signInPool = promisify(sign);

/**
 * Signs the canonical header of a message: rsa-sha256 (RFC 6376 §3.3.1), or ed25519-sha256, which signs the hash (RFC 8463
 * §3). Off the main thread, since an RSA signature takes a millisecond.
 * @param signedText octets as latin1 text
 * @returns the signature in base64
 */
export async function signDkim(privateKey: KeyObject, kind: KeyKind, signedText: string): Promise<string> {
  const octets = Buffer.from(signedText, 'latin1');
  const signature =
    kind === 'rsa'
      ? await signInPool('sha256', octets, privateKey)
      : await signInPool(null, createHash('sha256').update(octets).digest(), privateKey);
  return signature.toString('base64');
}

/** Private keys that were opened, kept for a while: to open one takes a tenth of the time of a signature. */
export interface OpenedKeys {
  /** Opens a sealed PKCS#8 key. @param id of its row: the same id is always the same key */
  open(id: string, sealed: Uint8Array, context: string): KeyObject;
  /** The ids of the keys that are open. */
  ids(): string[];
  /** Forgets keys that are not to be used again. OpenSSL wipes their memory when nothing refers to them. */
  forget(ids: readonly string[]): void;
}

/** Builds the memory of opened keys; beyond `limit` the one that was longest unused goes. */
export function createOpenedKeys(secretBox: Pick<SecretBox, 'open'>, limit = 1_000): OpenedKeys {
  const opened = createBoundedMap<string, KeyObject>(limit);
  return {
    open(id, sealed, context) {
      const known = opened.use(id);
      if (known) return known;
      const der = secretBox.open(sealed, context);
      try {
        const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
        opened.set(id, key);
        return key;
      } finally {
        der.fill(0);
      }
    },
    ids: () => [...opened.keys()],
    forget(ids) {
      for (const id of ids) opened.delete(id);
    },
  };
}
