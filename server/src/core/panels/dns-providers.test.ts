import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DNS_PROVIDERS } from './dns-provider-table.ts';
import { recognizeProvider, SHARED_NAMESERVERS } from './dns-providers.ts';

/** Sets of name servers as they are delegated to. */
const recognized: readonly [key: string, nameservers: readonly string[]][] = [
  ['cloudflare', ['amy.ns.cloudflare.com', 'bob.ns.cloudflare.com']],
  ['cloudflare', ['blue.foundationdns.com', 'blue.foundationdns.net', 'blue.foundationdns.org']],
  ['godaddy', ['ns69.domaincontrol.com', 'ns70.domaincontrol.com']],
  ['godaddy', ['pdns01.domaincontrol.com', 'pdns02.domaincontrol.com']],
  ['route53', ['ns-2048.awsdns-64.com', 'ns-2049.awsdns-65.net', 'ns-1234.awsdns-01.org', 'ns-7.awsdns-00.co.uk']],
  ['namecheap', ['dns1.registrar-servers.com', 'dns2.registrar-servers.com']],
  ['namecheap', ['freedns1.registrar-servers.com', 'freedns2.registrar-servers.com']],
  ['squarespace', ['nsa1.squarespacedns.com', 'nsa2.squarespacedns.com']],
  ['squarespace', ['connect1.squarespacedns.com', 'connect2.squarespacedns.com']],
  ['wix', ['ns12.wixdns.net', 'ns13.wixdns.net']],
  ['hostinger', ['ns1.dns-parking.com', 'ns2.dns-parking.com']],
  ['hostinger', ['atlas.dns-parking.com', 'hyperion.dns-parking.com']],
  ['ionos', ['ns1045.ui-dns.com', 'ns1045.ui-dns.de', 'ns1045.ui-dns.org', 'ns1045.ui-dns.biz']],
  ['ovhcloud', ['dns19.ovh.net', 'ns19.ovh.net']],
  ['ovhcloud', ['dns200.anycast.me', 'ns200.anycast.me']],
  ['azure', ['ns1-01.azure-dns.com', 'ns2-01.azure-dns.net', 'ns3-01.azure-dns.org', 'ns4-01.azure-dns.info']],
  ['digitalocean', ['ns1.digitalocean.com', 'ns2.digitalocean.com', 'ns3.digitalocean.com']],
  ['hetzner', ['hydrogen.ns.hetzner.com', 'oxygen.ns.hetzner.com', 'helium.ns.hetzner.de']],
  ['hetzner', ['ns1.first-ns.de', 'robotns2.second-ns.de', 'robotns3.second-ns.com']],
  ['hetzner', ['ns1.your-server.de', 'ns.second-ns.com', 'ns3.second-ns.de']],
  ['porkbun', ['curitiba.ns.porkbun.com', 'fortaleza.ns.porkbun.com']],
  ['vercel', ['ns1.vercel-dns.com', 'ns2.vercel-dns.com']],
  ['bluehost', ['ns1.bluehost.com', 'ns2.bluehost.com']],
  ['dreamhost', ['ns1.dreamhost.com', 'ns2.dreamhost.com', 'ns3.dreamhost.com']],
  ['wordpress', ['ns1.wordpress.com', 'ns2.wordpress.com']],
  ['gandi', ['ns-154-a.gandi.net', 'ns-232-b.gandi.net', 'ns-45-c.gandi.net']],
  ['name-com', ['ns1fln.name.com', 'ns2dky.name.com']],
  ['network-solutions', ['ns51.worldnic.com', 'ns52.worldnic.com']],
  ['hover', ['ns1.hover.com', 'ns2.hover.com']],
  ['linode', ['ns1.linode.com', 'ns5.linode.com']],
  ['dnsimple', ['ns1.dnsimple.com', 'ns2.dnsimple-edge.net', 'ns3.dnsimple.com', 'ns4.dnsimple-edge.org']],
  ['dns-made-easy', ['ns10.dnsmadeeasy.com', 'ns11.dnsmadeeasy.com']],
  ['strato', ['docks10.rzone.de', 'shades01.rzone.de']],
  ['one-com', ['ns01.one.com', 'ns02.one.com']],
  ['infomaniak', ['nsany1.infomaniak.com', 'nsany2.infomaniak.com']],
  ['infomaniak', ['ns11.infomaniak.com', 'ns12.infomaniak.com']],
  ['aruba', ['dns.technorail.com', 'dns2.technorail.com', 'dns3.arubadns.net', 'dns4.arubadns.cz']],
  ['alibaba-cloud', ['dns9.hichina.com', 'dns10.hichina.com']],
  ['dnspod', ['f1g1ns1.dnspod.net', 'f1g1ns2.dnspod.net']],
  ['dnspod', ['ns3.dnsv5.com', 'ns4.dnsv5.com']],
  ['cloudflare', ['AMY.NS.CloudFlare.COM.', 'bob.ns.cloudflare.com.']],
];

