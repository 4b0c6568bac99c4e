import { encode } from 'dns-packet';
import type { DnsServer } from '../../support/dns/dns-server.ts';
import { breakServers, type FindingCase, shownBy } from '../../support/dns/findings.ts';

/** The NS records of the zone, as its servers and the resolver show them, name a server that it has left. */
function leaveOldNameserver(dns: DnsServer): void {
  dns.setZone('oldhost.example', { nameservers: [{ name: 'ns1.oldhost.example', address: '127.0.0.13' }] });
  dns.fault({ address: '127.0.0.13' }, 'refused');
  const answers = [{ name: 'example.com', type: 'NS', ttl: 300, data: 'ns1.oldhost.example' }] as const;
  for (const address of ['127.0.0.11', '127.0.0.12', dns.resolver.address]) {
    dns.fault(
      { address, name: 'example.com', type: 'NS' },
      { messages: ({ normal }) => [encode({ ...normal, answers: [...answers] })] },
    );
  }
}

/** No answer for the key fits into UDP, and TCP is closed. */
function closeTcp(dns: DnsServer, ...addresses: readonly string[]): void {
  for (const address of addresses)
    for (const fault of ['truncate', 'tcp-closes'] as const)
      dns.fault({ address, within: '_domainkey.example.com', type: 'TXT' }, fault);
}

