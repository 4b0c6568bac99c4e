import { LINK_KINDS } from '../crypto/link-tokens.ts';

/** Keys have no place in a URL; someone will put one there all the same. Share links and those that unsubscribe have theirs there. The log keeps none. */
const SECRET_IN_URL = new RegExp(`(as|mail|${LINK_KINDS.join('|')})_[A-Za-z0-9]{8,}`, 'gi');
/** What a token may be written with: letters, digits, the underscore, and the percent sign of another round. */
const ENCODED = /%(?:3[0-9]|[46][1-9a-f]|[57][0-9a]|5f|25)/gi;
const MAX_CHARACTERS = 200;

/** Formats the URL of a request for the log: without secrets, however they are written, and short. */
export function formatLoggedPath(url: string): string {
  // What single sign-on brings back is a secret until it is used.
  const path = url.replace(/^\/api\/oidc\/callback\?.*/s, '/api/oidc/callback?[redacted]');
  const decoded = decodeUnreserved(path);
  const redacted = decoded.replaceAll(SECRET_IN_URL, '$1_[redacted]');
  return (redacted === decoded ? path : redacted).slice(0, MAX_CHARACTERS);
}

/** Decodes letters, digits and underscores (RFC 3986 §2.3), also those that were encoded several times. */
function decodeUnreserved(path: string): string {
  let decoded = path;
  for (let before = ''; before !== decoded; ) {
    before = decoded;
    decoded = before.replaceAll(ENCODED, (octet) => String.fromCharCode(Number.parseInt(octet.slice(1), 16)));
  }
  return decoded;
}
