import { createPublicKey, verify } from 'node:crypto';

/**
 * Verifies a link as a DNS provider does: the query as it came, without `sig` and `key`, by the public key from DNS.
 * @param texts the TXT records at the name that `key` gives
 */
export function verifySignedQuery(query: string, signature: string, texts: readonly string[]): boolean {
  const parts = texts
    .map((text) => Object.fromEntries(text.split(',').map((field) => [field.slice(0, 1), field.slice(2)])))
    .filter(({ p, d, a = 'RS256', t = 'x509' }) => p && d && a === 'RS256' && t === 'x509')
    .sort((one, other) => Number(one.p) - Number(other.p));
  const der = Buffer.from(parts.map(({ d }) => d).join(''), 'base64');
  const key = createPublicKey({ key: der, format: 'der', type: 'spki' });
  return verify('sha256', Buffer.from(query), key, Buffer.from(signature, 'base64'));
}

/** Takes the signature and the name of its key out of a query, and leaves the rest as it is. */
export function splitQuery(search: string): { query: string; key: string | null; sig: string | null } {
  const pairs = search.replace(/^\?/, '').split('&');
  const find = (name: string) => {
    const found = pairs.find((pair) => pair.startsWith(`${name}=`));
    return found === undefined ? null : decodeURIComponent(found.slice(name.length + 1));
  };
  const query = pairs.filter((pair) => !/^(?:key|sig)=/.test(pair)).join('&');
  return { query, key: find('key'), sig: find('sig') };
}
