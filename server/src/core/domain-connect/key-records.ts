const PART = 200;
const ALGORITHM = 'RS256';

/**
 * Formats the public key that a provider verifies links with, as the texts of TXT records: none is longer than one
 * character-string. @param publicKey base64 of the DER SubjectPublicKeyInfo
 */
export function formatKeyRecords(publicKey: string): readonly string[] {
  const parts = publicKey.match(new RegExp(`.{1,${PART}}`, 'g')) ?? [];
  return parts.map((part, index) => `p=${index + 1},a=${ALGORITHM},d=${part}`);
}

/** The public key in TXT records, in base64, or why there is none. */
export type KeyReading = { readonly publicKey: string } | { readonly fault: 'missing' | 'malformed' };

/** Reads the public key from TXT records, as a provider does: parts in the order of their numbers, other texts left alone. */
export function parseKeyRecords(texts: readonly string[]): KeyReading {
  const parts = new Map<number, string>();
  for (const text of texts) {
    const fields = new Map(text.split(',').map((field) => [field.slice(0, 2), field.slice(2).trim()]));
    const [number, data] = [fields.get('p='), fields.get('d=')];
    if (number === undefined || data === undefined) continue;
    const algorithm = fields.get('a=') ?? ALGORITHM;
    const form = fields.get('t=') ?? 'x509';
    if (!/^\d{1,3}$/.test(number) || algorithm !== ALGORITHM || form !== 'x509' || parts.has(Number(number)))
      return { fault: 'malformed' };
    parts.set(Number(number), data);
  }
  if (parts.size === 0) return { fault: 'missing' };
  const publicKey = [...parts]
    .sort(([one], [other]) => one - other)
    .map(([, data]) => data)
    .join('');
  return /^[A-Za-z0-9+/]+={0,2}$/.test(publicKey) ? { publicKey } : { fault: 'malformed' };
}
