/** A name on the wire is at most 255 octets with its length octets (RFC 1035 §3.1). */
const MAX_NAME_OCTETS = 255;
/** More jumps than labels fit in a name are an attempt to keep us busy. */
const MAX_POINTERS = 128;

/** How many octets a name of so many characters takes, where it is one that can be asked. */
export function measureName(name: string): number {
  return name === '' ? 1 : name.length + 2;
}

/**
 * Writes a name as labels, in lower case, into `out` from `start` on, where there is room for it (RFC 1035 §3.1). The empty
 * string is the root. False: not a name that can be asked (too long, an empty or long label, a character outside printable
 * ASCII, or an escape).
 */
export function writeName(name: string, out: Buffer, start: number): boolean {
  const { length } = name;
  if (length > MAX_NAME_OCTETS - 2) return false;
  let lengthAt = start;
  for (let at = 0; at < length; at++) {
    const octet = name.charCodeAt(at);
    if (octet === DOT) {
      if (!endLabel(out, lengthAt, start + at)) return false;
      lengthAt = start + at + 1;
    } else if (octet > 0x20 && octet < 0x7f && octet !== BACKSLASH) {
      out[start + at + 1] = octet >= 0x41 && octet <= 0x5a ? octet + 0x20 : octet;
    } else return false;
  }
  if (length > 0 && !endLabel(out, lengthAt, start + length)) return false;
  out[start + measureName(name) - 1] = 0;
  return true;
}

function endLabel(out: Buffer, lengthAt: number, end: number): boolean {
  const length = end - lengthAt;
  out[lengthAt] = length;
  return length >= 1 && length <= 63;
}

/** A name as text: at most four characters for each octet. One is written at a time. */
const TEXT = Buffer.alloc(4 * MAX_NAME_OCTETS);

/**
 * Reads a name at `start`, following compression pointers backwards only (RFC 1035 §4.1.4). Lower case, without the final
 * dot; octets that are not plain are written `\DDD`, so that a dot inside a label is never taken for a separator.
 * Null where the octets are no name. `next` is the offset after the name.
 */
export function decodeName(message: Buffer, start: number): { name: string; next: number } | null {
  let written = 0;
  let octets = 1;
  let next = -1;
  let at = start;
  let limit = start;
  for (let pointers = 0; pointers <= MAX_POINTERS; ) {
    const length = message[at];
    if (length === undefined) return null;
    if (length === 0) return { name: TEXT.toString('latin1', 0, written), next: next < 0 ? at + 1 : next };
    if (length >= 0xc0) {
      const low = message[at + 1];
      if (low === undefined) return null;
      if (next < 0) next = at + 2;
      at = ((length & 0x3f) << 8) | low;
      if (at >= limit) return null;
      limit = at;
      pointers += 1;
      continue;
    }
    octets += length + 1;
    if (length > 63 || octets > MAX_NAME_OCTETS || at + 1 + length > message.length) return null;
    if (written > 0) TEXT[written++] = DOT;
    for (let i = at + 1; i <= at + length; i++) written = writeOctet(message[i] ?? 0, written);
    at += length + 1;
  }
  return null;
}

const DOT = 0x2e;
const BACKSLASH = 0x5c;
const ZERO = 0x30;

/** Writes one octet of a label at `at`; gives where the next one goes. */
function writeOctet(octet: number, at: number): number {
  if (octet > 0x20 && octet < 0x7f && octet !== DOT && octet !== BACKSLASH) {
    TEXT[at] = octet >= 0x41 && octet <= 0x5a ? octet + 0x20 : octet;
    return at + 1;
  }
  TEXT[at] = BACKSLASH;
  TEXT[at + 1] = ZERO + Math.floor(octet / 100);
  TEXT[at + 2] = ZERO + (Math.floor(octet / 10) % 10);
  TEXT[at + 3] = ZERO + (octet % 10);
  return at + 4;
}

/** Whether `name` is `zone` or lies below it. The empty string is the root. */
export function isWithin(name: string, zone: string): boolean {
  return zone === '' || name === zone || name.endsWith(`.${zone}`);
}

/** The name without its first label; the root for a name of one label. */
export function parentOf(name: string): string {
  const dot = name.indexOf('.');
  return dot < 0 ? '' : name.slice(dot + 1);
}
