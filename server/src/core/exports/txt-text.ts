import { splitTxtValue } from '../records/records.ts';

/** How an octet is written that cannot stand as itself: in decimal (RFC 1035 §5.1), or in octal, as Amazon Route 53 has it. */
type OctetNotation = 'decimal' | 'octal';

/**
 * Formats the value of a TXT record for places that read master file text: quoted character-strings of at most 255
 * octets each (RFC 1035 §3.3.14), parted by `separator`.
 */
export function formatTxtText(value: string, separator = ' ', notation: OctetNotation = 'decimal'): string {
  return splitTxtValue(value)
    .map((chunk) => `"${escapeTxtText(chunk, notation)}"`)
    .join(separator);
}

/**
 * Escapes what has a meaning inside the quotes: `"` and `\` (RFC 1035 §5.1); octets that are not printable ASCII become
 * `\` and three digits. A `;` begins no comment inside quotes and stays: software that reads quotes and does not undo
 * escapes would publish the backslash, and a DKIM record with `\;` in it is broken.
 */
function escapeTxtText(text: string, notation: OctetNotation): string {
  const radix = notation === 'octal' ? 8 : 10;
  return text
    .replace(/["\\]/g, '\\$&')
    .replace(/[^\x20-\x7e]/gu, (character) =>
      [...Buffer.from(character)].map((octet) => `\\${octet.toString(radix).padStart(3, '0')}`).join(''),
    );
}
