import type { RrSet } from '../../../src/core/publishing/rr-set.ts';
import { readStanding } from '../../../src/core/publishing/standing.ts';

/** Every record of some sets as a text: where it is, and what it says. */
export function listRecords(standing: readonly RrSet[]): string[] {
  return standing.flatMap(({ name, type, rdata }) =>
    rdata.map((each) => `${name} ${type} ${readStanding(type, each)}`),
  );
}

/** Whether what a record says is still there: as it is, or, of an SPF record, every term in its order, with one more. */
export function isKept(record: string, after: readonly string[]): boolean {
  if (after.includes(record)) return true;
  const [name, type, ...words] = record.split(' ');
  if (type !== 'TXT' || words[0]?.toLowerCase() !== 'v=spf1') return false;
  return after.some((each) => {
    const [otherName, otherType, ...others] = each.split(' ');
    if (name !== otherName || type !== otherType) return false;
    let at = 0;
    for (const word of others) if (word === words[at]) at += 1;
    return at === words.length && others.length === words.length + 1;
  });
}
