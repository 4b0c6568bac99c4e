/**
 * Whether `If-None-Match` names this entity tag (RFC 9110 §13.1.2): compared weakly, as one of a list, and any for `*`.
 * @param tag with its quotation marks
 */
export function matchesEntityTag(header: string | undefined, tag: string): boolean {
  if (header === undefined) return false;
  if (header.trim() === '*') return true;
  return [...header.matchAll(/"[^"]*"/g)].some(([each]) => each === tag);
}
