/** Splits what people write between commas, spaces or on lines of its own. */
export function splitList(text: string): string[] {
  return text.split(/[\s,]+/).filter((entry) => entry !== '');
}
