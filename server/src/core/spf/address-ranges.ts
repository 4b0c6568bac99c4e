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

/** Where hosts of the public internet have their addresses: 0.0.0.0 to 223.255.255.255, and 2000::/3 (RFC 4291 §2.4). */
const PUBLIC: Readonly<Record<IpVersion, AddressRange>> = {
  4: { first: 0n, last: 0xdf_ff_ff_ffn },
  6: { first: 0x2n << 124n, last: (0x4n << 124n) - 1n },
};

/** All addresses of a version. */
export function allAddresses(version: IpVersion): AddressRanges {
  return [{ first: 0n, last: (1n << BigInt(ADDRESS_BITS[version])) - 1n }];
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
  return ranges.flatMap(({ first, last }) => {
    const left: AddressRange[] = [];
    let next = first;
    for (const other of others) {
      if (other.last < next || other.first > last) continue;
      if (other.first > next) left.push({ first: next, last: other.first - 1n });
      next = other.last + 1n;
    }
    return next > last ? left : [...left, { first: next, last }];
  });
}

/** How much of the public addresses of a version the ranges hold, from 0 to 1. */
export function measureShare(version: IpVersion, ranges: AddressRanges): number {
  const { first, last } = PUBLIC[version];
  const held = ranges.reduce((sum, range) => {
    const from = range.first > first ? range.first : first;
    const to = range.last < last ? range.last : last;
    return to >= from ? sum + (to - from + 1n) : sum;
  }, 0n);
  // Sixteen binary digits are enough to compare with, and a quotient of two such numbers is exact.
  return Number((held << 16n) / (last - first + 1n)) / 2 ** 16;
}
