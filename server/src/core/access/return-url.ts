import { isLoopback } from '../names/loopback.ts';

// Where a share page may send people when all is done. A page of ours that leads anywhere would be of use to whoever wants to
// be taken for the project (OWASP, unvalidated redirects): only to origins that people of the project have named.

const MAX_ORIGINS = 20;
const MAX_URL = 2_000;

/** The origins that were read, or a sentence about the first that cannot be one. */
export type OriginsReading = { readonly origins: readonly string[] } | { readonly fault: string };

/** Reads origins as people write them, each once, in the form in which browsers compare them. */
export function readOrigins(texts: readonly string[]): OriginsReading {
  const origins = new Set<string>();
  for (const text of texts) {
    const url = parseSafe(text.trim());
    const isOrigin = url !== null && url.pathname === '/' && url.search === '' && url.hash === '';
    if (!isOrigin)
      return {
        fault: `${JSON.stringify(text.slice(0, 80))} isn't an origin. Use https:// and a host, such as https://app.example.com.`,
      };
    origins.add(url.origin);
  }
  if (origins.size > MAX_ORIGINS) return { fault: `At most ${MAX_ORIGINS} origins can be allowed.` };
  return { origins: [...origins] };
}

/** Says what is wrong with an address to return to; null where the page may lead there. @param field what the caller calls it */
export function findReturnFault(text: string, allowed: readonly string[], field = 'returnUrl'): string | null {
  if (text.length > MAX_URL) return `${field} can have at most ${MAX_URL} characters.`;
  const url = parseSafe(text);
  if (url === null) return `${field} must be an https URL without a user name or password.`;
  if (allowed.includes(url.origin)) return null;
  const known = allowed.length === 0 ? 'It allows none yet' : `It allows ${allowed.join(', ')}`;
  return `This project doesn't allow ${url.origin} as an origin to return to. ${known}: see its settings, or autosend projects update.`;
}

/** Parses an address that a browser may be sent to; `http` only on the machine of whoever develops. */
function parseSafe(text: string): URL | null {
  // What the URL standard would leave out, or read as something else, is not what its author sees.
  if (/[\s\\\p{Cc}]/u.test(text) || !/^https?:\/\/[^/?#]/i.test(text) || !URL.canParse(text)) return null;
  const url = new URL(text);
  // An origin is one host: a browser compares "*" as a letter, and its author means all of them.
  if (url.username !== '' || url.password !== '' || url.hostname.includes('*')) return null;
  return url.protocol === 'https:' || isLoopback(url.hostname) ? url : null;
}
