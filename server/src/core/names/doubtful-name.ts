import type { DomainName } from '../ids.ts';
import { toUnicodeName } from './ascii-name.ts';
import { findMailboxDomain } from './mailbox-providers.ts';
import { isKnownTld } from './public-suffix.ts';
import { quoteName } from './quote-name.ts';
import { findTldReservation } from './reserved-tlds.ts';

/**
 * Says why a name that is accepted will probably never be verified: a mailbox provider's domain, or a top-level domain that
 * the Public Suffix List lacks. Only a warning: the provider may well be the one who asks, and our copy of the list ages.
 * @returns a sentence or two, null where there is no doubt
 */
export function describeDoubt(name: DomainName): string | null {
  const mailboxDomain = findMailboxDomain(name);
  if (mailboxDomain !== null) return `You can't publish records for ${mailboxDomain} unless you run it.`;
  // Reserved names get here only where the operator allows them, and then they are meant.
  if (isKnownTld(name) || findTldReservation(name) !== null) return null;
  const tld = name.slice(name.lastIndexOf('.') + 1);
  return `We don't know the top-level domain ${quoteName(`.${toUnicodeName(tld)}`)}. Check the spelling.`;
}
