import { decodeName, measureName, writeName } from '../../names/name-wire.ts';
import { formatTxtStrings, parseTxtStrings } from '../rdata.ts';
import type { RrSet } from '../rr-set.ts';

/** The types that we write, by their codes on the wire (RFC 1035 §3.2.2). */
export const TYPE_CODES = { CNAME: 5, MX: 15, TXT: 16 } as const satisfies Record<RrSet['type'], number>;

/** A name on the wire is at most 255 octets (RFC 1035 §3.1). */
const MAX_NAME_OCTETS = 255;
const MAX_LABEL_OCTETS = 63;

/** Writes the data of a record for the wire, names uncompressed; null where the text isn't such data. */
export function encodeRdata(type: RrSet['type'], rdata: string): Buffer | null {
  switch (type) {
    case 'TXT': {
      const strings = parseTxtStrings(rdata);
      return strings && Buffer.concat(strings.flatMap((octets) => [Buffer.from([octets.length]), octets]));
    }
    case 'MX': {
      const [, digits = '', host = ''] = /^(\d{1,5}) (\S+)$/.exec(rdata) ?? [];
      const exchange = Number(digits) > 0xffff ? null : encodeHost(host);
      return exchange && Buffer.concat([writeUint16(Number(digits)), exchange]);
    }
    case 'CNAME':
      return encodeHost(rdata);
  }
}

/** Reads the data of a record in the form of `rdata.ts`; null where it doesn't fit its type. */
export function decodeRdata(message: Buffer, type: RrSet['type'], from: number, to: number): string | null {
  switch (type) {
    case 'TXT': {
      const strings = decodeStrings(message, from, to);
      return strings && formatTxtStrings(strings);
    }
    case 'MX': {
      const exchange = to - from > 2 ? decodeName(message, from + 2) : null;
      return exchange?.next === to ? `${message.readUInt16BE(from)} ${exchange.name}.` : null;
    }
    case 'CNAME': {
      const target = decodeName(message, from);
      return target?.next === to ? `${target.name}.` : null;
    }
  }
}

/**
 * Writes a name, without final dot, as labels in lower case. `\DDD` stands for an octet, as `decodeName` writes it; null
 * where it is no name.
 */
export function encodeName(name: string): Buffer | null {
  if (!name.includes('\\')) {
    const out = Buffer.alloc(measureName(name));
    return writeName(name, out, 0) ? out : null;
  }
  const labels: Buffer[] = [];
  for (const label of name.split('.')) {
    const octets = encodeEscapedLabel(label);
    if (!octets || octets.length === 0 || octets.length > MAX_LABEL_OCTETS) return null;
    labels.push(Buffer.from([octets.length]), octets);
  }
  const out = Buffer.concat([...labels, Buffer.alloc(1)]);
  return out.length > MAX_NAME_OCTETS ? null : out;
}

/** Two octets, the higher one first. */
export function writeUint16(value: number): Buffer {
  const out = Buffer.alloc(2);
  out.writeUInt16BE(value);
  return out;
}

function encodeHost(host: string): Buffer | null {
  return host.endsWith('.') ? encodeName(host.slice(0, -1)) : null;
}

function encodeEscapedLabel(label: string): Buffer | null {
  const octets: number[] = [];
  for (const [part, digits] of label.toLowerCase().matchAll(/\\(\d{3})|[^\\]|\\/g)) {
    const octet = digits === undefined ? part.charCodeAt(0) : Number(digits);
    if (part === '\\' || octet > (digits === undefined ? 0x7e : 0xff)) return null;
    octets.push(octet);
  }
  return Buffer.from(octets);
}

/** Character-strings, which end where the data does (RFC 1035 §3.3.14). */
function decodeStrings(message: Buffer, from: number, to: number): readonly Buffer[] | null {
  const strings: Buffer[] = [];
  let at = from;
  while (at < to) {
    const end = at + 1 + (message[at] ?? 0);
    if (end > to) return null;
    strings.push(message.subarray(at + 1, end));
    at = end;
  }
  return strings.length > 0 ? strings : null;
}
