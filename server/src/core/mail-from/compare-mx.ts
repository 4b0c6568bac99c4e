import type { MxRecord } from '../answers/dns-answer.ts';

/** Compares MX records in the order in which they are tried: by priority, then by host, so that equal sets read alike. */
export function compareMx(a: MxRecord, b: MxRecord): number {
  if (a.preference !== b.preference) return a.preference - b.preference;
  if (a.exchange === b.exchange) return 0;
  return a.exchange < b.exchange ? -1 : 1;
}
