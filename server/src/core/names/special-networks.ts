/** A network by its first address and the bits that its addresses share. */
type Network = readonly [address: string, prefix: number];

/** IPv4 networks that are no part of the public internet, or of no single place in it (IANA special-purpose registry, RFC 6890). */
export const SPECIAL_IP4: readonly Network[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10], // carrier-grade NAT, RFC 6598
  ['127.0.0.0', 8],
  ['169.254.0.0', 16], // link-local; cloud metadata lives here
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.31.196.0', 24], // AS112: whoever is nearest answers, often inside the network
  ['192.52.193.0', 24], // AMT anycast, the same
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['192.175.48.0', 24], // AS112
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
];

/** IPv6 is public only inside 2000::/3, which leaves out ULA, link-local, multicast, mapped and NAT64 forms at once. */
export const GLOBAL_UNICAST_IP6: Network = ['2000::', 3];

/** What of the global unicast addresses is special all the same. */
export const SPECIAL_IP6: readonly Network[] = [
  ['2001::', 23], // Teredo, ORCHID, benchmarking
  ['2001:db8::', 32],
  ['2002::', 16], // 6to4 carries an IPv4 address inside
  ['2620:4f:8000::', 48], // AS112
  ['3fff::', 20],
];
