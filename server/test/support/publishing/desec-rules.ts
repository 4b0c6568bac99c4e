import type { StubReply, StubRequest } from './https-stub.ts';
import { breaksCnameRule, findValueFault, keyOf, STUB_NAME, type StubZone } from './stub-zone.ts';

/** A domain at the stub. */
export interface DesecDomain extends StubZone {
  readonly minimumTtl: number;
}

/** One part of a request, as it was sent. */
export interface DesecItem {
  readonly subname?: unknown;
  readonly type?: unknown;
  readonly ttl?: unknown;
  readonly records?: unknown;
}
type Errors = Record<string, string[]>;

/** A request that changes something, with what its token may do. */
export interface DesecChange extends StubRequest {
  readonly mayWrite: (subname: string, type: string) => boolean;
}

/** An error of the API, in its form. */
export class DesecRefusal extends Error {
  readonly reply: StubReply;
  constructor(status: number, body: unknown, headers: Record<string, string> = {}) {
    super(`status ${status}`);
    this.reply = { status, body, headers };
  }
}

const MAXIMUM_TTL = 86_400;

/**
 * Checks every part, then stores all of them: what goes first, so that it makes room.
 * @param shape brings the errors of all parts into the form of the answer
 * @throws DesecRefusal
 */
export function storeDesecItems(
  domain: DesecDomain,
  change: DesecChange,
  items: readonly DesecItem[],
  shape: (errors: Errors[]) => unknown,
) {
  const leaving = new Set(
    items
      .filter(({ records }) => Array.isArray(records) && records.length === 0)
      .map((each) => keyOf(String(each.subname), String(each.type))),
  );
  const left: StubZone = {
    name: domain.name,
    rrSets: new Map([...domain.rrSets].filter(([key]) => !leaving.has(key))),
  };
  const errors = items.map((item) => findFaults(domain, left, change, item));
  const counts = Map.groupBy(items, ({ subname, type }) => `${subname} ${type}`);
  for (const [index, { subname, type }] of items.entries())
    if ((counts.get(`${subname} ${type}`)?.length ?? 0) > 1)
      errors[index] = { non_field_errors: ['Same subname and type as in position(s) 0, but must be unique.'] };
  if (errors.some((each) => Object.keys(each).length > 0)) throw new DesecRefusal(400, shape(errors));
  for (const key of leaving) domain.rrSets.delete(key);
  return items.flatMap(({ subname, type, ttl, records }) => {
    const key = keyOf(String(subname), String(type));
    if (leaving.has(key)) return [];
    const known = domain.rrSets.get(key);
    const rrSet = known ?? { name: String(subname), type: String(type), ttl: 0, values: [] };
    if (typeof ttl === 'number') rrSet.ttl = ttl;
    if (Array.isArray(records)) rrSet.values = records.map(String);
    domain.rrSets.set(key, rrSet);
    return [rrSet];
  });
}

function findFaults(
  domain: DesecDomain,
  left: StubZone,
  change: DesecChange,
  { subname, type, ttl, records }: DesecItem,
): Errors {
  const required = ['This field is required.'];
  if (typeof subname !== 'string') return { subname: required };
  if (typeof type !== 'string') return { type: required };
  if (!change.mayWrite(subname, type)) throw new DesecRefusal(403, { detail: 'Insufficient token permissions.' });
  const known = domain.rrSets.get(keyOf(subname, type));
  const goes = Array.isArray(records) && records.length === 0;
  const isPartial = change.method === 'PATCH' && (known !== undefined || goes);
  if (subname !== '' && (!STUB_NAME.test(subname) || subname.length > 178))
    return { subname: ['Subname can only use (lowercase) a-z, 0-9, ., -, and _.'] };
  if (!/^[A-Z][A-Z0-9]*$/.test(type)) return { type: ['Type must be uppercase alphanumeric and start with a letter.'] };
  if (records === undefined && !isPartial) return { records: required };
  if (ttl === undefined && !isPartial && !goes) return { ttl: required };
  if (ttl !== undefined) {
    if (typeof ttl !== 'number' || !Number.isInteger(ttl)) return { ttl: ['A valid integer is required.'] };
    if (ttl < domain.minimumTtl)
      return { ttl: [`Ensure this value is greater than or equal to ${domain.minimumTtl}.`] };
    if (ttl > MAXIMUM_TTL) return { ttl: [`Ensure this value is less than or equal to ${MAXIMUM_TTL}.`] };
  }
  if (change.method === 'POST') {
    if (known)
      return {
        non_field_errors: [
          'Another RRset with the same subdomain and type exists for this domain. (Try modifying it.)',
        ],
      };
    if (goes) return { records: ['This field must not be empty when using POST.'] };
  }
  if (records === undefined || goes) return {};
  return findRecordFaults(left, { subname, type }, records);
}

function findRecordFaults(
  left: StubZone,
  { subname, type }: { subname: string; type: string },
  records: unknown,
): Errors {
  if (!Array.isArray(records) || records.some((each) => typeof each !== 'string'))
    return { records: ['Must be a string.'] };
  if (breaksCnameRule(left, subname, type))
    return {
      non_field_errors: [
        'RRset with conflicting type present at same subname: database. (No other RRsets are allowed alongside CNAME.)',
      ],
    };
  if (type === 'CNAME' && subname === '') return { non_field_errors: ['CNAME RRset cannot have empty subname.'] };
  if (type === 'CNAME' && records.length > 1)
    return { non_field_errors: ['CNAME RRset cannot have multiple records.'] };
  const fault = records.map((each) => findValueFault(type, String(each))).find((each) => each !== null);
  if (fault !== undefined) return { non_field_errors: [fault ?? ''] };
  return new Set(records).size < records.length
    ? { non_field_errors: ['Duplicate: records must be semantically unique'] }
    : {};
}
