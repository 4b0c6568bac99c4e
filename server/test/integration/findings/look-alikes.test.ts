import { after, before, test } from 'node:test';
import type { ZoneRecord } from '../../support/dns/dns-server-zones.ts';
import { breakServers, checkTrap, type FindingsLab, startFindingsLab, type Trap } from '../../support/dns/findings.ts';

let lab: FindingsLab;
before(async () => {
  lab = await startFindingsLab(import.meta.url);
});
after(() => lab.close());

const cname = (name: string, value: string): ZoneRecord => ({ name, type: 'CNAME', value });
const txt = (name: string, value: string): ZoneRecord => ({ name, type: 'TXT', value });
const address = (name: string, value = '192.0.2.1'): ZoneRecord => ({ name, type: 'A', value });

/** Servers that fail, `*` records and proxies: what is said of them, and with that what is not. */
const TRAPS: readonly Trap[] = [
  [
    'one server is down, and the record stands elsewhere: the other server is enough to say so',
    {
      arrange: ({ publish, without, domain, dns }) => {
        publish([...without('ownership'), txt('example.com', domain.dnsRecords.ownership.value)]);
        dns.fault({ address: '127.0.0.12' }, 'servfail');
      },
    },
    { ownership: ['published_at_apex'], zone: ['nameserver_unreachable'] },
  ],
  [
    'all servers are down, and the record would stand elsewhere: nothing is said of it',
    {
      isRefreshedOtherwise: true,
      arrange: ({ publish, without, domain, dns }) => {
        publish([...without('ownership'), txt('example.com', domain.dnsRecords.ownership.value)]);
        breakServers(dns);
      },
    },
    { ownership: [], dkim: [], zone: ['no_nameserver_answered'] },
  ],
  [
    'the servers fail only when a wrong place is asked for',
    {
      arrange: ({ publish, without, domain, dns }) => {
        publish([...without('ownership'), txt('example.com', domain.dnsRecords.ownership.value)]);
        dns.fault({ name: 'example.com', type: 'TXT' }, 'servfail');
      },
    },
    { ownership: ['record_missing'], zone: [] },
  ],
  [
    'the neighbor of a name with Cloudflare’s addresses cannot be asked, so it may be a `*` record',
    {
      arrange: ({ publish, without, dns }) => {
        publish([...without('ownership'), address('_autosend-verify.example.com', '104.16.1.1')]);
        dns.fault({ name: 'autosend-no-such-name.example.com', type: 'A' }, 'servfail');
      },
    },
    { ownership: ['record_missing'] },
  ],
  [
    'one of two servers knows no target of the CNAME, the other does',
    {
      arrange: ({ publish, without, dns }) => {
        const alias = cname('_autosend-verify.example.com', 'www.example.com');
        publish([...without('ownership'), alias, address('www.example.com')]);
        dns.setRecords('example.com', [...without('ownership'), alias], '127.0.0.12');
      },
    },
    { ownership: ['cname_in_the_way'] },
  ],
  [
    'a `*` record does not answer where a name between exists',
    {
      arrange: ({ publish, without }) =>
        publish([...without('dkim'), txt('*.example.com', 'hello'), txt('other._domainkey.example.com', 'x')]),
    },
    { dkim: ['record_missing'] },
  ],
  [
    'a `*` CNAME answers at every name: there is no CNAME to delete',
    {
      arrange: ({ publish }) => publish([cname('*.example.com', 'www.example.com'), address('www.example.com')]),
    },
    {
      ownership: ['wildcard_answer'],
      dkim: ['wildcard_answer'],
      mail_from_mx: ['wildcard_answer'],
      mail_from_spf: ['wildcard_answer'],
      dmarc: ['wildcard_answer'],
    },
  ],
  [
    'a `*` MX answers in place of ours: there is no other MX to delete',
    {
      arrange: ({ publish, without }) =>
        publish([
          ...without('mail_from_mx', 'mail_from_spf'),
          { name: '*.example.com', type: 'MX', value: 'mail.example.com' },
        ]),
    },
    { mail_from_mx: ['wildcard_answer'], mail_from_spf: ['record_missing'] },
  ],
  [
    'the ownership value was published as a `*` record: it proves the domain, and is no mix-up of values elsewhere',
    {
      arrange: ({ publish, domain }) => publish([txt('*.example.com', domain.dnsRecords.ownership.value)]),
    },
    { ownership: [], dkim: ['wildcard_answer'], dmarc: ['wildcard_answer'] },
  ],
  [
    'a `*` record shows the SPF text at every name that has nothing of its own, also at likely wrong ones',
    {
      arrange: ({ publish, without }) =>
        publish([...without('mail_from_spf'), txt('*.example.com', 'v=spf1 include:amazonses.com ~all')]),
    },
    { mail_from_spf: ['record_missing'] },
  ],
  [
    'one of the registry’s servers cannot be asked: nothing is said of the registration',
    {
      arrange: ({ dns }) => {
        const registry = [25, 26].map((n) => ({ name: `ns${n}.gtld-servers.net`, address: `127.0.0.${n}` }));
        dns.setZone('com', { nameservers: registry });
        dns.fault({ address: '127.0.0.26' }, 'refused');
      },
    },
    { zone: [], ownership: ['record_missing'] },
  ],
  [
    'a name server of somebody else, behind a CNAME, is down: that is not for the customer to correct',
    {
      arrange: ({ publish, without, domain, dns }) => {
        publish([...without('dkim'), cname('autosend._domainkey.example.com', 'key.example.net')]);
        dns.setZone('example.net', {
          nameservers: [15, 16].map((n) => ({ name: `ns${n}.example.net`, address: `127.0.0.${n}` })),
          records: [txt('key.example.net', domain.dnsRecords.dkim.value)],
        });
        dns.fault({ address: '127.0.0.16' }, 'refused');
      },
    },
    { zone: [], dkim: [] },
  ],
  [
    'all name servers behind a CNAME are down: those of the customer are not said to be',
    {
      arrange: ({ publish, without, dns }) => {
        publish([...without('dkim'), cname('autosend._domainkey.example.com', 'key.example.net')]);
        dns.setZone('example.net', { nameservers: [{ name: 'ns15.example.net', address: '127.0.0.15' }] });
        dns.fault({ address: '127.0.0.15' }, 'servfail');
      },
    },
    { zone: [], dkim: ['referenced_name_unanswered'] },
  ],
  [
    'Cloudflare’s addresses at a name whose record is right',
    {
      arrange: ({ publish, shown }) => publish([...shown, address('_autosend-verify.example.com', '104.16.1.1')]),
    },
    { ownership: [] },
  ],
  [
    'Cloudflare’s addresses beside the SPF record: no CNAME can hide there, the MX is just not there yet',
    {
      arrange: ({ publish, without }) =>
        publish([...without('mail_from_mx'), address('asend.example.com', '104.16.1.1')]),
    },
    { mail_from_mx: ['record_missing'], mail_from_spf: [] },
  ],
];

for (const trap of TRAPS) test(trap[0], () => checkTrap(lab, trap));
