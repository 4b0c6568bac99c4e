const SHOWN_CHARACTERS = 100;

/**
 * Formats text that came out of DNS for a sentence: in double quotes, without anything that could break a terminal, a log
 * line or a page, and short. Octets outside printable ASCII become `\xNN`.
 * @param text any text; DNS octets as latin1
 */
export function quoteFound(text: string): string {
  const shown = text
    .slice(0, SHOWN_CHARACTERS)
    .replace(/[^\x20-\x7e]|["\\]/g, (character) =>
      character === '"' || character === '\\' ? `\\${character}` : escapeUnit(character),
    );
  return text.length > SHOWN_CHARACTERS ? `"${shown}…" (${text.length} characters)` : `"${shown}"`;
}

/** Formats several found texts as one list; beyond `limit` only their number is told, since a customer decides how many there are. */
export function quoteAllFound(texts: readonly string[], limit = 3): string {
  const shown = texts.slice(0, limit).map(quoteFound).join(', ');
  return texts.length > limit ? `${shown} and ${texts.length - limit} more` : shown;
}

function escapeUnit(character: string): string {
  const unit = character.charCodeAt(0).toString(16);
  return unit.length > 2 ? `\\u${unit.padStart(4, '0')}` : `\\x${unit.padStart(2, '0')}`;
}

/** Joins sentences, the first `limit` of them; of the others only the number is told. */
export function formatList(sentences: readonly string[], limit: number): string {
  const shown = sentences.slice(0, limit).join(' ');
  return sentences.length > limit ? `${shown} The same goes for ${sentences.length - limit} more.` : shown;
}
