import { parse } from 'tldts';

/** The ICANN section only, and no guessing: the name is already known to be one. */
const ICANN_ONLY = {
  allowPrivateDomains: false,
  extractHostname: false,
  validateHostname: false,
  detectIp: false,
} as const;

/**
 * Whether a registry sells names under this name (the ICANN section of the Public Suffix List), as with `co.uk`. Suffixes
 * of the private section (`github.io`) have an owner who can prove it, so they are none here. Neither is a name under a
 * top-level domain that the list lacks: the list that we carry ages, and a new top-level domain must not be locked out.
 * @param name lower-case A-labels without final dot
 */
export function isRegistrySuffix(name: string): boolean {
  const { isIcann, publicSuffix } = parse(name, ICANN_ONLY);
  return isIcann === true && publicSuffix === name;
}

/**
 * Whether the list has the top-level domain of a name. It is a copy of some age: one that it lacks may exist all the same.
 * @param name lower-case A-labels without final dot
 */
export function isKnownTld(name: string): boolean {
  return parse(name, ICANN_ONLY).isIcann === true;
}

/**
 * Finds the part of a name that someone registered: one label more than the registry's suffix (publicsuffix.org, ICANN
 * section). Where the list lacks the top-level domain, that label counts as the suffix (the list's rule `*`).
 * @param name lower-case A-labels without final dot
 * @returns null for a suffix itself, and for text with an empty label
 */
export function findRegistrableDomain(name: string): string | null {
  if (name.split('.').includes('')) return null;
  return parse(name, ICANN_ONLY).domain;
}
