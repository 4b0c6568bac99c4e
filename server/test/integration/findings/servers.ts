import type { FindingCase } from '../../support/findings.ts';

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
      finding: 0 as never,
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
      finding: 0 as never,
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
      finding: 0 as never,
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
      finding: 0 as never,
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
    code: 'referenced_name_unanswered',
    at: 'mail_from_spf',
    mistake: {
      arrange: ({ publish, instead, dns }) => {
        publish(instead('mail_from_spf', 'v=spf1 include:_spf.example.net ~all'));
        publish([], 'example.net');
        dns.fault({ name: '_spf.example.net' }, 'servfail');
      },
      finding: 0 as never,
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
      finding: 0 as never,
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
      finding: 0 as never,
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
      finding: 0 as never,
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
      look: 'survey',
      arrange: ({ publish }) =>
        publish([{ name: 'asend.example.com', type: 'TXT', value: 'v=spf1 ip4:192.0.2.1 -all' }]),
      finding: 0 as never,
    },
    nearMiss: {
      what: 'a `*` record answers at the name, beside which ours can be added',
      look: 'survey',
      arrange: ({ publish }) =>
        publish([
          { name: '*.example.com', type: 'CNAME', value: 'www.example.com' },
          { name: 'www.example.com', type: 'A', value: '192.0.2.1' },
        ]),
      codes: ['wildcard_answer'],
    },
  },
];
