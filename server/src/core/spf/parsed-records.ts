import type { Lookups } from '../answers/dns-answer.ts';
import { type ParsedSpfRecord, parseSpfRecord } from './record.ts';

const parsedOf = new WeakMap<Lookups, Map<string, ParsedSpfRecord>>();

/** Parses a record once for all evaluations over the same look-ups: each is made for two versions of IP, several times, and for every server. */
export function parseOnce(lookups: Lookups, text: string): ParsedSpfRecord {
  const parsed = parsedOf.get(lookups) ?? new Map<string, ParsedSpfRecord>();
  parsedOf.set(lookups, parsed);
  const known = parsed.get(text) ?? parseSpfRecord(text);
  parsed.set(text, known);
  return known;
}
