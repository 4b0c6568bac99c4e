/** Two values side by side: what they share at both ends, and where they part. */
export interface ValueDifference {
  readonly before: string;
  readonly found: string;
  readonly expected: string;
  readonly after: string;
}

/** Finds where two values part, by their common beginning and end. */
export function compareValues(found: string, expected: string): ValueDifference {
  const shorter = Math.min(found.length, expected.length);
  let start = 0;
  while (start < shorter && found[start] === expected[start]) start += 1;
  let end = 0;
  while (end < shorter - start && found.at(-1 - end) === expected.at(-1 - end)) end += 1;
  return {
    before: expected.slice(0, start),
    found: found.slice(start, found.length - end),
    expected: expected.slice(start, expected.length - end),
    after: expected.slice(expected.length - end),
  };
}
