/** Percent-encodes a text so that only what RFC 3986 §2.3 calls unreserved stands for itself. */
export function percentEncode(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
