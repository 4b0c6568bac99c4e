import { createHash, randomInt } from 'node:crypto';

/** Without 0, 1, I, L and O: they are read from paper. */
const ALPHABET = 'ABCDEFGHJKMNPQRSTUVWXYZ23456789';
const GROUPS = 4;
const CHARACTERS_IN_GROUP = 4;
const CODES = 10;

/** Makes a set of recovery codes, such as `7KQM-2XWD-RTGH-9BCF`: 79 random bits each. */
export function createRecoveryCodes(): string[] {
  const draw = () => ALPHABET.charAt(randomInt(ALPHABET.length));
  const group = () => Array.from({ length: CHARACTERS_IN_GROUP }, draw).join('');
  return Array.from({ length: CODES }, () => Array.from({ length: GROUPS }, group).join('-'));
}

/** Reads a recovery code as people type it, in any case, with or without its hyphens; null for what cannot be one. */
export function parseRecoveryCode(text: string): string | null {
  const letters = text.toUpperCase().replace(/[\s-]/g, '');
  const fits = letters.length === GROUPS * CHARACTERS_IN_GROUP && [...letters].every((each) => ALPHABET.includes(each));
  return fits ? (letters.match(/.{4}/g)?.join('-') ?? null) : null;
}

/** Hashes a code for storage and look-up: as random as a link's token, so SHA-256 is enough. */
export function hashRecoveryCode(code: string): Buffer {
  return createHash('sha256').update(code).digest();
}
