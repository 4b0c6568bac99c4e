import { isIp4Address, isNetwork, parseIp6Address, parseMappedIp4Address } from '../names/ip-address.ts';

/**
 * Parses a network in CIDR notation (RFC 4632 §3.1, RFC 4291 §2.3), or an address for the one that holds it alone, such as
 * `192.0.2.0/24`, `2001:db8::/32` or `192.0.2.7`.
 * @returns it in one spelling, without bits after its prefix; null where it is none
 */
export function parseNetwork(text: string): string | null {
  const trimmed = text.trim();
  if (!isNetwork(trimmed)) return null;
  const [address = '', given] = trimmed.split('/');
  const bits = toBits(address);
  if (bits === null) return null;
  // Of an IPv4-mapped network the first 96 bits are gone.
  const prefix =
    given === undefined ? bits.length : Number(given) - (address.includes(':') && bits.length === 32 ? 96 : 0);
  if (prefix < 0) return null;
  const kept = bits.slice(0, prefix).padEnd(bits.length, '0');
  return `${formatBits(kept)}/${prefix}`;
}

/** Whether an address, as a socket or a proxy names it, is in one of these networks. An IPv4-mapped one counts as its IPv4 address (RFC 4291 §2.5.5.2). */
export function isInNetworks(address: string, networks: readonly string[]): boolean {
  const [withoutZone = ''] = address.split('%');
  const bits = toBits(withoutZone);
  if (bits === null) return false;
  return networks.some((network) => {
    const [base = '', prefix] = network.split('/');
    const baseBits = toBits(base);
    return baseBits?.length === bits.length && bits.startsWith(baseBits.slice(0, Number(prefix)));
  });
}

/** The bits of an address as text: 128 of them, or 32 of an IPv4 address and of an IPv4-mapped one. */
function toBits(address: string): string | null {
  const ip4 = isIp4Address(address) ? address : parseMappedIp4Address(address);
  if (ip4 !== null)
    return ip4
      .split('.')
      .map((octet) => Number(octet).toString(2).padStart(8, '0'))
      .join('');
  const groups = parseIp6Address(address)?.split(':');
  return groups?.map((group) => Number.parseInt(group, 16).toString(2).padStart(16, '0')).join('') ?? null;
}

function formatBits(bits: string): string {
  const size = bits.length === 32 ? 8 : 16;
  const numbers = Array.from({ length: bits.length / size }, (_, n) =>
    Number.parseInt(bits.slice(n * size, (n + 1) * size), 2),
  );
  if (size === 8) return numbers.join('.');
  return compress(numbers.map((number) => number.toString(16)).join(':'));
}

/** The longest run of zeros as "::" (RFC 5952 §4.2). */
function compress(text: string): string {
  const runs = [...text.matchAll(/(?:^|:)0(?::0)+(?=:|$)/g)].toSorted((a, b) => b[0].length - a[0].length);
  const [longest] = runs;
  if (!longest) return text;
  const before = text.slice(0, longest.index);
  const after = text.slice(longest.index + longest[0].length).replace(/^:/, '');
  return `${before}::${after}`;
}
