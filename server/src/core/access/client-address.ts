import { isIp4Address, parseIp6Address, parseMappedIp4Address } from '../names/ip-address.ts';
import { isInNetworks } from './network.ts';

/**
 * Finds whose request it is: the peer of the connection, or behind trusted proxies the last address of `X-Forwarded-For`
 * that none of them has. What stands before that, anybody could have written.
 * @param forwarded the header as it came; proxies may add ports to addresses and brackets to those of IPv6
 */
export function findClientAddress(
  peer: string,
  forwarded: string | undefined,
  trustedProxies: readonly string[],
): string {
  let address = parseHop(peer) ?? peer;
  if (forwarded === undefined || trustedProxies.length === 0) return address;
  const hops = forwarded.split(',');
  while (isInNetworks(address, trustedProxies)) {
    const hop = parseHop(hops.pop() ?? '');
    // Such as "unknown": then the proxy itself is all that is known.
    if (hop === null) break;
    address = hop;
  }
  return address;
}

/** Parses `address`, `address:port`, `[v6]` or `[v6]:port`; an IPv4-mapped address is the IPv4 address. */
function parseHop(text: string): string | null {
  const trimmed = text.trim().replace(/^"(.*)"$/, '$1');
  const [, inBrackets, withPort] = /^(?:\[([^\]]+)\](?::\d+)?|([^:]+)(?::\d+)?)$/.exec(trimmed) ?? [];
  const [address = ''] = (inBrackets ?? withPort ?? trimmed).toLowerCase().split('%');
  if (isIp4Address(address)) return address;
  return parseMappedIp4Address(address) ?? (parseIp6Address(address) === null ? null : address);
}
