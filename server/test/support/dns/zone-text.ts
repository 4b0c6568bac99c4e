import { splitTxtValue } from '../../../src/core/records/records.ts';

/** A record as a person would type it into a zone file; names and targets are absolute, without the final dot. */
export interface ZoneLine {
  readonly name: string;
  readonly type: 'A' | 'CNAME' | 'DS' | 'MX' | 'NS' | 'TXT';
  readonly value: string;
  readonly priority?: number;
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

/** Formats one record as a line of a zone file; the text of a TXT record stands in quoted chunks of at most 255 octets. */
export function formatZoneLine({ name, type, value, priority }: ZoneLine): string {
  switch (type) {
    case 'TXT':
      return `${name}. IN TXT ${splitTxtValue(value).map(quote).join(' ')}`;
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

function quote(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}
