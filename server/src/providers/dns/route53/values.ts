import { formatMx, formatTarget, formatTxtStrings, parseTxtStrings } from '../../../core/publishing/rdata.ts';
import type { RrSet } from '../../../core/publishing/rr-set.ts';

/** Writes the data of a record as Route 53 takes it: like a zone file, but escapes are octal. */
export function formatValue(type: RrSet['type'], rdata: string): string {
  if (type !== 'TXT') return rdata;
  const strings = parseTxtStrings(rdata);
  if (!strings) throw new Error(`This is no data of a TXT record: ${rdata}`);
  return strings.map((octets) => `"${[...octets].map(formatOctet).join('')}"`).join(' ');
}

/** Reads the data of a record as it was entered there; it comes back as it was entered. */
export function parseValue(type: RrSet['type'], value: string): string {
  if (type === 'CNAME') return formatTarget(value);
  if (type === 'TXT') return formatTxtStrings(parseStrings(value));
  const [priority = '', host = ''] = value.trim().split(/\s+/);
  return formatMx(Number(priority), host);
}

function formatOctet(octet: number): string {
  if (octet === 0x22) return '\\"';
  // A backslash means something only before a quotation mark and digits: as digits it always means itself.
  if (octet >= 0x20 && octet <= 0x7e && octet !== 0x5c) return String.fromCharCode(octet);
  return `\\${octet.toString(8).padStart(3, '0')}`;
}

const STRING = /"((?:[^"\\]|\\.)*)"/gs;
const ESCAPE = /\\([0-3][0-7]{2}|.)/gs;

function parseStrings(value: string): Buffer[] {
  const strings = [...value.matchAll(STRING)].map(([, text = '']) => text);
  // Whatever is there without quotation marks is one string.
  return (strings.length > 0 ? strings : [value]).map((text) => {
    const parts: Buffer[] = [];
    let at = 0;
    for (const match of text.matchAll(ESCAPE)) {
      const [whole, escaped = ''] = match;
      parts.push(Buffer.from(text.slice(at, match.index)));
      parts.push(escaped.length === 3 ? Buffer.from([Number.parseInt(escaped, 8)]) : Buffer.from(escaped));
      at = match.index + whole.length;
    }
    return Buffer.concat([...parts, Buffer.from(text.slice(at))]);
  });
}
