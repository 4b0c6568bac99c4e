/** Writes a name as Route 53 takes it. @param name lower-case A-labels, without a final dot */
export function formatName(name: string): string {
  return `${name}.`;
}

/** Reads a name as Route 53 writes it: with a final dot, and `\052` (octal) for what isn't a letter, a digit, `-` or `_`. */
export function parseName(text: string): string {
  const decoded = text.replaceAll(/\\([0-3][0-7]{2})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );
  return decoded.toLowerCase().replace(/\.$/, '');
}

/** Compares two names in the order in which Route 53 lists records: by ASCII, the labels reversed, each with its dot. */
export function compareNames(one: string, other: string): number {
  const [first, second] = [one, other].map((name) => `${name.split('.').reverse().join('.')}.`) as [string, string];
  if (first === second) return 0;
  return first < second ? -1 : 1;
}
