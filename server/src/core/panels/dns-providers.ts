/*
 * DNS providers and their panels. `recognizeProvider` names the provider by a zone's name servers from
 * `dns-provider-table.ts`; `panel-host.ts` writes a record's name the way that panel wants it typed;
 * `cloudflare-proxy.ts` recognizes proxied addresses. Facts of a provider go into the table, with their source in
 * decision 0011.
 */

import { DNS_PROVIDERS, type DnsProvider } from './dns-provider-table.ts';

/** Name servers that serve the zones of several panels and do not show whose: no provider is named for them. */
export const SHARED_NAMESERVERS: readonly { readonly nameservers: string; readonly usedBy: readonly string[] }[] = [
  { nameservers: 'ns-cloud-*.googledomains.com', usedBy: ['Google Cloud DNS', 'Squarespace (once Google Domains)'] },
  { nameservers: 'dns#.p#.nsone.net', usedBy: ['NS1', 'Netlify'] },
];

const COMPILED = DNS_PROVIDERS.map((provider) => ({
  provider,
  patterns: provider.nameservers.map(compilePattern),
}));

const ANY = new RegExp(COMPILED.flatMap(({ patterns }) => patterns.map(({ source }) => `(?:${source})`)).join('|'));

/**
 * Recognizes the DNS provider of a zone by the names of its name servers, in any case and with or without a final dot.
 * Every one has to be the same provider's: where two serve a zone, or one server is unknown (a hidden primary, a
 * secondary elsewhere), the zone may be edited in a panel that cannot be seen from here, and a wrong name in an
 * instruction is worse than none.
 * @returns null where there are no name servers, and where they are not all those of one known provider
 */
export function recognizeProvider(nameserverNames: readonly string[]): DnsProvider | null {
  const [first, ...others] = nameserverNames.map((name) => name.toLowerCase().replace(/\.$/, ''));
  // Most servers are no known provider's: one expression says so.
  if (first === undefined || !ANY.test(first)) return null;
  const found = COMPILED.find(({ patterns }) => matchesAny(patterns, first));
  return found && others.every((name) => matchesAny(found.patterns, name)) ? found.provider : null;
}

function matchesAny(patterns: readonly RegExp[], name: string): boolean {
  return patterns.some((pattern) => pattern.test(name));
}

/** Both wildcards end with their label, so that a pattern matches whole names of as many labels as it has itself. */
function compilePattern(pattern: string): RegExp {
  const source = pattern.replaceAll('.', '\\.').replaceAll('#', '\\d{1,4}').replaceAll('*', '[a-z\\d-]+');
  return new RegExp(`^${source}$`);
}
