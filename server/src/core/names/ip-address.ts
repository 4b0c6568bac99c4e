const IP4_OCTET = /^(?:0|[1-9]\d{0,2})$/;
const IP6_GROUP = /^[0-9a-f]{1,4}$/i;

/** Whether a text is an IPv4 address as RFC 7208 §5.6 (`qnum`) writes it: four numbers up to 255, no leading zeros. */
export function isIp4Address(text: string): boolean {
  const octets = text.split('.', 5);
  return octets.length === 4 && octets.every((octet) => IP4_OCTET.test(octet) && Number(octet) <= 255);
}

/**
 * Parses an IPv6 address (RFC 4291 §2.2) to its eight groups, joined by colons, so that two spellings of one address
 * are equal; null where it is none. A zone index is not allowed.
 */
export function parseIp6Address(text: string): string | null {
  if (text.length > 45) return null;
  const halves = text.split('::');
  if (halves.length > 2) return null;
  const groups: string[][] = [];
  for (const [index, half] of halves.entries()) {
    const parsed = parseGroups(half, index === halves.length - 1);
    if (parsed === null) return null;
    groups.push(parsed);
  }
  const [head = [], tail = []] = groups;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return null;
  return [...head, ...Array<string>(missing).fill('0'), ...tail].join(':');
}

function parseGroups(text: string, mayEndInIp4: boolean): string[] | null {
  if (text === '') return [];
  const parts = text.split(':');
  const last = parts.at(-1) ?? '';
  if (mayEndInIp4 && isIp4Address(last)) {
    const [a = 0, b = 0, c = 0, d = 0] = last.split('.').map(Number);
    parts.splice(-1, 1, (a * 256 + b).toString(16), (c * 256 + d).toString(16));
  }
  return parts.every((part) => IP6_GROUP.test(part))
    ? parts.map((part) => Number.parseInt(part, 16).toString(16))
    : null;
}

/** Reads an IPv4-mapped IPv6 address (RFC 4291 §2.5.5.2) as the IPv4 address it stands for; null where a text is none. */
export function parseMappedIp4Address(text: string): string | null {
  const groups = parseIp6Address(text)?.split(':') ?? [];
  if (groups.slice(0, 6).join(':') !== '0:0:0:0:0:ffff') return null;
  return groups
    .slice(6)
    .map((group) => Number.parseInt(group, 16))
    .flatMap((number) => [number >> 8, number & 255])
    .join('.');
}

/** Whether a text is an address, or a network: an address with the length of its prefix (RFC 4632 §3.1, RFC 4291 §2.3). */
export function isNetwork(text: string): boolean {
  const [address = '', prefix, ...more] = text.split('/');
  const longest = isIp4Address(address) ? 32 : parseIp6Address(address) === null ? -1 : 128;
  const isPrefix = prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= longest);
  return longest > 0 && isPrefix && more.length === 0;
}
