import { BlockList, isIP } from 'node:net';
import { isLoopback } from '../../core/names/loopback.ts';

/** Networks of one's own (RFC 1918, RFC 6598, RFC 3927, RFC 4193, RFC 4291 §2.5.6). */
const NEARBY = new BlockList();
for (const [network, prefix] of [
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
] as const)
  NEARBY.addSubnet(network, prefix, 'ipv4');
NEARBY.addSubnet('fc00::', 7, 'ipv6');
NEARBY.addSubnet('fe80::', 10, 'ipv6');
/** Names that are never in the public DNS (RFC 6762 §3, RFC 8375, ICANN's `.internal`). */
const NEARBY_NAME = /^(?:[^.]+|.+\.(?:local|internal|home\.arpa))\.?$/;

/**
 * Whether what is sent to this host stays on this machine or in the network that it is in, so that a secret may go there without
 * TLS. A name that could be in the public DNS doesn't count: nobody knows where it will point tomorrow.
 * @param host of a URL: in lower case, IPv6 addresses in brackets
 */
export function isNearbyHost(host: string): boolean {
  const address = host.replace(/^\[|\]$/g, '');
  const family = isIP(address);
  if (isLoopback(host)) return true;
  if (family === 0) return NEARBY_NAME.test(host);
  return NEARBY.check(address, family === 4 ? 'ipv4' : 'ipv6');
}
