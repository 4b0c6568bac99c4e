import { type DnsRecord, joinTxt } from './dns-answer.ts';

/**
 * Formats the data of a record as people read it: the text of a TXT record whole and without quotes, a host without its
 * final dot, the root as `.`. Octets that are not printable ASCII become `\DDD`, and so does the backslash (RFC 1035 §5.1), so that nothing
 * in it can break a terminal, a log line or a page, and no two texts look the same.
 */
export function formatRecordData(record: DnsRecord): string {
  switch (record.type) {
    case 'TXT':
    case 'SPF':
      return escapeOctets(joinTxt(record));
    case 'MX':
      return `${record.preference} ${record.exchange || '.'}`;
    case 'A':
    case 'AAAA':
      return record.address;
    case 'NS':
    case 'CNAME':
      return record.target || '.';
    case 'SOA':
      return `${record.primary || '.'} ${record.serial}`;
  }
}

/** Cuts a formatted value that is longer than `limit` characters, and says how long it is. */
export function clipPresentation(value: string, limit: number): string {
  return value.length > limit ? `${value.slice(0, limit)}… (${value.length} characters)` : value;
}

/** @param text DNS octets as latin1 */
function escapeOctets(text: string): string {
  return text.replace(
    /[^\x20-\x7e]|\\/g,
    (character) => `\\${String(character.charCodeAt(0) & 0xff).padStart(3, '0')}`,
  );
}
