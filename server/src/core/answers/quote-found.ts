const SHOWN_CHARACTERS = 100;
const SHOWN_TEXTS = 3;

/** Text that came out of DNS, bounded and harmless: safe to store, to log and to put on a page. */
export interface Excerpt {
  /** The first 100 characters; octets outside printable ASCII are `\xNN`, quotes and backslashes have a backslash before them. */
  readonly shown: string;
  /** How long the whole text is. */
  readonly length: number;
}

/** Several texts; of a customer who publishes a thousand, three and their number. */
export interface Excerpts {
  readonly shown: readonly Excerpt[];
  readonly count: number;
}

/** Takes what is told of a text. @param text any text; DNS octets as latin1 */
export function excerptOf(text: string): Excerpt {
  const shown = text
    .slice(0, SHOWN_CHARACTERS)
    .replace(/[^\x20-\x7e]|["\\]/g, (character) =>
      character === '"' || character === '\\' ? `\\${character}` : escapeUnit(character),
    );
  return { shown, length: text.length };
}

/** Takes what is told of several texts; beyond `limit` only their number is. */
export function excerptsOf(texts: readonly string[], limit = SHOWN_TEXTS): Excerpts {
  return { shown: texts.slice(0, limit).map(excerptOf), count: texts.length };
}

/** Formats an excerpt for a sentence, in double quotes. */
export function formatExcerpt({ shown, length }: Excerpt): string {
  return length > SHOWN_CHARACTERS ? `"${shown}…" (${length} characters)` : `"${shown}"`;
}

/** Formats several excerpts as one list. */
export function formatExcerpts({ shown, count }: Excerpts): string {
  const list = shown.map(formatExcerpt).join(', ');
  return count > shown.length ? `${list} and ${count - shown.length} more` : list;
}

/**
 * Formats text that came out of DNS for a sentence: in double quotes, without anything that could break a terminal, a log
 * line or a page, and short.
 */
export function quoteFound(text: string): string {
  return formatExcerpt(excerptOf(text));
}

function escapeUnit(character: string): string {
  const unit = character.charCodeAt(0).toString(16);
  return unit.length > 2 ? `\\u${unit.padStart(4, '0')}` : `\\x${unit.padStart(2, '0')}`;
}
