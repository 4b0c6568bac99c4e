/** A header field of a message, as it was sent. Octets as latin1 text, so that nothing is lost or re-encoded. */
export interface HeaderField {
  /** Lower case. */
  readonly name: string;
  /** What stands after the colon, folds included (as CRLF), without the final line ending. */
  readonly body: string;
}

/** More fields than any real message has; each costs work in every signature. */
const MAX_FIELDS = 2_000;
// RFC 5322 §3.6.8: printable ASCII without the colon. White space before it (§4.5.8, obsolete) dkimpy and OpenDKIM do not read.
const FIELD = /^([\x21-\x39\x3b-\x7e]+):(.*)$/;
const FORBIDDEN = /[\0\r]/;

/**
 * Parses the header section of a message (RFC 5322 §2.2), the empty line that ends it not included. A bare LF ends a line
 * as CRLF does: that is what goes over SMTP.
 * @returns the fields in their order, or half a sentence on what is wrong with it
 */
export function parseHeaderSection(octets: Buffer): readonly HeaderField[] | { readonly problem: string } {
  const lines = octets.toString('latin1').split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  const fields: { name: string; lines: string[] }[] = [];
  for (const [index, line] of lines.entries()) {
    if (FORBIDDEN.test(line))
      return { problem: `line ${index + 1} of the header contains a NUL or a CR without an LF` };
    const last = fields.at(-1);
    if (/^[ \t]/.test(line)) {
      if (!last) return { problem: 'the header starts with a continuation line' };
      last.lines.push(line);
      continue;
    }
    const [, name, body] = FIELD.exec(line) ?? [];
    if (name === undefined || body === undefined)
      return { problem: `line ${index + 1} isn't a header field, and no empty line before it ends the header` };
    if (fields.length === MAX_FIELDS) return { problem: `the header has more than ${MAX_FIELDS} fields` };
    fields.push({ name: name.toLowerCase(), lines: [body] });
  }
  return fields.map(({ name, lines: parts }) => ({ name, body: parts.join('\r\n') }));
}

/** Canonicalizes a field by the relaxed algorithm (RFC 6376 §3.4.2), without a line ending. */
export function canonicalizeField({ name, body }: HeaderField): string {
  return `${name}:${body
    .replaceAll(/\r\n(?=[ \t])/g, '')
    .replaceAll(/[ \t]+/g, ' ')
    .replace(/^ | $/g, '')}`;
}
