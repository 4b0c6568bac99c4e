/** What is known of one DNS provider's panel. What is not known for certain is null, and nothing is said about it. */
export interface DnsProvider {
  /** Stable, for programs. */
  readonly key: string;
  /** What people call it. */
  readonly name: string;
  /**
   * The host names of its name servers, lower case, label by label: `*` stands for any letters, digits and hyphens, `#`
   * for a number of up to four digits, both within one label.
   */
  readonly nameservers: readonly string[];
  /** The provider's own page on adding DNS records. */
  readonly helpUrl: string | null;
  /** Whether its panel takes a name without the zone and adds that automatically, or the full name. */
  readonly hostStyle: 'relative' | 'full' | null;
  /** What to type for the zone's own name; the empty text where the field stays empty. */
  readonly apexHost: '@' | '' | null;
  /** How its panel takes a TXT value over 255 octets (RFC 1035 §3.3.14). */
  readonly longTxt: 'whole' | 'quoted-chunks' | 'refuses' | null;
  /** One sentence on what the panel does to names. */
  readonly hostNote: string | null;
}

/** The DNS providers that are recognized; decision 0011 says by what their facts are known. */
export const DNS_PROVIDERS: readonly DnsProvider[] = [
  appendingPanel({
    key: 'cloudflare',
    name: 'Cloudflare',
    nameservers: ['*.ns.cloudflare.com', '*.foundationdns.com', '*.foundationdns.net', '*.foundationdns.org'],
    helpUrl: 'https://developers.cloudflare.com/dns/manage-dns-records/how-to/create-dns-records/',
    apexHost: '@',
    longTxt: 'whole',
  }),
  appendingPanel({
    key: 'godaddy',
    name: 'GoDaddy',
    nameservers: ['ns#.domaincontrol.com', 'pdns#.domaincontrol.com'],
    helpUrl: 'https://www.godaddy.com/help/add-a-txt-record-19232',
    apexHost: '@',
    longTxt: 'whole',
  }),
  appendingPanel({
    key: 'route53',
    name: 'Amazon Route 53',
    nameservers: ['ns-#.awsdns-#.com', 'ns-#.awsdns-#.net', 'ns-#.awsdns-#.org', 'ns-#.awsdns-#.co.uk'],
    helpUrl: 'https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-creating.html',
    apexHost: '',
    longTxt: 'quoted-chunks',
    hostNote: 'Route 53 adds your domain to the name. An @ would become part of the name.',
  }),
  appendingPanel({
    key: 'namecheap',
    name: 'Namecheap',
    nameservers: ['dns#.registrar-servers.com', 'pdns#.registrar-servers.com', 'freedns#.registrar-servers.com'],
    helpUrl:
      'https://www.namecheap.com/support/knowledgebase/article.aspx/317/2237/how-do-i-add-txtspfdkimdmarc-records-for-my-domain/',
    apexHost: '@',
  }),
  appendingPanel({
    key: 'squarespace',
    name: 'Squarespace',
    nameservers: ['ns*.squarespacedns.com', 'connect#.squarespacedns.com'],
    helpUrl: 'https://support.squarespace.com/hc/en-us/articles/360002101888',
    apexHost: '@',
  }),
  appendingPanel({
    key: 'wix',
    name: 'Wix',
    nameservers: ['ns#.wixdns.net'],
    helpUrl: 'https://support.wix.com/en/article/adding-or-updating-txt-records-in-your-wix-account',
    apexHost: '',
  }),
  appendingPanel({
    key: 'hostinger',
    name: 'Hostinger',
    nameservers: ['*.dns-parking.com'],
    helpUrl: 'https://www.hostinger.com/support/1583664-how-to-manage-txt-records-at-hostinger/',
    apexHost: '@',
  }),
  appendingPanel({
    key: 'ionos',
    name: 'IONOS',
    nameservers: ['ns#.ui-dns.com', 'ns#.ui-dns.de', 'ns#.ui-dns.org', 'ns#.ui-dns.biz'],
    helpUrl: 'https://www.ionos.com/help/domains/configuring-txt-and-srv-records/managing-txt-records/',
    apexHost: null,
  }),
  appendingPanel({
    key: 'ovhcloud',
    name: 'OVHcloud',
    // Of numbered names only short ones: rented servers, which may serve their owners' zones, have longer numbers. The
    // servers for secondary zones (`sdns2.ovh.net`) hold zones that are edited elsewhere.
    nameservers: ['dns#.ovh.net', 'ns#.ovh.net', 'dns#.ovh.ca', 'ns#.ovh.ca', 'dns#.anycast.me', 'ns#.anycast.me'],
    helpUrl: 'https://docs.ovhcloud.com/en/guides/web-cloud/domains/dns-zone-edit',
    apexHost: '',
    longTxt: 'refuses',
  }),
  appendingPanel({
    key: 'azure',
    name: 'Azure DNS',
    nameservers: ['ns#-#.azure-dns.com', 'ns#-#.azure-dns.net', 'ns#-#.azure-dns.org', 'ns#-#.azure-dns.info'],
    helpUrl: 'https://learn.microsoft.com/en-us/azure/dns/dns-operations-recordsets-portal',
    apexHost: '@',
    longTxt: 'whole',
    hostNote: 'Azure DNS adds the name of the zone to the name of the record.',
  }),
  appendingPanel({
    key: 'digitalocean',
    name: 'DigitalOcean',
    nameservers: ['ns#.digitalocean.com'],
    helpUrl: 'https://docs.digitalocean.com/products/networking/dns/how-to/manage-records/',
    apexHost: '@',
  }),
  appendingPanel({
    key: 'hetzner',
    name: 'Hetzner',
    nameservers: [
      '*.ns.hetzner.com',
      '*.ns.hetzner.de',
      'ns#.first-ns.de',
      'robotns#.second-ns.de',
      'robotns#.second-ns.com',
      'ns#.your-server.de',
      'ns#.second-ns.de',
      'ns.second-ns.com',
    ],
    helpUrl: 'https://docs.hetzner.com/networking/dns/record-types/txt-record/',
    apexHost: '@',
    longTxt: 'quoted-chunks',
    hostNote: 'Hetzner adds your domain to a name that has no final dot.',
  }),
  appendingPanel({
    key: 'porkbun',
    name: 'Porkbun',
    nameservers: ['*.ns.porkbun.com'],
    helpUrl: 'https://kb.porkbun.com/article/68-how-to-edit-dns-records',
    apexHost: '',
  }),
  appendingPanel({
    key: 'vercel',
    name: 'Vercel',
    nameservers: ['ns#.vercel-dns.com'],
    helpUrl: 'https://vercel.com/docs/domains/managing-dns-records',
    apexHost: '@',
  }),
  appendingPanel({
    key: 'bluehost',
    name: 'Bluehost',
    nameservers: ['ns#.bluehost.com'],
    helpUrl: 'https://www.bluehost.com/help/article/dns-management-add-edit-or-delete-dns-entries',
    apexHost: '@',
  }),
  appendingPanel({
    key: 'dreamhost',
    name: 'DreamHost',
    nameservers: ['ns#.dreamhost.com'],
    helpUrl: 'https://help.dreamhost.com/hc/en-us/articles/360035516812-Adding-custom-DNS-records',
    apexHost: '',
  }),
  appendingPanel({
    key: 'wordpress',
    name: 'WordPress.com',
    nameservers: ['ns#.wordpress.com'],
    helpUrl: 'https://wordpress.com/support/domains/custom-dns/',
    apexHost: '@',
  }),
  appendingPanel({
    key: 'gandi',
    name: 'Gandi',
    nameservers: ['ns-#-*.gandi.net'],
    helpUrl: 'https://docs.gandi.net/en/domain_names/common_operations/dns_records.html',
    apexHost: '@',
  }),
  appendingPanel({
    key: 'name-com',
    name: 'Name.com',
    nameservers: ['ns#.name.com', 'ns#*.name.com'],
    helpUrl: 'https://www.name.com/support/articles/115004972547-Adding-a-TXT-Record',
    apexHost: '',
  }),
  appendingPanel({
    key: 'network-solutions',
    name: 'Network Solutions',
    nameservers: ['ns#.worldnic.com'],
    helpUrl: null,
    apexHost: '@',
  }),
  appendingPanel({
    key: 'hover',
    name: 'Hover',
    nameservers: ['ns#.hover.com'],
    helpUrl: 'https://help.hover.com/hc/en-us/articles/217282457-Managing-DNS-records-',
    apexHost: '@',
  }),
  appendingPanel({
    key: 'linode',
    name: 'Linode (Akamai)',
    nameservers: ['ns#.linode.com'],
    helpUrl: 'https://www.linode.com/docs/products/networking/dns-manager/guides/txt-record/',
    apexHost: '',
    longTxt: 'whole',
    hostNote: 'Linode adds your domain to the name.',
  }),
  appendingPanel({
    key: 'dnsimple',
    name: 'DNSimple',
    nameservers: ['ns#.dnsimple.com', 'ns#.dnsimple-edge.com', 'ns#.dnsimple-edge.net', 'ns#.dnsimple-edge.org'],
    helpUrl: 'https://support.dnsimple.com/articles/txt-record-format',
    apexHost: '@',
    longTxt: 'whole',
  }),
  appendingPanel({
    key: 'dns-made-easy',
    name: 'DNS Made Easy',
    nameservers: ['ns#.dnsmadeeasy.com'],
    helpUrl: 'https://help.dnsmadeeasy.com/managed-dns/dns-record-types/txt-record/',
    apexHost: '',
  }),
  {
    key: 'strato',
    name: 'STRATO',
    nameservers: ['docks#.rzone.de', 'shades#.rzone.de'],
    helpUrl: 'https://www.strato.de/faq/domains/wie-kann-ich-bei-strato-meine-dns-eintraege-verwalten/',
    hostStyle: null,
    apexHost: null,
    longTxt: null,
    hostNote: null,
  },
  appendingPanel({
    key: 'one-com',
    name: 'one.com',
    nameservers: ['ns#.one.com'],
    helpUrl: 'https://help.one.com/hc/en-us/articles/115005595925-Manage-your-DNS-settings',
    apexHost: '',
  }),
  {
    key: 'infomaniak',
    name: 'Infomaniak',
    nameservers: ['ns#.infomaniak.com', 'nsany#.infomaniak.com'],
    helpUrl: 'https://www.infomaniak.com/en/support/faq/admin2/domain',
    hostStyle: null,
    apexHost: null,
    longTxt: null,
    hostNote: null,
  },
  {
    key: 'aruba',
    name: 'Aruba',
    nameservers: ['dns.technorail.com', 'dns#.technorail.com', 'dns#.arubadns.net', 'dns#.arubadns.cz'],
    helpUrl: 'https://guide.hosting.aruba.it/servizi-aggiuntivi/gestione-dns/configurazione-e-gestione-dei-record.aspx',
    hostStyle: 'full',
    apexHost: null,
    longTxt: null,
    hostNote: 'Aruba takes the full name, with your domain in it and without a final dot.',
  },
  appendingPanel({
    key: 'alibaba-cloud',
    name: 'Alibaba Cloud',
    nameservers: ['dns#.hichina.com', 'ns#.alidns.com'],
    helpUrl: 'https://www.alibabacloud.com/help/en/dns/pubz-add-parsing-record',
    apexHost: '@',
  }),
  appendingPanel({
    key: 'dnspod',
    name: 'DNSPod (Tencent Cloud)',
    nameservers: ['*.dnspod.net', '*.dnspod.com', 'ns#.dnsv#.com'],
    helpUrl: 'https://docs.dnspod.com/dns/601114eaf5ab591fcad80e4e/',
    apexHost: '@',
    hostNote: 'DNSPod adds your domain to the name.',
  }),
];

/** A provider whose panel adds the domain to the name, as most do; what is left out is not known, or not to be noted. */
function appendingPanel(
  known: Pick<DnsProvider, 'key' | 'name' | 'nameservers' | 'helpUrl' | 'apexHost'> & Partial<DnsProvider>,
): DnsProvider {
  const hostNote = `${known.name} adds your domain to the name.`;
  return { hostStyle: 'relative', longTxt: null, hostNote, ...known };
}
