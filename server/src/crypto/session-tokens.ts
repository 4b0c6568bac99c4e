import { createHash, randomInt } from 'node:crypto';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const CHARACTERS = 40;

/** Makes the token of a session: 238 random bits. */
export function createSessionToken(): string {
  // randomInt rejects what would make some characters likelier than others.
  return Array.from({ length: CHARACTERS }, () => ALPHABET.charAt(randomInt(ALPHABET.length))).join('');
}

/** The form in which the database keeps a token, so that whoever reads it cannot sign in: SHA-256, in hex. */
export function hashSessionToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
