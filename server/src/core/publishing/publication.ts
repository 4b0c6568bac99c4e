import { isSpfRecord } from '../spf/record.ts';
import type { RrSet } from './rr-set.ts';
import { readStanding } from './standing.ts';
import { followWrite, type Written } from './withdrawal.ts';

/** What we wrote at a name, of all our writes: what stands there without us, and what stood there when we had written. */
export interface Publication extends Pick<RrSet, 'name' | 'type'>, Written {}

/** Whether a record as it stands is one that we wrote, whole: a record of others that we added something to isn't. */
export function isOurs(publication: Publication | undefined, rdata: string): boolean {
  if (!publication?.after) return false;
  const { type, before, after } = publication;
  const text = readStanding(type, rdata);
  const has = (rrSet: RrSet | null) => rrSet?.rdata.some((each) => readStanding(type, each) === text) ?? false;
  if (!has(after) || has(before)) return false;
  return !(isSpf(type, rdata) && before?.rdata.some((each) => isSpf(type, each)));
}

/** Lists the records that we wrote, whole. */
export function listOurs(publication: Publication | undefined): readonly string[] {
  return publication?.after?.rdata.filter((rdata) => isOurs(publication, rdata)) ?? [];
}

/** Adds a write to what we wrote before; null where nothing of ours is left. */
export function notePublication(previous: Publication | undefined, change: Written): Publication | null {
  const about = change.before ?? change.after;
  if (!about) throw new Error('A change of nothing.');
  const { before, after } = followWrite(previous ?? null, change);
  return before === null && after === null ? null : { name: about.name, type: about.type, before, after };
}

function isSpf(type: RrSet['type'], rdata: string): boolean {
  return type === 'TXT' && isSpfRecord(readStanding(type, rdata));
}
