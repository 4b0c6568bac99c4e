import { isWithin } from '../../names/name-wire.ts';
import type { RrSet, RrSetChange } from '../rr-set.ts';
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
 * @param all all that is to change, where `changes` is only a part of it
 */
export function buildUpdate(zone: string, changes: readonly RrSetChange[], all = changes): BuiltUpdate {
  const prerequisites: UpdateRecord[] = [];
  const deletions: UpdateRecord[] = [];
  const additions: UpdateRecord[] = [];
  for (const { before, after } of changes) {
    const about = before ?? after;
    if (!about) continue;
    const { name, type } = about;
    if (!isWithin(name, zone)) return { unfit: { name, type }, why: 'outside' };
    const [found, wanted] = [before, after].map((rrSet) => (rrSet ? encodeRecords(rrSet) : []));
    if (!found || !wanted) return { unfit: { name, type }, why: 'data' };
    if (after && isInTheWay(after, all)) return { unfit: { name, type }, why: 'collision' };
    if (before) prerequisites.push(...found.map((record) => ({ ...record, ttlSeconds: 0 })));
    else prerequisites.push(standsNothing(name, TYPE_CODES[type]));
    if (before) deletions.push({ ...standsNothing(name, TYPE_CODES[type]), class: CLASSES.any });
    additions.push(...wanted);
    if (after) prerequisites.push(...listCollisions(after, all));
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

/** Builds an update that changes nothing and succeeds only where this one of all changes could be made. */
export function buildGuardTest(zone: string, change: RrSetChange, all: readonly RrSetChange[]): DnsRequest | null {
  const built = buildUpdate(zone, [change], all);
  return 'request' in built ? { ...built.request, updates: [] } : null;
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
