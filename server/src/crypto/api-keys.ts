import { createHash, randomInt } from 'node:crypto';

/** An API key in clear: shown once, never stored. */
export type ApiKey = string & { readonly brand: 'ApiKey' };

const SCHEME = 'as_';
/** Keys of test projects begin with this, so that nobody takes one for a key that does something. */
const TEST_SCHEME = 'as_test_';
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const SECRET_CHARACTERS = 40;
const SHOWN_CHARACTERS = 9;
// 32 at least, because a bootstrap key is chosen by a person; 200 at most, so that a header cannot make us hash at length.
// `AS_` is how the documentation writes keys: one that is brought along may begin with it. Ours begin with `as_`.
const API_KEY = /^(?:as_(?:test_)?|AS_)[A-Za-z0-9]{32,200}$/;

/** Makes a key: `as_`, in a test project `as_test_`, and 40 characters, 238 random bits. */
export function createApiKey(isTest = false): ApiKey {
  let key = isTest ? TEST_SCHEME : SCHEME;
  // randomInt rejects what would make some characters likelier than others.
  for (let i = 0; i < SECRET_CHARACTERS; i++) key += ALPHABET.charAt(randomInt(ALPHABET.length));
  return key as ApiKey;
}

/** Parses a key that came from outside; null where the text cannot be one. */
export function parseApiKey(text: string): ApiKey | null {
  return API_KEY.test(text) ? (text as ApiKey) : null;
}

/**
 * Hashes a key for storage and look-up: 32 octets of SHA-256. A slow, salted hash protects secrets that can be guessed; of
 * 238 random bits none can, and it would cost every request its time.
 */
export function hashApiKey(key: ApiKey): Buffer {
  return createHash('sha256').update(key).digest();
}

/** The part of a key that may be stored and shown, to tell keys apart: `as_` or `as_test_`, and 9 characters. */
export function apiKeyPrefix(key: ApiKey): string {
  return key.slice(0, (isTestKey(key) ? TEST_SCHEME : SCHEME).length + SHOWN_CHARACTERS);
}

/** Whether a key is one of a test project. */
export function isTestKey(key: ApiKey): boolean {
  return key.startsWith(TEST_SCHEME);
}
