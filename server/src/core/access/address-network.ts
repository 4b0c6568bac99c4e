import { parseIp6Address } from '../names/ip-address.ts';

/**
 * Finds the network that one customer of a provider usually has, to count by: an IPv4 address as it is, of an IPv6
 * address its first 64 bits (RFC 4291 §2.5.4), of an IPv4-mapped one the IPv4 address. Anything else is returned as it is.
 */
export function findNetwork(address: string): string {
  const [withoutZone = ''] = address.split('%');
  const groups = parseIp6Address(withoutZone)?.split(':');
  if (!groups) return address;
  if (groups.slice(0, 6).join(':') === '0:0:0:0:0:ffff') return formatIp4(groups.slice(6));
  return `${groups.slice(0, 4).join(':')}::/64`;
}

function formatIp4(groups: readonly string[]): string {
  return groups
    .map((group) => Number.parseInt(group, 16))
    .flatMap((number) => [number >> 8, number & 255])
    .join('.');
}