/** Name servers, zones, and what was there before. */
export const SERVERS: readonly FindingCase[] = [
  {
    code: 'ns_records_outdated',
    at: 'zone',
    mistake: {
      arrange: ({ publish, shown, dns }) => {
        publish(shown);
        leaveOldNameserver(dns);
      },
      finding: {
        code: 'ns_records_outdated',
        severity: 'warning',
        title: 'The zone names outdated name servers',
        detail:
          '`example.com` is served by `ns1.example.com` and `ns2.example.com`, but its own NS records still name `ns1.oldhost.example`. Your records were found, though some mail receivers may not find them.',
        fix: 'In the zone `example.com` at your DNS provider, change the NS records to `ns1.example.com` and `ns2.example.com`. Nothing has to change where the zone is delegated.',
        evidence: [],
      },
    },
    nearMiss: {
      what: 'one of the servers refuses, and the other answers',
      arrange: ({ publish, shown, dns }) => {
        publish(shown);
        dns.fault({ address: '127.0.0.12' }, 'refused');
      },
      codes: ['nameserver_lame'],
    },
  },
  {
    code: 'soa_not_answered',
    at: 'zone',
    mistake: {
      arrange: ({ publish, shown, dns }) => {
        publish(shown);
        dns.fault({ within: 'example.com', type: 'SOA' }, 'refused');
      },
      finding: {
        code: 'soa_not_answered',
        severity: 'warning',
        title: 'A name server answers only in part',
        detail:
          '`ns1.example.com` and `ns2.example.com` answer for the records of `example.com`, but not for the SOA and NS records that every zone has. Your records were found, though some mail receivers may not find them.',
        fix: 'Ask whoever runs `ns1.example.com` and `ns2.example.com` to set up the zone `example.com` with SOA and NS records.',
        evidence: [],
      },
    },
    nearMiss: {
      what: 'it is our resolver that answers no SOA questions',
      arrange: ({ publish, shown, dns }) => {
        publish(shown);
        dns.fault({ address: dns.resolver.address, type: 'SOA' }, 'nodata-without-soa');
      },
      codes: [],
    },
  },
  {
    code: 'zone_not_served',
    at: 'zone',
    mistake: {
      arrange: ({ publish, dns }) => {
        publish([]);
        for (const address of ['127.0.0.11', '127.0.0.12']) dns.fault({ address }, 'refused');
        dns.fault({ address: dns.resolver.address, within: 'example.com' }, 'servfail');
      },
      finding: {
        code: 'zone_not_served',
        severity: 'error',
        title: 'Your name servers don’t know the domain',
        detail:
          '`example.com` is delegated to `ns1.example.com` and `ns2.example.com`, but none of them serve it, so its records can’t be found. Nothing has been changed.',
        fix: 'Set up the zone `example.com` on those servers, or enter the right name servers at your registrar.',
        evidence: [],
      },
    },
    nearMiss: {
      what: 'the servers fail, and say so',
      isRefreshedOtherwise: true,
      arrange: ({ publish, shown, dns }) => {
        publish(shown);
        breakServers(dns);
      },
      codes: ['no_nameserver_answered'],
    },
  },
  {
    code: 'nameservers_disagree',
    at: 'ownership',
    mistake: {
      arrange: ({ publish, shown, without, dns }) => {
        publish(shown);
        dns.setRecords('example.com', without('ownership'), '127.0.0.12');
      },
      finding: {
        code: 'nameservers_disagree',
        severity: 'warning',
        title: 'Not on all of your name servers yet',
        detail: '`ns1.example.com` has the record at `_autosend-verify.example.com`, `ns2.example.com` doesn’t.',
        fix: 'This usually settles within minutes. If it doesn’t, ask your DNS provider about `ns2.example.com`.',
        evidence: [
          {
            name: '_autosend-verify.example.com',
            type: 'TXT',
            value: 'autosend-verify-TOKEN',
            server: 'ns1.example.com',
          },
          { name: '_autosend-verify.example.com', type: 'TXT', value: null, server: 'ns2.example.com' },
        ],
      },
    },
    nearMiss: {
      what: 'both have it, one of them with quotation marks',
      arrange: ({ publish, shown, instead, domain, dns }) => {
        publish(shown);
        dns.setRecords('example.com', instead('ownership', `"${domain.dnsRecords.ownership.value}"`), '127.0.0.12');
      },
      codes: ['value_quoted'],
    },
  },
  {
    code: 'nameserver_lame',
    at: 'zone',
    mistake: {
      arrange: ({ publish, shown, dns }) => {
        publish(shown);
        dns.fault({ address: '127.0.0.12' }, 'refused');
      },
      finding: {
        code: 'nameserver_lame',
        severity: 'warning',
        title: 'A name server doesn’t know your domain',
        detail: '`ns2.example.com` (127.0.0.12) refuses to answer for this name (REFUSED).',
        fix: 'Remove `ns2.example.com` from the name servers of `example.com` wherever it is listed: at your registrar, in the zone’s own NS records at your DNS provider, or both. Or set the zone up on it.',
        evidence: [],
      },
    },
    nearMiss: {
      what: 'the server says that it cannot answer just now',
      arrange: ({ publish, shown, dns }) => {
        publish(shown);
        dns.fault({ address: '127.0.0.12' }, 'servfail');
      },
      codes: ['nameserver_unreachable'],
    },
  },
  {
    code: 'answered_without_authority',
    at: 'zone',
    mistake: {
      arrange: ({ publish, shown, dns }) => {
        publish(shown);
        for (const address of ['127.0.0.11', '127.0.0.12'])
          dns.fault({ address, within: 'example.com' }, 'not-authoritative');
      },
      finding: {
        code: 'answered_without_authority',
        severity: 'warning',
        title: 'A name server answers without authority',
        detail:
          '`ns1.example.com` and `ns2.example.com` answer for `example.com`, but not as an authoritative name server (the AA flag is missing), as if from a cache. Some mail receivers may ignore such answers, and we don’t conclude from them that a record is missing.',
        fix: 'Ask whoever runs `ns1.example.com` and `ns2.example.com` to serve the zone `example.com` as an authoritative name server. A resolver or forwarder can’t stand in for one.',
        evidence: [],
      },
    },
    nearMiss: {
      what: 'a server without authority does not answer the question either',
      arrange: ({ publish, shown, dns }) => {
        publish(shown);
        dns.fault({ address: '127.0.0.12' }, 'lame');
      },
      codes: ['nameserver_lame'],
    },
  },
  {
    code: 'nameserver_without_tcp',
    at: 'zone',
    mistake: {
      arrange: ({ publish, shown, dns }) => {
        publish(shown);
        closeTcp(dns, '127.0.0.11', '127.0.0.12', dns.resolver.address);
      },
      finding: {
        code: 'nameserver_without_tcp',
        severity: 'error',
        title: 'A name server can’t be reached over TCP',
        detail:
          'The answer for `autosend._domainkey.example.com` is too large for one UDP packet, and `ns1.example.com` and `ns2.example.com` didn’t send it over TCP. Mail receivers can’t get it from those servers either.',
        fix: 'Ask whoever runs `ns1.example.com` and `ns2.example.com` to allow DNS over TCP (port 53), for example in the firewall.',
        evidence: [],
      },
    },
    nearMiss: {
      what: 'the answer is too large for UDP, and comes over TCP',
      arrange: ({ publish, shown, dns }) => {
        publish(shown);
        dns.fault({ address: '127.0.0.12', within: '_domainkey.example.com' }, 'truncate');
      },
      codes: [],
    },
  },
  {
    code: 'nameserver_not_public',
    at: 'zone',
    mistake: {
      arrange: ({ shown, dns }) => {
        const nameservers = [{ name: 'ns1.example.com', address: '0.0.0.0' }];
        dns.setZone('example.com', { nameservers, records: shown });
      },
      finding: {
        code: 'nameserver_not_public',
        severity: 'error',
        title: 'A name server has no public address',
        detail:
          '`ns1.example.com` has only private addresses, which can’t be reached from the internet. Mail receivers can’t get any record of `example.com` from that server.',
        fix: 'Give `ns1.example.com` public addresses, or replace it with public name servers at your registrar.',
        evidence: [],
      },
    },
    nearMiss: {
      what: 'the server has no address at all, and the other one answers',
      arrange: ({ shown, dns }) =>
        dns.setZone('example.com', {
          nameservers: [
            { name: 'ns1.example.com', address: '127.0.0.11' },
            { name: 'ns9.gone.example', address: [] },
          ],
          records: shown,
        }),
      codes: ['nameserver_unreachable'],
    },
  },
  {
    code: 'nameserver_unreachable',
    at: 'zone',
    mistake: {
      arrange: ({ publish, shown, dns }) => {
        publish(shown);
        dns.fault({ address: '127.0.0.12' }, 'servfail');
      },
      finding: {
        code: 'nameserver_unreachable',
        severity: 'warning',
        title: 'A name server didn’t answer',
        detail:
          '`ns2.example.com` (127.0.0.12) could not answer because of a fault of its own (SERVFAIL). Your other name servers answered.',
        fix: 'If this persists, ask your DNS provider about `ns2.example.com`.',
        evidence: [],
      },
    },
    nearMiss: {
      what: 'the server says that it is not responsible',
      arrange: ({ publish, shown, dns }) => {
        publish(shown);
        dns.fault({ address: '127.0.0.12' }, 'refused');
      },
      codes: ['nameserver_lame'],
    },
  },
  {
    code: 'no_nameserver_answered',
    at: 'zone',
    mistake: {
      isRefreshedOtherwise: true,
      arrange: ({ publish, shown, dns }) => {
        publish(shown);
        breakServers(dns);
      },
      finding: {
        code: 'no_nameserver_answered',
        severity: 'warning',
        title: 'Your name servers didn’t answer us',
        detail:
          '`ns1.example.com` (127.0.0.11) could not answer because of a fault of its own (SERVFAIL). `ns2.example.com` (127.0.0.12) could not answer because of a fault of its own (SERVFAIL). This says nothing about your records, and nothing has been changed. We asked at 12:00 UTC. We’ll try again within a minute.',
        fix: null,
        evidence: [],
      },
    },
    nearMiss: {
      what: 'one of two servers answers',
      arrange: ({ publish, shown, dns }) => {
        publish(shown);
        dns.fault({ address: '127.0.0.12' }, 'servfail');
      },
      codes: ['nameserver_unreachable'],
    },
  },
  {
    code: 'resolver_unanswered',
    at: 'zone',
    mistake: {
      isRefreshedOtherwise: true,
      arrange: ({ publish, shown, dns }) => {
        publish(shown);
        dns.fault({ address: dns.resolver.address }, 'refused');
      },
      finding: {
        code: 'resolver_unanswered',
        severity: 'warning',
        title: 'Our DNS resolver isn’t responding',
        detail:
          'Our DNS resolver could not tell which zone holds `example.com`: it refuses to answer for this name (REFUSED). This says nothing about your records, and nothing has been changed. We asked at 12:00 UTC. We’ll try again within a minute.',
        fix: null,
        evidence: [],
      },
    },
    nearMiss: {
      what: 'the resolver says that the servers of the domain are at fault',
      isRefreshedOtherwise: true,
      arrange: ({ publish, shown, dns }) => {
        publish(shown);
        breakServers(dns);
        dns.fault({ address: dns.resolver.address, name: 'example.com' }, 'servfail');
      },
      codes: ['no_nameserver_answered'],
    },
  },
  {
    code: 'referenced_name_unanswered',
    at: 'mail_from_spf',
    mistake: {
      arrange: ({ publish, instead, dns }) => {
        publish(instead('mail_from_spf', 'v=spf1 include:_spf.example.net ~all'));
        publish([], 'example.net');
        dns.fault({ name: '_spf.example.net' }, 'servfail');
      },
      finding: {
        code: 'referenced_name_unanswered',
        severity: 'warning',
        title: 'A related DNS lookup failed',
        detail:
          'What applies at `asend.example.com` also depends on `_spf.example.net`, which could not be looked up just now. This says nothing about your records, and nothing has been changed. We’ll retry automatically.',
        fix: 'If this persists, check the names after `include:` and `redirect=` in the SPF record.',
        evidence: shownBy('asend.example.com', 'TXT', ['v=spf1 include:_spf.example.net ~all']),
      },
    },
    nearMiss: {
      what: 'the other name cannot change that ours is allowed',
      arrange: ({ publish, instead, dns }) => {
        publish(instead('mail_from_spf', 'v=spf1 include:amazonses.com include:_spf.example.net ~all'));
        publish([], 'example.net');
        dns.fault({ name: '_spf.example.net' }, 'servfail');
      },
      codes: [],
    },
  },
  {
    code: 'domain_not_registered',
    at: 'zone',
    mistake: {
      arrange: () => undefined,
      finding: {
        code: 'domain_not_registered',
        severity: 'error',
        title: 'This domain doesn’t exist',
        detail:
          'The name servers of `.com` don’t know `example.com`. It isn’t registered, has expired, or has no name servers yet.',
        fix: 'Check the spelling. If it’s right, register or renew `example.com`, or enter your DNS provider’s name servers at your registrar.',
        evidence: shownBy('_autosend-verify.example.com', 'TXT', [null], ['a.gtld-servers.net']),
      },
    },
    nearMiss: {
      what: 'the domain is registered, and its record is not there',
      at: 'ownership',
      arrange: ({ publish }) => publish([]),
      codes: ['record_missing'],
    },
  },
  {
    code: 'delegation_missing',
    at: 'zone',
    mistake: {
      arrange: ({ dns }) => dns.addRecord('com', { name: '*.com', type: 'A', value: '192.0.2.1' }),
      finding: {
        code: 'delegation_missing',
        severity: 'error',
        title: 'The domain has no working name servers',
        detail: '`example.com` has no name servers. No record of it can be found.',
        fix: 'Enter the right name servers for `example.com` at your registrar.',
        evidence: shownBy('_autosend-verify.example.com', 'TXT', [null], ['a.gtld-servers.net']),
      },
    },
    nearMiss: {
      what: 'the registry knows no such name',
      arrange: () => undefined,
      codes: ['domain_not_registered'],
    },
  },
  {
    code: 'negative_cache',
    at: 'ownership',
    mistake: {
      arrange: async ({ publish, without, shown, verify }) => {
        publish(without('ownership'));
        await verify();
        publish(shown);
      },
      finding: {
        code: 'negative_cache',
        severity: 'info',
        title: 'Published – still propagating',
        detail:
          'Your name servers have the record at `_autosend-verify.example.com`. Some resolvers remember from earlier that it wasn’t published, until 12:05 UTC at the latest.',
        fix: null,
        evidence: [],
      },
    },
    nearMiss: {
      what: 'nobody was told before that it was not there',
      arrange: async ({ publish, shown, dns, verify }) => {
        publish(shown);
        const restore = dns.fault({ name: '_autosend-verify.example.com' }, 'servfail');
        await verify();
        restore();
      },
      codes: [],
    },
  },
  {
    code: 'conflict_before_publishing',
    at: 'mail_from_spf',
    mistake: {
      check: 'survey',
      arrange: ({ publish }) =>
        publish([{ name: 'asend.example.com', type: 'TXT', value: 'v=spf1 ip4:192.0.2.1 -all' }]),
      finding: {
        code: 'conflict_before_publishing',
        severity: 'warning',
        title: 'A conflicting record already exists',
        detail: '`asend.example.com` already has an SPF record: "v=spf1 ip4:192.0.2.1 -all". Only one is allowed.',
        fix: 'Don’t add a second one. Change it to `v=spf1 include:amazonses.com ip4:192.0.2.1 -all`.',
        copy: { label: 'Copy SPF record', value: 'v=spf1 include:amazonses.com ip4:192.0.2.1 -all' },
        suggestion: 'v=spf1 include:amazonses.com ip4:192.0.2.1 -all',
        evidence: shownBy('asend.example.com', 'TXT', ['v=spf1 ip4:192.0.2.1 -all']),
      },
    },
    nearMiss: {
      what: 'a `*` record answers at the name, beside which ours can be added',
      check: 'survey',
      arrange: ({ publish }) =>
        publish([
          { name: '*.example.com', type: 'CNAME', value: 'www.example.com' },
          { name: 'www.example.com', type: 'A', value: '192.0.2.1' },
        ]),
      codes: ['wildcard_answer'],
    },
  },
];
