import { splitTxtValue } from '../../../src/core/records/records.ts';

/** A record as a person would type it into a zone file; names and targets are absolute, without the final dot. */
export interface ZoneLine {
  readonly name: string;
  readonly type: 'A' | 'CNAME' | 'DS' | 'MX' | 'NS' | 'TXT';
  readonly value: string;
  readonly priority?: number;
  /** In place of a TXT record's value: its character-strings, of whatever octets. */
  readonly strings?: readonly Buffer[];
}

/** What stands in a zone file. */
export interface ZoneText {
  readonly name: string;
  readonly serial: number;
  /** Host names; those inside the zone need an A record among the records. */
  readonly nameservers: readonly string[];
  readonly records: readonly ZoneLine[];
}

/** A zone file as it is, such as one with signatures. */
export interface ZoneFile {
  readonly name: string;
  readonly serial: number;
  readonly text: string;
}

const TTL_SECONDS = 300;
const MAX_STRING_OCTETS = 255;

/** Formats a zone file (RFC 1035 §5) that any name server reads. */
export function formatZone({ name, serial, nameservers, records }: ZoneText): string {
  const soa = `${nameservers[0]}. hostmaster.${nameservers[0]}. ${serial} 7200 900 1209600 ${TTL_SECONDS}`;
  const lines = [
    `$TTL ${TTL_SECONDS}`,
    `${name}. IN SOA ${soa}`,
    ...nameservers.map((server) => formatZoneLine({ name, type: 'NS', value: server })),
    ...records.map(formatZoneLine),
  ];
  return `${lines.join('\n')}\n`;
}

/** Splits octets as they are, characters in two as well, into character-strings of at most 255. Never none. */
export function splitOctets(octets: Buffer): Buffer[] {
  const count = Math.max(1, Math.ceil(octets.length / MAX_STRING_OCTETS));
  return Array.from({ length: count }, (_, at) =>
    octets.subarray(at * MAX_STRING_OCTETS, (at + 1) * MAX_STRING_OCTETS),
  );
}

/** Formats one record as a line of a zone file; the text of a TXT record stands in quoted chunks of at most 255 octets. */
export function formatZoneLine({ name, type, value, priority, strings }: ZoneLine): string {
  switch (type) {
    case 'TXT': {
      const texts = strings ?? splitTxtValue(value).map((text) => Buffer.from(text));
      return `${name}. IN TXT ${texts.map(quote).join(' ')}`;
    }
    case 'MX':
      return `${name}. IN MX ${priority ?? 10} ${value}.`;
    case 'NS':
    case 'CNAME':
      return `${name}. IN ${type} ${value}.`;
    case 'A':
    case 'DS':
      return `${name}. IN ${type} ${value}`;
  }
}

/** Quotes a character-string; an octet that is no printable ASCII becomes its number (RFC 1035 §5.1). */
function quote(octets: Buffer): string {
  const text = octets
    .toString('latin1')
    .replace(/["\\]/g, '\\$&')
    .replace(/[^\x20-\x7e]/g, (octet) => `\\${String(octet.charCodeAt(0)).padStart(3, '0')}`);
  return `"${text}"`;
}
