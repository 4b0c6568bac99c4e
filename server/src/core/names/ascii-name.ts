import { toASCII, toUnicode } from 'tr46';

/** UTS #46 with every check on, non-transitional: what a registry would let someone register, and nothing else. */
const STRICT = {
  useSTD3ASCIIRules: true,
  checkHyphens: true,
  checkBidi: true,
  checkJoiners: true,
  transitionalProcessing: false,
} as const;

/**
 * A code point that this runtime's Unicode does not know. tr46's table can be newer than the runtime's, and then names
 * would be mapped by one version and normalized (NFC) by another; what is stored must not hang on that.
 */
const UNASSIGNED = /\p{Cn}/u;

/**
 * Parses text as a whole DNS name into lower-case A-labels (UTS #46 §4.2 ToASCII, non-transitional, all checks). Purely
 * the IDNA step: one label, reserved names and addresses pass. A final dot is an empty label here, and so refused.
 * The work can grow with the square of the text: bound the length first.
 * @returns null where the text is no valid name
 */
export function toAsciiName(text: string): string | null {
  const name = toASCII(text, { ...STRICT, verifyDNSLength: true });
  if (name === null || UNASSIGNED.test(text) || UNASSIGNED.test(toUnicodeName(name))) return null;
  return name;
}

/** Formats an A-label name the way a person would read it (UTS #46 §4.3 ToUnicode). */
export function toUnicodeName(name: string): string {
  return toUnicode(name).domain;
}

/**
 * Measures text as it would stand in DNS, in octets of its A-labels, whether or not it is valid.
 * @returns null where it has no A-label form at all, such as with bad punycode
 */
export function measureAsciiLength(text: string): number | null {
  return isAscii(text) ? text.length : (toASCII(text)?.length ?? null);
}

/** Finds the first character that no domain name may hold, wherever it stands; null if each is allowed somewhere. */
export function findForbiddenCharacter(text: string): string | null {
  // As ToASCII sees them: `=` with U+0338 is one character, and another one (UTS #46 §4, step 2).
  for (const character of text.normalize('NFC')) {
    // The letter before it lets a combining mark pass, and the hyphen: neither is wrong as a character.
    const alone = toASCII(`a${character}`, { useSTD3ASCIIRules: true });
    if (alone === null || UNASSIGNED.test(character)) return character;
  }
  return null;
}

/** Whether each character is ASCII. */
export function isAscii(text: string): boolean {
  return /^\p{ASCII}*$/u.test(text);
}
