import { parseIp6Address } from '../names/ip-address.ts';
import { GLOBAL_UNICAST_IP6, SPECIAL_IP4, SPECIAL_IP6 } from '../names/special-networks.ts';

/** Addresses from `first` to `last`, both of them among it, as numbers of 32 (IPv4) or 128 (IPv6) bits. */
export interface AddressRange {
  readonly first: bigint;
  readonly last: bigint;
}

/** Ranges in rising order that neither overlap nor touch. */
export type AddressRanges = readonly AddressRange[];

/** The versions of the Internet Protocol that SPF tells apart (RFC 7208 §5). */
export type IpVersion = 4 | 6;

/** How many bits an address has. */
export const ADDRESS_BITS = { 4: 32, 6: 128 } as const satisfies Record<IpVersion, number>;

/** All addresses of a version. */
export function allAddresses(version: IpVersion): AddressRanges {
  return [{ first: 0n, last: (1n << BigInt(ADDRESS_BITS[version])) - 1n }];
}

/** The number of an address that is known to be right; IPv6 also in the eight groups of `parseIp6Address`. */
export function parseAddress(version: IpVersion, address: string): bigint {
  const [parts, base, bits] =
    version === 4 ? [address.split('.'), 10, 8n] : [(parseIp6Address(address) ?? '0').split(':'), 16, 16n];
  return parts.reduce(
    (number, part) => (number << (bits as bigint)) + BigInt(Number.parseInt(part, base as number)),
    0n,
  );
}

/** The addresses that share the first `prefix` bits with one of them. */
export function rangeOfNetwork(version: IpVersion, address: bigint, prefix: number): AddressRange {
  const size = 1n << BigInt(ADDRESS_BITS[version] - prefix);
  const first = address - (address % size);
  return { first, last: first + size - 1n };
}

/** Joins ranges. */
export function joinRanges(ranges: readonly AddressRange[]): AddressRanges {
  const joined: { first: bigint; last: bigint }[] = [];
  for (const range of ranges.toSorted((a, b) => (a.first < b.first ? -1 : a.first > b.first ? 1 : 0))) {
    const before = joined.at(-1);
    if (!before || range.first > before.last + 1n) joined.push({ ...range });
    else if (range.last > before.last) before.last = range.last;
  }
  return joined;
}

/** What of some ranges is in none of the others. */
export function subtractRanges(ranges: AddressRanges, others: AddressRanges): AddressRanges {
  return ranges.flatMap((range) => subtractFrom(range, others, findFirstReaching(others, range.first)));
}

/** What of a range is in none of the others, of which those before `at` lie before it. */
function subtractFrom({ first, last }: AddressRange, others: AddressRanges, at: number): AddressRange[] {
  const left: AddressRange[] = [];
  let next = first;
  for (let index = at; ; index++) {
    const other = others[index];
    if (!other || other.first > last) break;
    if (other.first > next) left.push({ first: next, last: other.first - 1n });
    next = other.last + 1n;
  }
  return next > last ? left : [...left, { first: next, last }];
}

/** The place of the first range that ends at an address or behind it. */
function findFirstReaching(ranges: AddressRanges, address: bigint): number {
  let [low, high] = [0, ranges.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const range = ranges[middle];
    if (range && range.last < address) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Addresses that grow, range by range. A record of thousands of networks must not take the square of that many steps. */
export interface GrowingRanges {
  readonly ranges: AddressRanges;
  /** Takes ranges in; gives back what of them is new. */
  add(ranges: AddressRanges): AddressRanges;
}

/** Starts with no address. */
export function startRanges(): GrowingRanges {
  const ranges: AddressRange[] = [];
  const addOne = (range: AddressRange): AddressRange[] => {
    // One that ends just before it is joined to it.
    const at = findFirstReaching(ranges, range.first - 1n);
    let end = at;
    while ((ranges[end]?.first ?? range.last + 2n) <= range.last + 1n) end++;
    const newly = subtractFrom(range, ranges.slice(at, end), ranges[at] && ranges[at].last < range.first ? 1 : 0);
    const [before, behind] = [ranges[at], ranges[end - 1]];
    const first = end > at && before && before.first < range.first ? before.first : range.first;
    const last = end > at && behind && behind.last > range.last ? behind.last : range.last;
    ranges.splice(at, end - at, { first, last });
    return newly;
  };
  const addMany = (more: AddressRanges): AddressRanges => {
    const newly = subtractRanges(more, ranges);
    const joined = joinTwo(ranges, more);
    ranges.length = 0;
    for (const range of joined) ranges.push(range);
    return newly;
  };
  return { ranges, add: (more) => (more.length < MANY ? more.flatMap(addOne) : addMany(more)) };
}

/** From so many on it is quicker to go through all once. */
const MANY = 16;

function joinTwo(one: AddressRanges, other: AddressRanges): AddressRange[] {
  const joined: { first: bigint; last: bigint }[] = [];
  for (let [a, b] = [0, 0]; ; ) {
    const [fromOne, fromOther] = [one[a], other[b]];
    const range = fromOne && (!fromOther || fromOne.first <= fromOther.first) ? fromOne : fromOther;
    if (!range) return joined;
    if (range === fromOne) a++;
    else b++;
    const before = joined.at(-1);
    if (!before || range.first > before.last + 1n) joined.push({ ...range });
    else if (range.last > before.last) before.last = range.last;
  }
}

/** Where no host of the public internet has its address: nobody there sends mail from it, so turning it away turns away nobody. */
const NOT_PUBLIC: Readonly<Record<IpVersion, AddressRanges>> = {
  4: joinRanges(SPECIAL_IP4.map((network) => toRange(4, network))),
  6: joinRanges([
    ...subtractRanges(allAddresses(6), [toRange(6, GLOBAL_UNICAST_IP6)]),
    ...SPECIAL_IP6.map((network) => toRange(6, network)),
  ]),
};
const PUBLIC_COUNT: Readonly<Record<IpVersion, bigint>> = {
  4: countPublic(4, allAddresses(4)),
  6: countPublic(6, allAddresses(6)),
};

function toRange(version: IpVersion, [address, prefix]: readonly [string, number]): AddressRange {
  return rangeOfNetwork(version, parseAddress(version, address), prefix);
}

/** How many of the public addresses of a version the ranges hold. */
export function countPublic(version: IpVersion, ranges: AddressRanges): bigint {
  const open = subtractRanges(ranges, NOT_PUBLIC[version]);
  return open.reduce((sum, { first, last }) => sum + (last - first + 1n), 0n);
}

/** Which part of the public addresses of a version so many of them are, from 0 to 1. */
export function toShare(version: IpVersion, count: bigint): number {
  // Sixteen binary digits are enough to compare with, and a quotient of two such numbers is exact.
  return Number((count << 16n) / PUBLIC_COUNT[version]) / 2 ** 16;
}

/** How much of the public addresses of a version the ranges hold, from 0 to 1. */
export function measureShare(version: IpVersion, ranges: AddressRanges): number {
  return toShare(version, countPublic(version, ranges));
}
