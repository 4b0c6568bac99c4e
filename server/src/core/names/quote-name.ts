const SHOWN_CHARACTERS = 60;

/** Control, invisible, unpaired, private and unassigned code points, spaces other than the plain one, and what ends a quote. */
const UNSAFE = /[\p{C}\p{Zl}\p{Zp}"\\]|(?! )\p{Zs}/gu;

/**
 * Formats a name that a person typed for a sentence: in double quotes, readable in any script, cut after 60 characters,
 * and with nothing in it that could break a terminal, a log line or a page. What is unsafe becomes `\u{HEX}`.
 */
export function quoteName(text: string): string {
  // A code point takes at most two units, so that a long text is not spread out just to be cut.
  const characters = [...text.slice(0, 2 * SHOWN_CHARACTERS + 2)];
  const shown = characters.slice(0, SHOWN_CHARACTERS).join('').replace(UNSAFE, escapeCharacter);
  return characters.length > SHOWN_CHARACTERS ? `"${shown}…"` : `"${shown}"`;
}

/** Formats one character for a sentence by its code point, such as `U+200B`. */
export function formatCodePoint(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}

function escapeCharacter(character: string): string {
  if (character === '"' || character === '\\') return `\\${character}`;
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}
