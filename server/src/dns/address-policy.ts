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

/** Whether an address lies in these networks, or would be led to one that does. */
function isDenied(address: string, denied: BlockList): boolean {
  if (isIP(address) !== 6) return denied.check(address, 'ipv4');
  return denied.check(address, 'ipv6') || listEmbeddedIp4Addresses(address).some((each) => denied.check(each, 'ipv4'));
}

/**
 * Lists the IPv4 addresses to which a router or a translator would send what goes to this IPv6 address: compatible, mapped and
 * translated ones (RFC 4291 §2.5.5, RFC 2765), NAT64 (RFC 6052 §2.2, in the local prefix of RFC 8215 of each length), 6to4
 * (RFC 3056), Teredo with its server (RFC 4380 §4) and ISATAP.
 */
function listEmbeddedIp4Addresses(address: string): string[] {
  const groups = (parseIp6Address(address.split('%')[0] ?? '')?.split(':') ?? []).map((group) =>
    Number.parseInt(group, 16),
  );
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = groups;
  const start = groups
    .slice(0, 6)
    .map((group) => group.toString(16))
    .join(':');
  if (/^0:0:0:0:(?:0:0|0:ffff|ffff:0)$/.test(start) || start === '64:ff9b:0:0:0:0') return [joinIp4(g, h)];
  if (a === 0x64 && b === 0xff9b && c === 1)
    return [
      joinIp4(g, h),
      joinIp4(d, ((e & 255) << 8) | (f >> 8)),
      joinIp4(((d & 255) << 8) | (e & 255), f),
      joinIp4(((e & 255) << 8) | (f >> 8), ((f & 255) << 8) | (g >> 8)),
    ];
  if (a === 0x2002) return [joinIp4(b, c)];
  if (a === 0x2001 && b === 0) return [joinIp4(c, d), joinIp4(g ^ 0xffff, h ^ 0xffff)];
  return isIsatap(address) ? [joinIp4(g, h)] : [];
}

function joinIp4(high: number, low: number): string {
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}

/**
 * Whether a name server at this address may be asked.
 * @param allowPrivate the operator lets those of the own network be asked
 * @param denied networks that are never asked, also where `allowPrivate`, and also where an IPv6 address stands for one of theirs
 */
export function mayAsk(address: string, allowPrivate: boolean, denied?: BlockList): boolean {
  if (denied && isDenied(address, denied)) return false;
  if (!allowPrivate) return isPublicAddress(address);
  const family = isIP(address);
  return family !== 0 && !NOWHERE.check(address, family === 4 ? 'ipv4' : 'ipv6');
}
