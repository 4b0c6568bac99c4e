/** What a panel wants of a value, beside its name (`dns-provider-table.ts`). What isn't known for certain is left out. */
export interface PanelQuirks {
  /** Whether the form keeps a TXT value together only in double quotes. */
  readonly quotesTxt?: true;
  /** The most characters that its form takes for a TXT value. */
  readonly txtLimit?: number;
  /** Where a longer value goes. */
  readonly beyondLimit?: string;
  /** Whether the priority of an MX record is typed in front of its value. */
  readonly priorityInValue?: true;
  /** Whether the panel adds the domain to a mail server without a final dot. */
  readonly mxFinalDot?: true;
  /** Where an MX record is added, if not where the others are. */
  readonly mxPlace?: string;
  /** The page with a domain's records; `{zone}` stands for its name. */
  readonly page?: string;
  /** The file that it imports, as the exports name it. */
  readonly file?: 'cloudflare' | 'zone';
}

/** By the key of the provider. Sources: decision 0011. */
export const PANEL_QUIRKS: Readonly<Record<string, PanelQuirks>> = {
  cloudflare: { page: 'https://dash.cloudflare.com/?to=/:account/{zone}/dns', file: 'cloudflare' },
  godaddy: { txtLimit: 1_024, page: 'https://dcc.godaddy.com/control/portfolio/{zone}/settings?tab=dns', file: 'zone' },
  route53: {
    quotesTxt: true,
    priorityInValue: true,
    page: 'https://console.aws.amazon.com/route53/v2/hostedzones',
    file: 'zone',
  },
  namecheap: {
    mxPlace: 'Under “Mail Settings”, choose “Custom MX” and add it there.',
    page: 'https://ap.www.namecheap.com/Domains/DomainControlPanel/{zone}/advancedns',
  },
  squarespace: { page: 'https://account.squarespace.com/domains/managed/{zone}/dns/dns-settings' },
  hostinger: { page: 'https://hpanel.hostinger.com/domain/{zone}/dns' },
  ovhcloud: {
    txtLimit: 255,
    beyondLimit: 'Choose “Change in text format” and add it to the zone there.',
    mxFinalDot: true,
    page: 'https://www.ovh.com/manager/#/web/domain/{zone}/zone',
  },
  azure: { page: 'https://portal.azure.com/#browse/Microsoft.Network%2FdnsZones', file: 'zone' },
  digitalocean: { page: 'https://cloud.digitalocean.com/networking/domains/{zone}' },
  hetzner: { quotesTxt: true, page: 'https://console.hetzner.com/', file: 'zone' },
  porkbun: { page: 'https://porkbun.com/account/domains' },
  vercel: { page: 'https://vercel.com/dashboard/domains/{zone}' },
  gandi: { page: 'https://admin.gandi.net/domain', file: 'zone' },
  'network-solutions': { mxFinalDot: true },
  linode: { page: 'https://cloud.linode.com/domains', file: 'zone' },
  dnsimple: { txtLimit: 1_000, file: 'zone' },
  'dns-made-easy': { quotesTxt: true },
};
