import type { Answer, DnsRecord } from '../answers/dns-answer.ts';
import { formatTxtStrings, splitOctets } from './rdata.ts';
import type { RrSet } from './rr-set.ts';
import { contentOf } from './set-content.ts';

/** One record as it stands, read as far as it can be. */
export interface StandingRecord {
  readonly rdata: string;
  /** What it says: of a TXT record its strings joined, as latin1; of the others their data in lower case without a final dot. */
  readonly text: string;
  /** Whether we wrote it, whole, and it is as we wrote it. */
  readonly isOurs: boolean;
}

/** Reads what a record says, so that one whose strings are split or escaped in another way reads the same. */
export function readStanding(type: RrSet['type'], rdata: string): string {
  const content = contentOf({ type }, rdata);
  return type === 'TXT' ? content : content.trim().replace(/\s+/g, ' ').replace(/\.$/, '');
}

/** Formats a text of octets as the data of a TXT record. @param text as latin1 */
export function formatOctets(text: string): string {
  return formatTxtStrings(splitOctets(Buffer.from(text, 'latin1')));
}

/** Says how an authoritative server would answer with these records, for the rules that judge answers. */
export function answerWith(type: RrSet['type'], rdata: readonly string[]): Answer {
  const source = { server: 'the zone', address: '', via: 'authoritative', rttMs: 0 } as const;
  if (rdata.length === 0) return { outcome: 'absent', reason: 'nodata', negativeTtlSeconds: 0, source };
  return { outcome: 'found', records: rdata.map((each) => readRecord(type, each)), ttlSeconds: 0, source };
}

function readRecord(type: RrSet['type'], rdata: string): DnsRecord {
  const text = readStanding(type, rdata);
  if (type === 'TXT') return { type, strings: [text] };
  if (type === 'CNAME') return { type, target: text };
  const [preference = '', exchange = ''] = text.split(' ');
  return { type, preference: Number.parseInt(preference, 10) || 0, exchange };
}

/**
 * Builds eight digits that differ where texts do: a consent carries them, so that it holds for what was shown and for nothing
 * else. FNV-1a: whoever can choose the records of a zone needs no consent to change them.
 */
export function digestOf(texts: readonly string[]): string {
  let hash = 0x811c9dc5;
  for (const octet of Buffer.from(JSON.stringify([...texts].sort()))) hash = Math.imul(hash ^ octet, 0x01000193) >>> 0;
  return hash.toString(16).padStart(8, '0');
}
