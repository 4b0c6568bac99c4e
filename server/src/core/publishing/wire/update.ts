import { isWithin } from '../../names/name-wire.ts';
import { READ_TYPES, type RrSet, type RrSetChange } from '../rr-set.ts';
import { CLASSES, type DnsRequest, OPCODES, QUESTION_TYPES, type UpdateRecord } from './message.ts';
import { encodeRdata, TYPE_CODES } from './rdata-wire.ts';

const NOTHING = Buffer.alloc(0);

/** What may stand beside texts and mail servers, and not beside a CNAME: A, NS, PTR, AAAA, LOC, SRV, NAPTR, CERT, SSHFP, TLSA, SVCB, HTTPS, CAA. */
const OTHER_TYPES = [1, 2, 12, 28, 29, 33, 35, 37, 44, 52, 64, 65, 257];

/** A request, or the record set that can't be put into one. */
export type BuiltUpdate =
  | { readonly request: DnsRequest }
  | { readonly unfit: Pick<RrSet, 'name' | 'type'>; readonly why: 'outside' | 'data' | 'collision' };

/**
 * Builds the update that makes all changes or none (RFC 2136 §3.4). What has to stand before each is a prerequisite, so that
 * the server itself notices what somebody else changed (§2.4). So is what a CNAME can't stand beside: a server passes over
 * such an addition without a word (§3.4.2.2).
 */
export function buildUpdate(zone: string, changes: readonly RrSetChange[]): BuiltUpdate {
  const prerequisites: UpdateRecord[] = [];
  const deletions: UpdateRecord[] = [];
  const additions: UpdateRecord[] = [];
  for (const { before, after } of changes) {
    const about = before ?? after;
    if (!about) continue;
    const { name, type } = about;
    if (!isWithin(name, zone)) return { unfit: { name, type }, why: 'outside' };
    const guard = listOwnGuards(about, before);
    const wanted = after ? encodeRecords(after) : [];
    if (!guard || !wanted) return { unfit: { name, type }, why: 'data' };
    if (after && isInTheWay(after, changes)) return { unfit: { name, type }, why: 'collision' };
    prerequisites.push(...guard, ...(after ? listCollisions(after, changes) : []));
    // An added CNAME replaces one that is there (RFC 2136 §3.4.2.2). Knot in a zone that it signs would pass over one that is
    // added where another was deleted: what signs the name is still there then.
    const isReplaced = type === 'CNAME' && after !== null;
    if (before && !isReplaced) deletions.push({ ...standsNothing(name, TYPE_CODES[type]), class: CLASSES.any });
    additions.push(...wanted);
  }
  return { request: toRequest(zone, prerequisites, [...deletions, ...additions]) };
}

/**
 * Builds an update that changes nothing and succeeds only where record sets stand at these very names: an answer to a question
 * may come from a wildcard (RFC 4592 §2.2.1), a prerequisite never does.
 */
export function buildPresenceTest(zone: string, rrSets: readonly Pick<RrSet, 'name' | 'type'>[]): DnsRequest {
  const present = rrSets.map(({ name, type }) => ({ ...standsNothing(name, TYPE_CODES[type]), class: CLASSES.any }));
  return toRequest(zone, present, []);
}

/** Lists the sets that come to a name in the same update in which a CNAME goes from it, or the CNAMEs for which others go. */
export function listSwapped(changes: readonly RrSetChange[]): readonly RrSet[] {
  return changes.flatMap(({ after }) => {
    const isSwapped = changes.some(
      ({ before }) =>
        before &&
        after &&
        before.name === after.name &&
        before.type !== after.type &&
        [before.type, after.type].includes('CNAME'),
    );
    return isSwapped && after ? [after] : [];
  });
}

/** Builds an update that changes nothing and succeeds only where these very record sets stand. */
export function buildStandingTest(zone: string, rrSets: readonly RrSet[]): DnsRequest {
  return toRequest(
    zone,
    rrSets.flatMap((rrSet) => listOwnGuards(rrSet, rrSet) ?? []),
    [],
  );
}

/** An update that changes nothing, and what it means where it fails. */
export interface GuardTest {
  readonly request: DnsRequest;
  readonly about: Pick<RrSet, 'name' | 'type'>;
  /** Either these records aren't what they were, or something else is in the way that no plan has seen. */
  readonly means: 'changed' | 'occupied';
}

