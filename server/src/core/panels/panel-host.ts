import { findRegistrableDomain } from '../names/public-suffix.ts';
import type { DnsProvider } from './dns-provider-table.ts';

/**
 * Formats a record's name as most DNS panels want it: relative to the zone that really holds it, and `@` for the zone's
 * own name (RFC 1035 §5.1). Both may be in any case and end with a dot.
 *
 *     _autosend-verify.example.com          in example.com             →  _autosend-verify
 *     autosend._domainkey.example.com       in _domainkey.example.com  →  autosend
 *
 * @returns the whole name, lower case and without a final dot, where it does not lie in the zone
 */
export function formatPanelHost(name: string, zone: string): string {
  const host = normalizeName(name);
  const origin = normalizeName(zone);
  if (host === origin) return '@';
  return origin !== '' && host.endsWith(`.${origin}`) ? host.slice(0, -origin.length - 1) : host;
}

/**
 * Formats a record's name for the panel of a zone, as `formatPanelHost` does, or whole where the panel takes nothing else.
 * @param provider null where the panel isn't known
 */
export function formatHostFor(provider: Pick<DnsProvider, 'hostStyle'> | null, name: string, zone: string): string {
  return provider?.hostStyle === 'full' ? normalizeName(name) : formatPanelHost(name, zone);
}

/**
 * Guesses the zone that holds a domain where nobody has asked DNS yet: the registrable domain (publicsuffix.org), since
 * registrars sell zones of that and few people delegate below it.
 * @param domainName lower-case A-labels without final dot
 * @returns the domain itself where nothing above it can be registered
 */
export function guessZone(domainName: string): string {
  return findRegistrableDomain(domainName) ?? domainName;
}

function normalizeName(name: string): string {
  return name.toLowerCase().replace(/\.$/, '');
}
