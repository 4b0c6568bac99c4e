import { removeOddCharacters } from '../answers/odd-characters.ts';

/** What was typed around the name of our mail server. */
export interface OwnHost {
  readonly isPriorityTyped: boolean;
  readonly isZoneAppended: boolean;
}

/** How a null MX (RFC 7505) is written. */
export const NULL_MX = '.';

/** Words of a zone file up to MX, which an SPF record never begins with; then a number or signs, and a protocol. */
const BEFORE = /^(?:(?:[^\s=]+\s+){0,3}mx\b)?[^a-z]*(?:[a-z]+:\/\/)?$/;
const BEHIND = /^[^a-z0-9-]*(\.[a-z0-9][\w.-]*)?[^a-z]*$/;

/**
 * Finds our mail server in what somebody typed, whatever slipped in with it: blanks, quotation marks, the priority, the zone that
 * the panel appended. Null where it is another server, or a text about something else.
 * @param text as from `readMailServer`, or the text of a TXT record
 */
export function findOwnHost(text: string, host: string): OwnHost | null {
  const plain = removeOddCharacters(text)
    .toLowerCase()
    .replace(/["'<>\\]/g, '');
  const at = plain.indexOf(host);
  if (at < 0) return null;
  const before = plain.slice(0, at);
  const behind = BEHIND.exec(plain.slice(at + host.length));
  if (!BEFORE.test(before) || !behind) return null;
  return { isPriorityTyped: /\d/.test(before), isZoneAppended: behind[1] !== undefined };
}

/** Reads the mail server of an MX record as it was typed: of the escapes of RFC 1035 §5.1 only that of a dot inside a label is left. */
export function readMailServer(exchange: string): string {
  const typed = exchange.replace(/\\(\d{3}|.)/g, (_, escaped: string) => {
    const character = escaped.length === 3 ? String.fromCharCode(Number(escaped)) : escaped;
    return character === '.' ? '\\.' : character;
  });
  return typed.replace(/[\t\r\n]/g, ' ') || NULL_MX;
}
