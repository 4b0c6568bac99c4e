import { buildMechanismKey, isSpfRecord, parseSpfTerm, splitTerms } from '../spf/record.ts';
import { parseTxtStrings } from './rdata.ts';
import type { RrSet, RrSetChange } from './rr-set.ts';
import { contentOf, listMissing, saysTheSame, withRecords } from './set-content.ts';
import { formatOctets } from './standing.ts';

/**
 * What we did to one record set: what stood there before us, and what we left. Of several writes, one: see `followWrite`. A
 * withdrawal undoes it and nothing else, and can be made again and again.
 */
export type Written = RrSetChange;

/** Which record set a write is of. */
export function placeOf({ before, after }: Written): Pick<RrSet, 'name' | 'type'> {
  const { name, type } = after ?? before ?? missingPlace();
  return { name, type };
}

function missingPlace(): never {
  throw new Error('A write that left nothing where nothing was.');
}

/**
 * Plans what undoes these writes in a zone as it stands now. Where our set is unchanged, it becomes what it was. Otherwise
 * only the records leave it that we wrote and nobody changed; a merged SPF record becomes the one that it was made of, or, if it was
 * changed since, only loses what we put in. Whatever else stands there stays.
 * @param written the oldest first
 * @param standing all that stands at their names
 */
export function planWithdrawal(written: readonly Written[], standing: readonly RrSet[]): RrSetChange[] {
  const keyOf = ({ name, type }: Pick<RrSet, 'name' | 'type'>) => `${name} ${type}`;
  const now = new Map(standing.map((rrSet) => [keyOf(rrSet), rrSet]));
  const next = new Map(now);
  for (const write of written.toReversed()) {
    const key = keyOf(placeOf(write));
    const left = undoWrite(write, next.get(key) ?? null);
    if (left) next.set(key, left);
    else next.delete(key);
  }
  return [...new Set(written.map((write) => keyOf(placeOf(write))))].flatMap((key): RrSetChange[] => {
    const before = now.get(key) ?? null;
    const after = next.get(key) ?? null;
    if (before === after || (before && after && saysTheSame(before, after))) return [];
    return !before && after && isBarred(after, next) ? [] : [{ before, after }];
  });
}

/** Whether a set may not be put back: nothing stands beside a CNAME (RFC 1034 §3.6.2). */
function isBarred({ name, type }: RrSet, next: ReadonlyMap<string, RrSet>): boolean {
  const others = [...next.values()].filter((other) => other.name === name && other.type !== type);
  return type === 'CNAME' ? others.length > 0 : others.some((other) => other.type === 'CNAME');
}

/** Makes one of two writes of the same set: what stood there is what would stand there if the first were undone. */
export function followWrite(earlier: Written | null, later: Written): Written {
  return earlier ? { before: undoWrite(earlier, later.before), after: later.after } : later;
}

/** Gives what a record set becomes when a write of it is undone. @param standing as it is now */
function undoWrite({ before, after }: Written, standing: RrSet | null): RrSet | null {
  if (saysTheSame(standing, after)) return before;
  // Somebody took it away, and with it what it was made of.
  if (!standing) return null;
  const ours = listMissing(after, before);
  const merged = before && after ? findMerge(before, after) : null;
  const kept = listMissing(standing, after && { ...after, rdata: ours });
  if (!merged) return withRecords(standing, kept);
  const isUnchanged = kept.length < standing.rdata.length;
  if (isUnchanged) return withRecords(standing, [...kept, ...merged.parts]);
  // It is undone already, and our mechanism in another record is somebody else's.
  if (listMissing({ ...standing, rdata: merged.parts }, standing).length === 0) return standing;
  return withRecords(
    standing,
    kept.map((rdata) => dropAdded(rdata, merged)),
  );
}

/** An SPF record of ours that was made of others. */
interface Merge {
  /** What it was made of. */
  readonly parts: readonly string[];
  /** The mechanisms that we put in, by their keys. */
  readonly added: ReadonlySet<string>;
}

function findMerge(before: RrSet, after: RrSet): Merge | null {
  if (before.type !== 'TXT') return null;
  const isSpf = (rdata: string) => isSpfRecord(contentOf(before, rdata));
  const parts = listMissing(before, after).filter(isSpf);
  const made = listMissing(after, before).filter(isSpf);
  if (parts.length === 0 || made.length === 0) return null;
  const known = new Set(parts.flatMap((rdata) => listMechanisms(contentOf(before, rdata))));
  const added = made.flatMap((rdata) => listMechanisms(contentOf(after, rdata))).filter((key) => !known.has(key));
  return { parts, added: new Set(added) };
}

function listMechanisms(record: string): string[] {
  return splitTerms(record).flatMap((text) => findMechanismKey(text) ?? []);
}

/** `all` counts as none: it says what becomes of everybody else. */
function findMechanismKey(text: string): string | null {
  const term = parseSpfTerm(text);
  return 'kind' in term && term.kind === 'mechanism' && term.name !== 'all' ? buildMechanismKey(term) : null;
}

/** Takes what we put in out of an SPF record that somebody changed since; all else stays, to the octet. */
function dropAdded(rdata: string, { parts, added }: Merge): string {
  const record = contentOf({ type: 'TXT' }, rdata);
  if (!isSpfRecord(record) || !parseTxtStrings(rdata)) return rdata;
  const left = record.replace(/ +([^ ]+)/g, (whole, term: string) => {
    const key = findMechanismKey(term);
    return key !== null && added.has(key) ? '' : whole;
  });
  if (left === record) return rdata;
  const part = parts.find((each) => contentOf({ type: 'TXT' }, each) === left);
  return part ?? formatOctets(left);
}
