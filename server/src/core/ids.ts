/** 24 lower-case hexadecimal digits (`api.md`, "The Domain object"). */
export type DomainId = string & { readonly brand: 'DomainId' };
/** 24 lower-case hexadecimal digits; never shown on the wire. */
export type ProjectId = string & { readonly brand: 'ProjectId' };
/** 24 lower-case hexadecimal digits: an account of the dashboard. */
export type UserId = string & { readonly brand: 'UserId' };
/** A lower-case A-label name without final dot, accepted by `parseDomainName`. */
export type DomainName = string & { readonly brand: 'DomainName' };

const ID = /^[a-f\d]{24}$/;

/** Whether a text from outside can be an id at all; what can't is answered like an id that never existed. */
export function isId(text: string): boolean {
  return ID.test(text);
}

/**
 * Builds an id of 4 octets of seconds and 8 random octets, in hex. The leading time keeps inserts at the right edge of
 * the primary key's index.
 * @param random at least 8 octets from a cryptographic source
 */
export function buildId(now: Date, random: Uint8Array): string {
  const seconds = Math.floor(now.getTime() / 1000);
  return seconds.toString(16).padStart(8, '0') + Buffer.from(random.subarray(0, 8)).toString('hex');
}