const unrecognized: readonly [why: string, nameservers: readonly string[]][] = [
  ['there are no name servers', []],
  ['a name is empty', ['']],
  ['the name is the root', ['.']],
  ['nobody knows them', ['ns1.example.com', 'ns2.example.com']],
  ['the known name is only the end of a label', ['amy.ns.evilcloudflare.com']],
  ['the known name stands in front of another', ['amy.ns.cloudflare.com.evil.example']],
  ['the known name is inside a label', ['amy-ns-cloudflare-com.example']],
  ['a label is missing', ['ns.cloudflare.com']],
  ['there is a label more', ['a.amy.ns.cloudflare.com']],
  ['a dot is missing', ['amynscloudflarecom']],
  ['another character stands for a dot', ['amy.nsxcloudflare.com']],
  ['there is a line break', ['amy.ns.cloudflare.com\n']],
  ['there are two final dots', ['amy.ns.cloudflare.com..']],
  ['a letter stands for a number', ['ns-x.awsdns-64.com']],
  ['a host of a provider is not one of its name servers', ['www.digitalocean.com']],
  ['the server is one of Cloudflare for zones that are edited elsewhere', ['ns0001.secondary.cloudflare.com']],
  ['a rented server of OVHcloud serves the zone of its owner', ['ns383426.ovh.net', 'sdns2.ovh.net']],
  ['two providers serve the zone', ['amy.ns.cloudflare.com', 'ns-1.awsdns-01.com']],
  ['two providers serve the zone, in the other order', ['ns-1.awsdns-01.com', 'amy.ns.cloudflare.com']],
  ['one server is unknown', ['amy.ns.cloudflare.com', 'bob.ns.cloudflare.com', 'ns1.example.com']],
  ['the first server is unknown', ['ns1.example.com', 'amy.ns.cloudflare.com']],
  ['Google Cloud DNS and Squarespace share the servers', ['ns-cloud-a1.googledomains.com']],
  ['NS1 and Netlify share the servers', ['dns1.p03.nsone.net', 'dns2.p03.nsone.net']],
];

describe('recognizing the DNS provider of a zone', () => {
  for (const [key, nameservers] of recognized)
    it(`${nameservers.join(', ')}: ${key}`, () => {
      assert.equal(recognizeProvider(nameservers)?.key, key);
    });

  for (const [why, nameservers] of unrecognized)
    it(`names nobody where ${why}`, () => {
      assert.equal(recognizeProvider(nameservers), null);
    });

  it('every provider is recognized by servers in this table', () => {
    const keys = new Set(recognized.map(([key]) => key));
    assert.deepEqual(
      DNS_PROVIDERS.filter(({ key }) => !keys.has(key)).map(({ key }) => key),
      [],
    );
  });
});

describe('the table of DNS providers', () => {
  it('has each key and each name once', () => {
    assert.equal(new Set(DNS_PROVIDERS.map(({ key }) => key)).size, DNS_PROVIDERS.length);
    assert.equal(new Set(DNS_PROVIDERS.map(({ name }) => name)).size, DNS_PROVIDERS.length);
  });

  it('no pattern covers another provider, or servers that several share', () => {
    const shared = SHARED_NAMESERVERS.map(({ nameservers }) => ({ key: null, example: instantiate(nameservers) }));
    const own = DNS_PROVIDERS.flatMap(({ key, nameservers }) =>
      nameservers.map((pattern) => ({ key, example: instantiate(pattern) })),
    );
    for (const { key, example } of [...own, ...shared])
      assert.equal(recognizeProvider([example])?.key ?? null, key, example);
  });

  for (const provider of DNS_PROVIDERS)
    it(`${provider.name}: patterns are host names, the help page is on https, sentences are sentences`, () => {
      for (const pattern of provider.nameservers) assert.match(pattern, /^[a-z\d*#-]+(?:\.[a-z\d#-]+)+\.[a-z]+$/);
      if (provider.helpUrl !== null) assert.equal(new URL(provider.helpUrl).protocol, 'https:');
      for (const sentence of [provider.hostNote ?? 'None.']) assert.match(sentence, /^[A-Zo][^!]*\.$/, sentence);
      assert.equal(provider.hostStyle === null, provider.hostNote === null);
    });
});

function instantiate(pattern: string): string {
  return pattern.replaceAll('*', 'a1').replaceAll('#', '1');
}
