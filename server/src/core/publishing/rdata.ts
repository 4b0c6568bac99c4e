import { formatTxtText } from '../exports/txt-text.ts';

const LONGEST_STRING = 255;

/** Formats a text as the data of a TXT record: character-strings of at most 255 octets (RFC 1035 §3.3.14). */
export function formatTxt(text: string): string {
  return formatTxtText(text);
}

/** Formats the data of an MX record (RFC 1035 §3.3.9). @param host without a final dot */
export function formatMx(priority: number, host: string): string {
  return `${priority} ${formatTarget(host)}`;
}

/** Formats a host as the data of a CNAME record (RFC 1035 §3.3.1). */
export function formatTarget(host: string): string {
  return `${host.toLowerCase().replace(/\.$/, '')}.`;
}

/**
 * Reads the data of a TXT record: its character-strings, each with its octets. Strings without quotes are read, too.
 * @returns null where it is no such text, or a string has more than 255 octets
 */
export function parseTxtStrings(rdata: string): readonly Buffer[] | null {
  const strings = readStrings(rdata);
  return strings?.every(({ length }) => length <= LONGEST_STRING) ? strings : null;
}

/** The same for where others keep records: some take a longer string, and split it when they answer. So is it here. */
export function parseLongTxtStrings(rdata: string): readonly Buffer[] | null {
  return readStrings(rdata)?.flatMap(splitOctets) ?? null;
}

/** Splits octets into character-strings; none at all are one that is empty. */
export function splitOctets(octets: Buffer): Buffer[] {
  const count = Math.max(1, Math.ceil(octets.length / LONGEST_STRING));
  return Array.from({ length: count }, (_, index) =>
    octets.subarray(index * LONGEST_STRING, (index + 1) * LONGEST_STRING),
  );
}

function readStrings(rdata: string): readonly Buffer[] | null {
  const strings: Buffer[] = [];
  let at = 0;
  while (at < rdata.length) {
    if (/\s/.test(rdata.charAt(at))) {
      at += 1;
      continue;
    }
    const read = rdata.charAt(at) === '"' ? readUntil(rdata, at + 1, '"') : readUntil(rdata, at, ' ');
    if (!read) return null;
    strings.push(read.octets);
    at = read.end;
  }
  return strings.length > 0 ? strings : null;
}

/** Writes character-strings as the data of a TXT record, split as they are. */
export function formatTxtStrings(strings: readonly Uint8Array[]): string {
  return strings
    .map((octets) => {
      const text = [...octets].map((octet) => {
        if (octet === 0x22 || octet === 0x5c) return `\\${String.fromCharCode(octet)}`;
        return octet >= 0x20 && octet <= 0x7e ? String.fromCharCode(octet) : `\\${String(octet).padStart(3, '0')}`;
      });
      return `"${text.join('')}"`;
    })
    .join(' ');
}

/** Reads what a TXT record says: its strings without anything between (RFC 7208 §3.3, RFC 6376 §3.6.2.2). Null where it is none. */
export function readTxt(rdata: string): string | null {
  const strings = parseTxtStrings(rdata);
  return strings && Buffer.concat(strings).toString('utf8');
}

/** Reads octets up to the end of a string; null where it doesn't end or an escape is wrong (RFC 1035 §5.1). */
function readUntil(text: string, from: number, ending: '"' | ' '): { octets: Buffer; end: number } | null {
  const parts: Buffer[] = [];
  let at = from;
  while (at < text.length) {
    const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
    if (ending === '"' ? character === '"' : /\s/.test(character)) return { octets: Buffer.concat(parts), end: at + 1 };
    if (character !== '\\') {
      parts.push(Buffer.from(character));
      at += character.length;
      continue;
    }
    const digits = /^\d{3}/.exec(text.slice(at + 1, at + 4))?.[0];
    const escaped = digits === undefined ? text.charAt(at + 1) : '';
    if (digits === undefined ? escaped === '' || /\d/.test(escaped) : Number(digits) > 255) return null;
    parts.push(digits === undefined ? Buffer.from(escaped) : Buffer.from([Number(digits)]));
    at += digits === undefined ? 2 : 4;
  }
  return ending === '"' ? null : { octets: Buffer.concat(parts), end: at };
}
