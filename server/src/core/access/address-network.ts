import { parseIp6Address, parseMappedIp4Address } from '../names/ip-address.ts';

/**
 * Finds the network that one customer of a provider usually has, to count by: an IPv4 address as it is, of an IPv6
 * address its first 64 bits (RFC 4291 §2.5.4), of an IPv4-mapped one the IPv4 address. Anything else is returned as it is.
 */
export function findNetwork(address: string): string {
  const [withoutZone = ''] = address.split('%');
  const mapped = parseMappedIp4Address(withoutZone);
  if (mapped !== null) return mapped;
  const groups = parseIp6Address(withoutZone)?.split(':');
  return groups ? `${groups.slice(0, 4).join(':')}::/64` : address;
}
