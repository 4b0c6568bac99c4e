/*
 * The only folder that creates or opens secrets. `secret-box.ts` seals private keys at rest, under the key that
 * `secret-key-file.ts` loads; DKIM keys are created in `dkim-keys.ts` (ahead of time by `key-pool.ts`) or imported
 * by `import-dkim-key.ts`, and sign in `dkim-signing.ts`. API keys, links and passwords are stored as hashes only.
 * Nothing here reads the database or the configuration.
 */

import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { AppError } from '../core/errors.ts';

/** Seals secrets for the database under one key, and opens what that one or a further one sealed. */
export interface SecretBox {
  /** Tells which key seals, without telling anything of the key: 16 hex digits. */
  readonly keyId: string;
  /** The ids of all keys that it has, the one that seals first. */
  readonly keyIds: readonly string[];
  /**
   * Encrypts and authenticates. `context` names the row, such as `dkim_keys/<id>`; the result opens in that row only, so
   * that whoever can write the database cannot give one domain the key of another.
   */
  seal(plaintext: Uint8Array, context: string): Buffer;
  /** Opens what `seal` made with one of these keys and the same context. Throws INTERNAL_SERVER_ERROR for everything else. */
  open(sealed: Uint8Array, context: string): Buffer;
}

const ALGORITHM = 'aes-256-gcm';
const KEY_OCTETS = 32;
// Random 96-bit nonces are safe for 2^32 sealings under one key (NIST SP 800-38D §8.3): far more than keys ever made.
const NONCE_OCTETS = 12;
const TAG_OCTETS = 16;
const VERSION = 1;
const HEADER_OCTETS = 1 + NONCE_OCTETS;
const KEY_ID_PREFIX = 'autosend-domains secret key id v1\0';
const CONTEXT_PREFIX = 'autosend-domains secret box v1\0';

/**
 * Parses the text of AUTOSEND_SECRET_KEY: 32 octets in base64, and after commas or on further lines those of keys that only
 * open. The text is never repeated in the error.
 * @returns at least one key; the first seals
 */
export function parseSecretKeys(text: string): readonly [Buffer, ...Buffer[]] {
  const [first = '', ...others] = text.trim().split(/\s*[,\n]\s*/);
  return [parseOne(first), ...others.map(parseOne)];
}

function parseOne(text: string): Buffer {
  const key = Buffer.from(text, 'base64');
  // Buffer.from skips what is not base64, so only a text that comes back the same was base64.
  if (key.length !== KEY_OCTETS || key.toString('base64') !== text)
    throw new AppError(
      'VALIDATION_FAILED',
      'AUTOSEND_SECRET_KEY must be 32 bytes in base64 (44 characters). Create one with: openssl rand -base64 32',
      { details: [{ field: 'AUTOSEND_SECRET_KEY', message: 'must be 32 bytes in base64' }] },
    );
  return key;
}

function idOf(key: Buffer): string {
  return createHash('sha256').update(KEY_ID_PREFIX).update(key).digest('hex').slice(0, 16);
}

/**
 * Creates a box that seals with AES-256-GCM. Sealed form: version octet, 12 octets of nonce, ciphertext, 16 octets of tag.
 * @param text that of AUTOSEND_SECRET_KEY
 */
export function createSecretBox(text: string): SecretBox {
  const keys = parseSecretKeys(text);
  const [key] = keys;

  return {
    keyId: idOf(key),
    keyIds: keys.map(idOf),
    seal(plaintext, context) {
      const nonce = randomBytes(NONCE_OCTETS);
      const cipher = createCipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_OCTETS });
      cipher.setAAD(Buffer.from(CONTEXT_PREFIX + context));
      const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final()]);
      return Buffer.concat([Buffer.from([VERSION]), nonce, ciphertext, cipher.getAuthTag()]);
    },
    open(sealed, context) {
      if (sealed.length < HEADER_OCTETS + TAG_OCTETS || sealed[0] !== VERSION)
        throw cannotOpen("it isn't a sealed secret");
      const failures: unknown[] = [];
      // Which key it was is not written in it: a wrong one does not open it.
      for (const each of keys)
        try {
          return decrypt(each, sealed, context);
        } catch (error) {
          failures.push(error);
        }
      throw cannotOpen(
        'it was changed, belongs to another row, or was sealed with a different AUTOSEND_SECRET_KEY',
        failures[0],
      );
    },
  };
}

function decrypt(key: Buffer, sealed: Uint8Array, context: string): Buffer {
  const tagStart = sealed.length - TAG_OCTETS;
  // authTagLength is given: without it a tag cut to 4 octets would be accepted.
  const decipher = createDecipheriv(ALGORITHM, key, sealed.subarray(1, HEADER_OCTETS), { authTagLength: TAG_OCTETS });
  decipher.setAAD(Buffer.from(CONTEXT_PREFIX + context));
  decipher.setAuthTag(sealed.subarray(tagStart));
  const plaintext = decipher.update(sealed.subarray(HEADER_OCTETS, tagStart));
  try {
    // GCM has nothing to add: this only compares the tag. A copy would be one more thing to wipe.
    decipher.final();
  } catch (error) {
    plaintext.fill(0);
    throw error;
  }
  return plaintext;
}

function cannotOpen(reason: string, cause?: unknown): AppError {
  return new AppError('INTERNAL_SERVER_ERROR', `A stored secret can't be opened: ${reason}.`, { cause });
}
