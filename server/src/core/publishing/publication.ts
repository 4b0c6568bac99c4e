import { isSpfRecord } from '../spf/record.ts';
import type { RrSet, RrSetChange } from './rr-set.ts';
import { readStanding } from './standing.ts';

/** What we wrote at a name: what stands there without us, and what stood there when we had written. */
export interface Publication extends Pick<RrSet, 'name' | 'type'> {
  /** What others have put there; null where there was nothing. */
  readonly before: RrSet | null;
  /** Null where something had to go to make room for a record of ours. */
  readonly after: RrSet | null;
}

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

/**
 * Notes a change that was made: what others had there is what stood before, without what we had written ourselves. A record of
 * theirs that we had added something to counts as they had it, as long as nobody has changed it since.
 */
export function notePublication(previous: Publication | undefined, { before, after }: RrSetChange): Publication {
  const about = before ?? after;
  if (!about) throw new Error('A change of nothing.');
  const { name, type } = about;
  const rdata = before?.rdata.flatMap((each) => {
    if (isOurs(previous, each)) return [];
    return findOriginal(previous, each) ?? [each];
  });
  const foreign = before && rdata && rdata.length > 0 ? { ...before, rdata: [...new Set(rdata)] } : null;
  return { name, type, before: foreign ?? listMoved(previous, before), after };
}

/** What had to go when we wrote, where since then nothing of others has come: where ours goes, it may come back. */
function listMoved(previous: Publication | undefined, standing: RrSet | null): RrSet | null {
  if (!previous?.before || (standing === null && previous.after !== null)) return null;
  const kept = new Set(previous.after?.rdata);
  const moved = previous.before.rdata.filter((rdata) => !kept.has(rdata));
  return moved.length > 0 ? { ...previous.before, rdata: moved } : null;
}

/** The records of others that this one of ours was merged from; null where it was merged from none. */
function findOriginal(previous: Publication | undefined, rdata: string): readonly string[] | null {
  if (!previous?.after || !previous.before || !isSpf(previous.type, rdata)) return null;
  const text = readStanding(previous.type, rdata);
  const has = ({ rdata: all }: RrSet) => all.some((each) => readStanding('TXT', each) === text);
  return has(previous.after) && !has(previous.before)
    ? previous.before.rdata.filter((each) => isSpf(previous.type, each))
    : null;
}

function isSpf(type: RrSet['type'], rdata: string): boolean {
  return type === 'TXT' && isSpfRecord(readStanding(type, rdata));
}
