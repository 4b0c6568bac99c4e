import { BlockList, isIP } from 'node:net';
import { parseIp6Address } from '../core/names/ip-address.ts';
import { GLOBAL_UNICAST_IP6, SPECIAL_IP4, SPECIAL_IP6 } from '../core/names/special-networks.ts';

/** Addresses that are no server's at all: this host, multicast, reserved and broadcast. */
const NOWHERE = new BlockList();
NOWHERE.addSubnet('0.0.0.0', 8, 'ipv4');
NOWHERE.addSubnet('224.0.0.0', 3, 'ipv4');
NOWHERE.addAddress('::', 'ipv6');
NOWHERE.addSubnet('ff00::', 8, 'ipv6');

/**
 * Addresses that a name server of a customer may not have: whoever writes the delegation must not make this service knock
 * inside the operator's network.
 */
const refused = new BlockList();
for (const [network, prefix] of SPECIAL_IP4) refused.addSubnet(network, prefix, 'ipv4');
for (const [network, prefix] of SPECIAL_IP6) refused.addSubnet(network, prefix, 'ipv6');
refused.addAddress('168.63.129.16', 'ipv4'); // Azure's DNS and wire server, the same in every network there
const globalUnicast = new BlockList();
globalUnicast.addSubnet(...GLOBAL_UNICAST_IP6, 'ipv6');

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
