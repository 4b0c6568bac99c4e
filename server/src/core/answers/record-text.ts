import type { DnsRecord } from './dns-answer.ts';

const texts = new WeakMap<DnsRecord, string>();

/** Writes all of a record as a text, to compare by. The same object is written once: many servers of a zone may show one of 32 KB. */
export function writeRecord(record: DnsRecord): string {
  const known = texts.get(record);
  if (known !== undefined) return known;
  const text = JSON.stringify(record);
  texts.set(record, text);
  return text;
}
