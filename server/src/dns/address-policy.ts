import { BlockList, isIP } from 'node:net';
import { parseIp6Address } from '../core/names/ip-address.ts';

/**
 * Addresses that a name server of a customer may not have (IANA special-purpose registries, RFC 6890): whoever writes
 * the delegation must not make this service knock inside the operator's network.
 */
const NOT_PUBLIC_V4 = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10], // carrier-grade NAT, RFC 6598
  ['127.0.0.0', 8],
  ['168.63.129.16', 32], // Azure's DNS and wire server, the same in every network there
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
] as const;

/** IPv6 is public only inside 2000::/3, which leaves out ULA, link-local, multicast, mapped and NAT64 forms at once. */
const NOT_PUBLIC_V6 = [
  ['2001::', 23], // Teredo, ORCHID, benchmarking
  ['2001:db8::', 32],
  ['2002::', 16], // 6to4 carries an IPv4 address inside
  ['2620:4f:8000::', 48], // AS112
  ['3fff::', 20],
] as const;

/** Addresses that are no server's at all: this host, multicast, reserved and broadcast. */
const NOWHERE = new BlockList();
NOWHERE.addSubnet('0.0.0.0', 8, 'ipv4');
NOWHERE.addSubnet('224.0.0.0', 3, 'ipv4');
NOWHERE.addAddress('::', 'ipv6');
NOWHERE.addSubnet('ff00::', 8, 'ipv6');

const refused = new BlockList();
for (const [network, prefix] of NOT_PUBLIC_V4) refused.addSubnet(network, prefix, 'ipv4');
for (const [network, prefix] of NOT_PUBLIC_V6) refused.addSubnet(network, prefix, 'ipv6');
const globalUnicast = new BlockList();
globalUnicast.addSubnet('2000::', 3, 'ipv6');

/** Whether an address is one that anybody on the internet could ask; false for what is not an address. */
export function isPublicAddress(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return !refused.check(address, 'ipv4');
  if (family === 6)
    return globalUnicast.check(address, 'ipv6') && !refused.check(address, 'ipv6') && !isIsatap(address);
  return false;
}

/** ISATAP (RFC 5214 §6.1): the interface identifier is `[0200:]5efe` and an IPv4 address, to which a router inside would send it. */
function isIsatap(address: string): boolean {
  const groups = parseIp6Address(address)?.split(':') ?? [];
  return groups[5] !== undefined && Number.parseInt(groups[5], 16) === 0x5efe && /^0*(?:200)?$/.test(groups[4] ?? '');
}

/** Builds the list of the operator's own networks, whose addresses are never asked. @param networks addresses and networks such as `203.0.113.0/24` */
export function buildDenied(networks: readonly string[]): BlockList {
  const denied = new BlockList();
  for (const network of networks) {
    const [address = '', prefix] = network.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    denied.addSubnet(address, prefix === undefined ? (family === 'ipv6' ? 128 : 32) : Number(prefix), family);
  }
  return denied;
}

/**
 * Whether a name server at this address may be asked.
 * @param allowPrivate the operator lets those of the own network be asked
 * @param denied networks that are never asked, also where `allowPrivate`
 */
export function mayAsk(address: string, allowPrivate: boolean, denied?: BlockList): boolean {
  if (denied?.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')) return false;
  if (!allowPrivate) return isPublicAddress(address);
  const family = isIP(address);
  return family !== 0 && !NOWHERE.check(address, family === 4 ? 'ipv4' : 'ipv6');
}
