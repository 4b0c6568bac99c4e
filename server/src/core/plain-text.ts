/** Control characters, and those that turn the direction of text (Unicode `Bidi_Control`): a terminal obeys the ones, readers are misled by the others. */
const OBEYED = /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu;

/** Whether a text is one that people could have typed as a name: it holds nothing that is obeyed in place of being shown. */
export function isPlainText(text: string): boolean {
  return text.isWellFormed() && text.search(OBEYED) === -1;
}

/** Shows the characters that a terminal would obey as escapes. What strangers write stands in lines that an operator reads. */
export function tameText(text: string): string {
  return text.replace(OBEYED, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}

/** The same for a text of several lines, whose line breaks and tabs are our own. */
export function tameLines(text: string): string {
  return text
    .split(/([\n\t])/)
    .map((part) => (part === '\n' || part === '\t' ? part : tameText(part)))
    .join('');
}

/** The same for JSON, which stays the JSON of the same value. */
export function tameJson(json: string): string {
  return json
    .split('\n')
    .map((line) => line.replace(OBEYED, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`))
    .join('\n');
}
