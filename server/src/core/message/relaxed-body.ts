/** Takes a message's body in pieces and gives out its relaxed form (RFC 6376 §3.4.4). */
export interface RelaxedBody {
  /** Takes the next octets; they may be cut anywhere. */
  write(octets: Uint8Array): void;
  /** Ends the body: an empty one stays empty, every other one ends with one CRLF. */
  end(): void;
}

const [TAB, LF, CR, SP] = [0x09, 0x0a, 0x0d, 0x20] as const;
const CRLF = Buffer.from('\r\n');
const EMPTY_LINES = Buffer.from('\r\n'.repeat(512));
/** A tab, more than one space, white space at the end of a line, a LF without CR, a CR without LF. */
const MAY_CHANGE = /\t| {2}| \r|(?:^|[^\r])\n|\r(?!\n)/;
/** What may be held back and come out with the next octet: a line ending, a space, a CR. */
const HELD_BACK_OCTETS = 4;

/**
 * Canonicalizes a body by the relaxed algorithm (RFC 6376 §3.4.4), in memory that does not grow with it: white space at
 * the end of lines goes, all other runs of it become one space, and empty lines at the end go. A bare LF ends a line as
 * CRLF does, since that is what goes over SMTP; a bare CR is content.
 * @param emit takes pieces that are only valid during the call
 */
export function createRelaxedBody(emit: (octets: Uint8Array) => void): RelaxedBody {
  let heldLines = 0;
  let heldSpace = false;
  let heldCr = false;
  let isEmpty = true;

  function emitLines(count: number): void {
    for (let left = count; left > 0; left -= 512) emit(EMPTY_LINES.subarray(0, 2 * Math.min(left, 512)));
  }

  /** Passes on octets in which nothing is to be changed, which is most of all mail; false where something may be. */
  function writeClean(octets: Uint8Array): boolean {
    const text = Buffer.from(octets.buffer, octets.byteOffset, octets.length).toString('latin1');
    if (heldSpace || heldCr || text.endsWith(' ') || MAY_CHANGE.test(text)) return false;
    let end = octets.length;
    while (octets[end - 1] === LF) end -= 2;
    const lines = (octets.length - end) / 2;
    if (end === 0) {
      heldLines += lines;
      return true;
    }
    emitLines(heldLines);
    emit(octets.subarray(0, end));
    heldLines = lines;
    isEmpty = false;
    return true;
  }

  function write(octets: Uint8Array): void {
    if (octets.length === 0 || writeClean(octets)) return;
    // A line ending may grow from one octet to two; nothing else grows.
    const out = Buffer.allocUnsafe(2 * octets.length + HELD_BACK_OCTETS);
    let length = 0;
    // As locals: this loop sees every octet of every message.
    let [lines, space, cr] = [heldLines, heldSpace, heldCr];
    for (let at = 0; at < octets.length; at += 1) {
      const octet = octets[at] as number;
      if (octet === LF) {
        cr = false;
        space = false;
        lines += 1;
        continue;
      }
      const isSpace = octet === SP || octet === TAB;
      if (cr || !(isSpace || octet === CR)) {
        // Content: what was held back before it counts.
        if (lines > 1) {
          emit(out.subarray(0, length));
          length = 0;
          emitLines(lines);
        } else if (lines === 1) {
          out[length++] = CR;
          out[length++] = LF;
        }
        lines = 0;
        if (space) out[length++] = SP;
        space = false;
        if (cr) out[length++] = CR;
        isEmpty = false;
      }
      cr = octet === CR;
      if (isSpace) space = true;
      else if (!cr) out[length++] = octet;
    }
    if (length > 0) emit(out.subarray(0, length));
    [heldLines, heldSpace, heldCr] = [lines, space, cr];
  }

  return {
    write,
    end() {
      // A CR that nothing follows is content, too.
      if (heldCr) {
        emitLines(heldLines);
        emit(Buffer.from(heldSpace ? ' \r' : '\r'));
        isEmpty = false;
      }
      if (!isEmpty) emit(CRLF);
    },
  };
}
