import { parseTxtStrings } from './rdata.ts';
import type { RrSet } from './rr-set.ts';

/**
 * The octets that a record says, as latin1: of a TXT record its strings without anything between, since providers split texts
 * as they like; of others their data in lower case.
 */
export function contentOf({ type }: Pick<RrSet, 'type'>, rdata: string): string {
  if (type !== 'TXT') return rdata.toLowerCase();
  const strings = parseTxtStrings(rdata);
  return strings ? Buffer.concat(strings).toString('latin1') : rdata;
}

/** Lists the records of a set that another one doesn't have. */
export function listMissing(of: RrSet | null, other: RrSet | null): readonly string[] {
  const there = new Set(other?.rdata.map((rdata) => contentOf(other, rdata)));
  return of?.rdata.filter((rdata) => !there.has(contentOf(of, rdata))) ?? [];
}

/** Whether two record sets say the same, however their texts are split. */
export function saysTheSame(one: RrSet | null, other: RrSet | null): boolean {
  if (!one || !other) return one === other;
  return listMissing(one, other).length === 0 && listMissing(other, one).length === 0;
}

/** Gives a record set other records; null where none is left. */
export function withRecords(rrSet: RrSet, rdata: readonly string[]): RrSet | null {
  return rdata.length === 0 ? null : { ...rrSet, rdata: [...new Set(rdata)] };
}
