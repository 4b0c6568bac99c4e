const [NUL, LF, CR] = [0x00, 0x0a, 0x0d] as const;

/** What a message must not hold, and where it was found: octets from the start of the body. */
export interface ForbiddenOctet {
  readonly what: 'NUL' | 'CR without LF';
  readonly at: number;
}

/**
 * Finds what no message may hold, in pieces that may be cut anywhere: NUL (RFC 5322 §4) and a CR that no LF follows (RFC 5321
 * §2.3.8). Servers on the way change both, and a signature over them fails (RFC 6376 §5.3).
 */
export function createOctetCheck(): {
  check(octets: Uint8Array): ForbiddenOctet | null;
  /** Ends the body: a CR may be its last octet. */
  end(): ForbiddenOctet | null;
} {
  let before = 0;
  let isCrOpen = false;
  const bareCr = (at: number): ForbiddenOctet => ({ what: 'CR without LF', at });
  return {
    check(octets) {
      if (octets.length === 0) return null;
      if (isCrOpen && octets[0] !== LF) return bareCr(before - 1);
      isCrOpen = octets.at(-1) === CR;
      for (let at = octets.indexOf(CR); at !== -1; at = octets.indexOf(CR, at + 1))
        if (at + 1 < octets.length && octets[at + 1] !== LF) return bareCr(before + at);
      const nul = octets.indexOf(NUL);
      if (nul !== -1) return { what: 'NUL', at: before + nul };
      before += octets.length;
      return null;
    },
    end: () => (isCrOpen ? bareCr(before - 1) : null),
  };
}
