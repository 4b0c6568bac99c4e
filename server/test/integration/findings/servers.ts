import { type FindingCase, shownBy } from '../../support/dns/findings.ts';

/** Name servers, zones, and what was there before. */
export const SERVERS: readonly FindingCase[] = [
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
        detail:
          'We asked for TXT at `_autosend-verify.example.com`. `ns1.example.com` has the record, `ns2.example.com` does not.',
        fix: 'Usually this settles within minutes. If it does not, ask your DNS provider about `ns2.example.com`.',
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
        title: 'A name server does not know your domain',
        detail: '`ns2.example.com` (127.0.0.12) refuses to answer for this name (REFUSED).',
        fix: 'Take `ns2.example.com` out of the name servers of `example.com` at your registrar, or have the domain set up on it.',
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
        title: 'A name server gave no answer',
        detail: '`ns2.example.com` (127.0.0.12) could not answer because of a fault of its own (SERVFAIL).',
        fix: 'No action for your records. If it stays so, ask your DNS provider about `ns2.example.com`.',
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
        dns.fault({ address: '127.0.0.11' }, 'servfail');
        dns.fault({ address: '127.0.0.12' }, 'servfail');
      },
      finding: {
        code: 'no_nameserver_answered',
        severity: 'warning',
        title: 'Your name servers did not answer us',
        detail:
          '`ns1.example.com` (127.0.0.11) could not answer because of a fault of its own (SERVFAIL). `ns2.example.com` (127.0.0.12) could not answer because of a fault of its own (SERVFAIL). This says nothing about the record, and nothing has been changed. We asked at 12:00 UTC.',
        fix: 'No action; we ask again within a minute.',
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
        title: 'We could not look anything up',
        detail:
          'Our DNS resolver could not tell which zone holds `example.com`: it refuses to answer for this name (REFUSED). This says nothing about the record, and nothing has been changed. We asked at 12:00 UTC.',
        fix: 'No action; we ask again within a minute.',
        evidence: [],
      },
    },
    nearMiss: {
      what: 'the resolver says that the servers of the domain are at fault',
      isRefreshedOtherwise: true,
      arrange: ({ publish, shown, dns }) => {
        publish(shown);
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
        title: 'Another name that matters did not answer',
        detail:
          'We asked for TXT at `asend.example.com`. What counts here depends on another name as well, and that one could not be looked up. This says nothing about the record, and nothing has been changed.',
        fix: 'No action; we ask again. If it stays so, check the names that the record leads to (`include:`, `redirect=`).',
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
        title: 'This domain does not exist',
        detail:
          'We asked the name servers of `.com`, and they know no `example.com`. Either nobody has registered it, or its registration has run out, or it was never given any name servers.',
        fix: 'Check the spelling. If it is right, register `example.com` or renew it; if it is yours already, enter the name servers of your DNS provider at your registrar.',
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
        title: 'The domain has no name server that can be asked',
        detail: '`example.com` has no name servers, so nobody can be asked for its records.',
        fix: 'Enter the name servers of your DNS provider for `example.com` at your registrar.',
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
        title: 'Right at the source, not everywhere yet',
        detail:
          'Your name servers have the record. Some resolvers remember from earlier that it was not there, until 12:05 UTC at the latest.',
        fix: 'No action.',
        evidence: [],
      },
    },
    nearMiss: {
      what: 'nobody was told before that it was not there',
      arrange: async ({ publish, shown, dns, verify }) => {
        publish(shown);
        const mend = dns.fault({ name: '_autosend-verify.example.com' }, 'servfail');
        await verify();
        mend();
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
        title: 'Something is there already',
        detail: '`asend.example.com` has an SPF record already: "v=spf1 ip4:192.0.2.1 -all". There may be only one.',
        fix: 'Do not add a second one. Change it to: `v=spf1 include:amazonses.com ip4:192.0.2.1 -all`.',
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
