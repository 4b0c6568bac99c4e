/**
 * Top-level domains that no registry sells and that do not, or not meaningfully, resolve in public DNS. `example.com` and
 * its like are reserved by RFC 6761 §6.5 too, but they resolve, and documentation is full of them: they are accepted.
 */
const RESERVED_TLDS: ReadonlyMap<string, string> = new Map([
  ['test', 'RFC 6761'],
  ['invalid', 'RFC 6761'],
  ['localhost', 'RFC 6761'],
  ['example', 'RFC 6761'],
  ['local', 'RFC 6762'],
  ['onion', 'RFC 7686'],
  ['alt', 'RFC 9476'],
  // All of it, and with it home.arpa (RFC 8375): it is for the infrastructure of the internet.
  ['arpa', 'RFC 3172'],
  // No RFC: the ICANN board reserved it for private use in resolution 2024.07.29.06.
  ['internal', 'ICANN, 2024'],
]);

/**
 * Finds who reserved the top-level domain of a name.
 * @param name lower-case A-labels
 * @returns null where it is not reserved
 */
export function findTldReservation(name: string): { tld: string; reservedBy: string } | null {
  const tld = name.slice(name.lastIndexOf('.') + 1);
  const reservedBy = RESERVED_TLDS.get(tld);
  return reservedBy === undefined ? null : { tld, reservedBy };
}
