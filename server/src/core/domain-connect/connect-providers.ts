/*
 * Domain Connect, synchronous flow: the customer clicks, their DNS provider asks them, and the records are there.
 * `connect-providers.ts` lists whose pages we send people to. `discovery.ts` reads what a zone and its provider say,
 * `template.ts` makes the operator's template of the table of record kinds, `groups.ts` chooses what of it a domain
 * needs now, `apply-link.ts` builds the link, and `key-records.ts` the TXT records with the public key. Everything
 * that comes from a stranger's zone or server is read here and trusted nowhere. What was clicked says nothing about a
 * domain: the verdict comes from its name servers.
 */

/** A DNS provider that takes Domain Connect links. */
export interface ConnectProvider {
  /** As the provider calls itself in its settings; for those of the operator, the host of the origin. */
  readonly id: string;
  /** What people call it: a text of ours, not of the server that answered. */
  readonly name: string;
  /** The origin of the pages to which people are sent (`urlSyncUX`). */
  readonly origin: string;
  /** Its key in the table of panels, where it is there: whose name servers they are. */
  readonly panel: string | null;
  /** Where it can be asked without a zone's help: what its `_domainconnect` record says. */
  readonly settings: string | null;
  /** Where it says whether it has a template (`urlAPI`), for `domain-connect check`. */
  readonly apiUrl: string | null;
  /** Whether its zones may lack the `_domainconnect` record, so that its name servers have to do. */
  readonly mayLackRecord: boolean;
}

/** The providers that come with the program; decision 0049 says how each is known. */
export const CONNECT_PROVIDERS: readonly ConnectProvider[] = [
  {
    id: 'cloudflare.com',
    name: 'Cloudflare',
    origin: 'https://dash.cloudflare.com',
    panel: 'cloudflare',
    settings: 'api.cloudflare.com/client/v4/dns/domainconnect',
    apiUrl: 'https://api.cloudflare.com/client/v4/dns/domainconnect',
    mayLackRecord: false,
  },
  {
    id: 'vercel.com',
    name: 'Vercel',
    origin: 'https://vercel.com',
    panel: 'vercel',
    settings: 'domainconnect.vercel.com',
    apiUrl: 'https://vercel.com/api/domain-connect',
    mayLackRecord: true,
  },
  {
    id: 'GoDaddy',
    name: 'GoDaddy',
    origin: 'https://dcc.godaddy.com',
    panel: 'godaddy',
    settings: 'domainconnect.api.godaddy.com',
    apiUrl: 'https://domainconnect.api.godaddy.com',
    mayLackRecord: false,
  },
  {
    id: 'ionos.com',
    name: 'IONOS',
    origin: 'https://domainconnect.ionos.com',
    panel: 'ionos',
    settings: 'api.domainconnect.ionos.com',
    apiUrl: 'https://api.domainconnect.ionos.com',
    mayLackRecord: false,
  },
  {
    id: 'domains.squarespace.com',
    name: 'Squarespace',
    origin: 'https://domains.squarespace.com',
    panel: 'squarespace',
    settings: 'domains.squarespace.com',
    apiUrl: 'https://domains.squarespace.com',
    mayLackRecord: false,
  },
  {
    id: 'dns.glauca.digital',
    name: 'Glauca Digital',
    origin: 'https://dns.glauca.digital',
    panel: null,
    settings: null,
    apiUrl: null,
    mayLackRecord: false,
  },
];

/** Finds whose pages an origin has; null for a stranger's. */
export function findByOrigin(providers: readonly ConnectProvider[], origin: string): ConnectProvider | null {
  return providers.find((provider) => provider.origin === origin) ?? null;
}

/** The origins that were read, or a sentence about the first that can't be one. */
export type ProvidersReading = { readonly providers: readonly ConnectProvider[] } | { readonly fault: string };

/**
 * Reads the providers that an operator adds: `https://connect.example.net`, or `https://connect.example.net=Example DNS`,
 * comma-separated. An origin may have a port of its own; it is then asked there as well.
 */
export function readOrigins(text: string): ProvidersReading {
  const providers: ConnectProvider[] = [];
  for (const entry of text.split(',').map((each) => each.trim())) {
    const [, origin = '', name = ''] = /^([^=\s]+?)(?:\s*=\s*(.*))?$/.exec(entry) ?? [];
    const url = URL.canParse(origin) ? new URL(origin) : null;
    const isOrigin = url?.protocol === 'https:' && [url.origin, `${url.origin}/`].includes(origin);
    if (!url || !isOrigin || url.hostname.includes('*') || /\p{C}/u.test(name) || name.length > MAX_NAME)
      return { fault: `${JSON.stringify(entry.slice(0, 80))} isn't an origin such as https://connect.example.net.` };
    providers.push({
      id: url.host,
      name: name === '' ? url.hostname : name,
      origin: url.origin,
      panel: null,
      settings: null,
      apiUrl: null,
      mayLackRecord: false,
    });
  }
  return { providers };
}

const MAX_NAME = 40;
