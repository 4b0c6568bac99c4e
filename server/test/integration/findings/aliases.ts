import type { FindingCase } from '../../support/findings.ts';

const CLOUDFLARE = ['amy.ns.cloudflare.com', 'bob.ns.cloudflare.com'];

/** CNAMEs, proxies and wildcards. */
export const ALIASES: readonly FindingCase[] = [
  {
    code: 'cname_in_the_way',
    at: 'ownership',
    mistake: {
      arrange: ({ publish, without }) =>
        publish([
          ...without('ownership'),
          { name: '_autosend-verify.example.com', type: 'CNAME', value: 'www.example.com' },
          { name: 'www.example.com', type: 'A', value: '192.0.2.1' },
        ]),
      finding: 0 as never,
    },
    nearMiss: {
      what: 'the CNAME leads to the right record',

      arrange: ({ publish, without, domain }) =>
        publish([
          ...without('ownership'),
          { name: '_autosend-verify.example.com', type: 'CNAME', value: 'verify.example.com' },
          { name: 'verify.example.com', type: 'TXT', value: domain.dnsRecords.ownership.value },
        ]),
      codes: [],
    },
  },
  {
    code: 'cname_proxied',
    at: 'ownership',
    mistake: {
      arrange: ({ publish, without }) =>
        publish(
          [...without('ownership'), { name: '_autosend-verify.example.com', type: 'A', value: '104.16.1.1' }],
          'example.com',
          CLOUDFLARE,
        ),
      finding: 0 as never,
    },
    nearMiss: {
      what: 'every name of the zone has the addresses, by a `*` record',

      arrange: ({ publish, without }) =>
        publish(
          [...without('ownership'), { name: '*.example.com', type: 'A', value: '104.16.1.1' }],
          'example.com',
          CLOUDFLARE,
        ),
      codes: ['record_missing'],
    },
  },
  {
    code: 'cname_dangling',
    at: 'dkim',
    mistake: {
      arrange: ({ publish, without }) =>
        publish([
          ...without('dkim'),
          { name: 'autosend._domainkey.example.com', type: 'CNAME', value: 'gone.example.com' },
        ]),
      finding: 0 as never,
    },
    nearMiss: {
      what: 'the name that it leads to is there, without the record',

      arrange: ({ publish, without }) =>
        publish([
          ...without('dkim'),
          { name: 'autosend._domainkey.example.com', type: 'CNAME', value: 'www.example.com' },
          { name: 'www.example.com', type: 'A', value: '192.0.2.1' },
        ]),
      codes: ['cname_in_the_way'],
    },
  },
  {
    code: 'wildcard_answer',
    at: 'ownership',
    mistake: {
      arrange: ({ publish, without }) =>
        publish([...without('ownership'), { name: '*.example.com', type: 'TXT', value: 'hello' }]),
      finding: 0 as never,
    },
    nearMiss: {
      what: 'a `*` record, and the true record, which comes before it',

      arrange: ({ publish, shown }) => publish([...shown, { name: '*.example.com', type: 'TXT', value: 'hello' }]),
      codes: [],
    },
  },
];
