/**
 * Whether a text says the same as a value to publish, but for blanks, quotes, case and a semicolon at the end. It stops at the
 * first difference: texts of 32 KB are compared with every value that was to be published, for every server.
 */
export function isSameText(text: string, value: string): boolean {
  const [textEnd, valueEnd] = [findEnd(text), findEnd(value)];
  let at = skipBlanks(text, 0, textEnd);
  let other = skipBlanks(value, 0, valueEnd);
  while (at < textEnd && other < valueEnd) {
    if (text.charAt(at).toLowerCase() !== value.charAt(other).toLowerCase()) return false;
    at = skipBlanks(text, at + 1, textEnd);
    other = skipBlanks(value, other + 1, valueEnd);
  }
  return at >= textEnd && other >= valueEnd;
}

/** Where a text ends without the blanks and the one semicolon at its end. */
function findEnd(text: string): number {
  let end = text.length;
  while (end > 0 && isBlank(text.charCodeAt(end - 1))) end--;
  return text.charAt(end - 1) === ';' ? end - 1 : end;
}

function skipBlanks(text: string, from: number, end: number): number {
  let at = from;
  while (at < end && isBlank(text.charCodeAt(at))) at++;
  return at;
}

/** Quotation marks, and what a regular expression calls white space. */
function isBlank(code: number): boolean {
  if (code === 0x22 || code === 0x20 || (code >= 0x09 && code <= 0x0d) || code === 0xa0) return true;
  return code > 0xff && /\s/.test(String.fromCharCode(code));
}
