/** A number as `inet_aton` and browsers read it: decimal, octal or hexadecimal. */
const NUMBER = /^(?:\d+|0x[\da-f]*)$/i;

/**
 * Whether text is, or would be taken for, an IP address: IPv4 with any of the parts that `inet_aton` reads (`127.1`,
 * `0x7f.1`, `2130706433`; also out of range), or IPv6 with or without zone (RFC 4291 §2.2, RFC 4007 §11); both also in brackets.
 */
export function isIpAddressText(text: string): boolean {
  const bare = text.startsWith('[') && text.endsWith(']') ? text.slice(1, -1) : text;
  return isIpv6Text(bare) || isIpv4Text(bare);
}

/** Whether a label is a number; as the last one of a name it would make browsers take the name for an address (WHATWG URL §3.5). */
export function isNumericLabel(label: string): boolean {
  return NUMBER.test(label);
}

function isIpv4Text(text: string): boolean {
  const parts = text.split('.', 5);
  return parts.length <= 4 && parts.every(isNumericLabel);
}

function isIpv6Text(text: string): boolean {
  const address = text.split('%', 1)[0] ?? '';
  return /^[\da-f:.]+$/i.test(address) && address.indexOf(':') !== address.lastIndexOf(':');
}
