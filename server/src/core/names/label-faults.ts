import { findForbiddenCharacter, isAscii, measureAsciiLength, toAsciiName } from './ascii-name.ts';
import { formatCodePoint, quoteName } from './quote-name.ts';

/** The longest label (RFC 1035 §2.3.4). */
const MAX_LABEL_OCTETS = 63;

/** The full stop and the three characters that UTS #46 maps to it. */
const DOTS = /[.\u3002\uff0e\uff61]/;

/**
 * Describes the first label that keeps text from being a domain name: which one, and why (RFC 1035 §2.3, RFC 5890 §2.3,
 * UTS #46 §4.1).
 * @returns null where each label is right on its own
 */
export function describeLabelFault(text: string): string | null {
  const labels = text.split(DOTS);
  for (const [index, label] of labels.entries()) {
    if (label === '') return describeEmptyLabel(index, labels.length);
    const symbol = findForbiddenCharacter(label);
    if (symbol !== null && /(?![\s_])[!-~]/.test(symbol)) return `Domains can't contain ${quoteName(symbol)}.`;
    const fault = findFault(label);
    if (fault !== null) return `${quoteName(label)} ${fault}.`;
  }
  return null;
}

function describeEmptyLabel(index: number, count: number): string {
  if (index === 0) return 'The domain starts with a dot.';
  if (index === count - 1) return 'The domain ends with more than one dot.';
  return `The domain has two dots in a row (part ${index + 1} is empty).`;
}

function findFault(label: string): string | null {
  const character = findForbiddenCharacter(label);
  if (character !== null) return describeCharacter(character);
  if (label.startsWith('-')) return 'starts with a hyphen';
  if (label.endsWith('-')) return 'ends with a hyphen';
  const octets = measureAsciiLength(label);
  if (/^xn--/i.test(label) && (octets === null || toAsciiNameUnlessLong(label, octets) === null)) {
    return 'starts with "xn--" but isn\'t valid punycode';
  }
  if (octets !== null && octets > MAX_LABEL_OCTETS) {
    const form = isAscii(label) ? '' : ' in its punycode form';
    return `is ${octets} characters long${form}. The limit is ${MAX_LABEL_OCTETS}`;
  }
  if (toAsciiName(label) !== null) return null;
  if (label.slice(2, 4) === '--') return 'has hyphens as its third and fourth characters, which is reserved (RFC 5890)';
  return 'breaks the rules for internationalized names (UTS #46)';
}

/** An over-long label is told so, and not called bad punycode, which ToASCII does not tell apart. */
function toAsciiNameUnlessLong(label: string, octets: number): string | null {
  return octets > MAX_LABEL_OCTETS ? label : toAsciiName(label);
}

function describeCharacter(character: string): string {
  if (character === ' ') return 'contains a space';
  if (character === '_') return "contains an underscore, which domains can't contain";
  if (/\p{Cc}/u.test(character)) return `contains the control character ${formatCodePoint(character)}`;
  if (/\p{White_Space}/u.test(character)) return `contains the space character ${formatCodePoint(character)}`;
  const shown = /[\p{C}\p{M}]/u.test(character) ? '' : ` ${quoteName(character)}`;
  return `contains the character${shown} (${formatCodePoint(character)}), which domains can't contain`;
}
