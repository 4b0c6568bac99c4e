import { excerptOf } from '../answers/quote-found.ts';
import type { Base64Problem } from '../judgement/problems.ts';
import { parseRsaPublicKey } from './rsa-public-key.ts';

/** What base64 holds, and whether `=` is missing at its end (RFC 4648 §4): some decoders refuse that, others do not care. */
export interface DecodedBase64 {
  readonly octets: Buffer;
  readonly isUnpadded: boolean;
}

/**
 * Decodes base64 without white space, or tells why there is no decoder that has to take it: `Buffer.from` takes anything.
 * A missing `=` is no such reason, since the grammar of RFC 6376 §2.10 lets it be left out.
 */
export function decodeBase64(text: string): DecodedBase64 | { readonly problem: Base64Problem } {
  const [digits = ''] = /^[A-Za-z0-9+/]*/.exec(text) ?? [];
  const padding = text.slice(digits.length);
  if (isKeyForUrls(text)) return { problem: { what: 'base64_url' } };
  if (padding.replaceAll('=', '') !== '') {
    const [other = '='] = /[^A-Za-z0-9+/=]/.exec(text) ?? [];
    return { problem: { what: 'base64_character', found: excerptOf(other), at: text.indexOf(other) + 1 } };
  }
  if (digits.length % 4 === 1) return { problem: { what: 'base64_length', length: digits.length } };
  const due = (4 - (digits.length % 4)) % 4;
  if (padding.length > due) return { problem: { what: 'base64_padding', extra: padding.length - due } };
  return { octets: Buffer.from(digits, 'base64'), isUnpadded: padding.length < due };
}

const ED25519_OCTETS = 32;

/** Whether a text is a key in the alphabet for URLs (RFC 4648 §5); a hyphen alone may as well begin a note behind the key. */
function isKeyForUrls(text: string): boolean {
  if (!/^[\w-]*[_-][\w-]*={0,2}$/.test(text)) return false;
  const octets = Buffer.from(text, 'base64url');
  return octets.length === ED25519_OCTETS || parseRsaPublicKey(octets) !== null;
}
