import { createHash, randomInt } from 'node:crypto';

/** What a link is for; its token begins with this, so that one kind is never taken for another, and a log can tell it. */
export const LINK_KINDS = ['setup', 'invite', 'share', 'reset', 'connect'] as const;
export type LinkKind = (typeof LINK_KINDS)[number];

/** The token of a link in clear: shown once, never stored. */
export type LinkToken = string & { readonly brand: 'LinkToken' };

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const SECRET_CHARACTERS = 40;

/** Makes a token: its kind, `_` and 40 characters, 238 random bits. */
export function createLinkToken(kind: LinkKind): LinkToken {
  let token = `${kind}_`;
  // randomInt rejects what would make some characters likelier than others.
  for (let i = 0; i < SECRET_CHARACTERS; i++) token += ALPHABET.charAt(randomInt(ALPHABET.length));
  return token as LinkToken;
}

/** Parses a token that came from outside; null where the text cannot be one of that kind. */
export function parseLinkToken(kind: LinkKind, text: string): LinkToken | null {
  const [start, secret = '', ...more] = text.split('_');
  const fits =
    start === kind && more.length === 0 && secret.length === SECRET_CHARACTERS && /^[A-Za-z0-9]+$/.test(secret);
  return fits ? (text as LinkToken) : null;
}

/** Hashes a token for storage and look-up: SHA-256, as for API keys, and for the same reason. */
export function hashLinkToken(token: LinkToken): Buffer {
  return createHash('sha256').update(token).digest();
}
