import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { AppError } from '../core/errors.ts';

/** Seals secrets for the database under one key. */
export interface SecretBox {
  /** Tells which key sealed a row, without telling anything of the key: 16 hex digits. */
  readonly keyId: string;
  /**
   * Encrypts and authenticates. `context` names the row, such as `dkim_keys/<id>`; the result opens in that row only, so
   * that whoever can write the database cannot give one domain the key of another.
   */
  seal(plaintext: Uint8Array, context: string): Buffer;
  /** Opens what `seal` made with the same key and context. Throws INTERNAL_SERVER_ERROR for everything else. */
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

/** Parses the text of AUTOSEND_SECRET_KEY: 32 octets in base64. The text is never repeated in the error. */
export function parseSecretKey(text: string): Buffer {
  const trimmed = text.trim();
  const key = Buffer.from(trimmed, 'base64');
  // Buffer.from skips what is not base64, so only a text that comes back the same was base64.
  if (key.length !== KEY_OCTETS || key.toString('base64') !== trimmed)
    throw new AppError(
      'VALIDATION_FAILED',
      'AUTOSEND_SECRET_KEY must be 32 octets in base64 (44 characters). Make one with: openssl rand -base64 32',
      { details: [{ field: 'AUTOSEND_SECRET_KEY', message: 'must be 32 octets in base64' }] },
    );
  return key;
}

/**
 * Creates a box that seals with AES-256-GCM. Sealed form: version octet, 12 octets of nonce, ciphertext, 16 octets of tag.
 * @param keyBase64 the text of AUTOSEND_SECRET_KEY
 */
export function createSecretBox(keyBase64: string): SecretBox {
  const key = parseSecretKey(keyBase64);
  const keyId = createHash('sha256').update(KEY_ID_PREFIX).update(key).digest('hex').slice(0, 16);

  return {
    keyId,
    seal(plaintext, context) {
      const nonce = randomBytes(NONCE_OCTETS);
      const cipher = createCipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_OCTETS });
      cipher.setAAD(Buffer.from(CONTEXT_PREFIX + context));
      const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final()]);
      return Buffer.concat([Buffer.from([VERSION]), nonce, ciphertext, cipher.getAuthTag()]);
    },
    open(sealed, context) {
      if (sealed.length < HEADER_OCTETS + TAG_OCTETS || sealed[0] !== VERSION)
        throw cannotOpen('it does not have the form of a sealed secret');
      const tagStart = sealed.length - TAG_OCTETS;
      // authTagLength is given: without it a tag cut to 4 octets would be accepted.
      const decipher = createDecipheriv(ALGORITHM, key, sealed.subarray(1, HEADER_OCTETS), {
        authTagLength: TAG_OCTETS,
      });
      decipher.setAAD(Buffer.from(CONTEXT_PREFIX + context));
      decipher.setAuthTag(sealed.subarray(tagStart));
      const plaintext = decipher.update(sealed.subarray(HEADER_OCTETS, tagStart));
      try {
        return Buffer.concat([plaintext, decipher.final()]);
      } catch (cause) {
        throw cannotOpen(
          'it was changed, belongs to another row, or was sealed with another AUTOSEND_SECRET_KEY',
          cause,
        );
      }
    },
  };
}

function cannotOpen(reason: string, cause?: unknown): AppError {
  return new AppError('INTERNAL_SERVER_ERROR', `A stored secret cannot be opened: ${reason}.`, { cause });
}