/** Lists the parts of what an update of these changes demands: it fails as a whole and doesn't say for which of them. */
export function listGuardTests(zone: string, changes: readonly RrSetChange[]): readonly GuardTest[] {
  const tests = changes.flatMap(({ before, after }) => {
    const about = before ?? after;
    const guard = about && listOwnGuards(about, before);
    return about && guard ? [{ about: pickKey(about), prerequisites: guard, means: 'changed' as const }] : [];
  });
  const collisions = changes.flatMap(({ after }) => {
    if (!after) return [];
    const all = listCollisions(after, changes);
    const visible = READ_TYPES.filter((type) => type !== after.type && (type === 'CNAME' || after.type === 'CNAME'))
      .filter((type) => !changes.some(({ before }) => before?.name === after.name && before.type === type))
      .map((type) => ({
        about: { name: after.name, type },
        prerequisites: [standsNothing(after.name, TYPE_CODES[type])],
        means: 'changed' as const,
      }));
    return [...visible, { about: pickKey(after), prerequisites: all, means: 'occupied' as const }];
  });
  return [...tests, ...collisions].map(({ about, prerequisites, means }) => ({
    request: toRequest(zone, prerequisites, []),
    about,
    means,
  }));
}

function pickKey({ name, type }: RrSet): Pick<RrSet, 'name' | 'type'> {
  return { name, type };
}

/** That a record set is as it was: with these very records, or not there (RFC 2136 §2.4.2, §2.4.3). Null where it can't be said. */
function listOwnGuards({ name, type }: RrSet, before: RrSet | null): readonly UpdateRecord[] | null {
  if (!before) return [standsNothing(name, TYPE_CODES[type])];
  return encodeRecords(before)?.map((record) => ({ ...record, ttlSeconds: 0 })) ?? null;
}

function toRequest(zone: string, prerequisites: readonly UpdateRecord[], updates: readonly UpdateRecord[]): DnsRequest {
  return { opcode: OPCODES.update, name: zone, type: QUESTION_TYPES.soa, prerequisites, updates };
}

function encodeRecords({ name, type, ttlSeconds, rdata }: RrSet): readonly UpdateRecord[] | null {
  const records: UpdateRecord[] = [];
  for (const text of new Set(rdata)) {
    const data = encodeRdata(type, text);
    if (!data) return null;
    records.push({ name, type: TYPE_CODES[type], class: CLASSES.in, ttlSeconds, rdata: data });
  }
  return records;
}

/** The prerequisite that there are no records of a type at a name, or no name at all (RFC 2136 §2.4.3, §2.4.5). */
function standsNothing(name: string, type: number): UpdateRecord {
  return { name, type, class: CLASSES.none, ttlSeconds: 0, rdata: NOTHING };
}

/** What mustn't stand at the name when this set comes there, unless the changes themselves take it away. */
function listCollisions({ name, type }: RrSet, changes: readonly RrSetChange[]): readonly UpdateRecord[] {
  const changed = changes
    .map(({ before, after }) => ({ set: before ?? after, before }))
    .filter(({ set }) => set?.name === name);
  const touched: readonly number[] = changed.map(({ set }) => (set ? TYPE_CODES[set.type] : 0));
  if (type !== 'CNAME') return touched.includes(TYPE_CODES.CNAME) ? [] : [standsNothing(name, TYPE_CODES.CNAME)];
  // Where anything of ours stands there before, "no such name" would be wrong, and each type is ruled out by itself.
  if (changed.every(({ before }) => before === null)) return [standsNothing(name, QUESTION_TYPES.any)];
  const others = [...OTHER_TYPES, ...Object.values(TYPE_CODES)].filter((code) => !touched.includes(code));
  return others.map((code) => standsNothing(name, code));
}

/** Whether another change leaves at this name what a CNAME can't stand beside (RFC 1034 §3.6.2). */
function isInTheWay(after: RrSet, changes: readonly RrSetChange[]): boolean {
  return changes.some(
    ({ after: other }) =>
      other && other.name === after.name && other.type !== after.type && [other.type, after.type].includes('CNAME'),
  );
}
