/** Words of DNS and mail that a page uses, each explained in one sentence for somebody who does not run DNS every day. */
export const TERMS: Readonly<Record<string, string>> = {
  zone: 'the DNS records that your DNS provider keeps for a domain',
  registrar: 'the company the domain was bought from, where its name servers are set',
  DNSSEC: 'signatures that let resolvers detect tampered DNS records',
  'DS record': 'the entry at your registrar that says which key signs your DNS records',
  'name servers': 'the servers of your DNS provider that answer for the domain',
  DKIM: 'a signature in each message, checked against a key in your DNS',
  SPF: 'a DNS record that lists who may send mail for a domain',
  DMARC: 'a DNS record that tells receivers what to do with mail that fails these checks',
  resolver: 'a server that looks up DNS names for others and caches the answers for a while',
  TTL: 'the number of seconds others may cache a record',
};

/** A piece of a text: plain, or a word that can be explained. */
export interface TextPart {
  readonly text: string;
  readonly term: string | null;
}

// Longer words first, so that "DS record" is not taken for another.
const PATTERN = new RegExp(
  `\\b(${Object.keys(TERMS)
    .toSorted((a, b) => b.length - a.length)
    .join('|')})\\b`,
  'g',
);

/** Splits a text at the words that can be explained, each at its first place only. */
export function splitTerms(text: string): TextPart[] {
  const explained = new Set<string>();
  const parts: TextPart[] = [];
  let end = 0;
  for (const { 0: term, index } of text.matchAll(PATTERN)) {
    if (explained.has(term)) continue;
    explained.add(term);
    if (index > end) parts.push({ text: text.slice(end, index), term: null });
    parts.push({ text: term, term });
    end = index + term.length;
  }
  if (end < text.length) parts.push({ text: text.slice(end), term: null });
  return parts;
}
