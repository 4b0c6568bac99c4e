import { type FindingCase, shownBy } from '../../support/dns/findings.ts';

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
      finding: {
        code: 'cname_in_the_way',
        severity: 'error',
        title: 'A CNAME is in the way',
        detail:
          '`_autosend-verify.example.com` is a CNAME: it sends everybody who asks on to `www.example.com`, and the record is not there. Beside a CNAME nothing else can stand at a name.',
        fix: 'Delete the CNAME record `_autosend-verify`. Add a TXT record with the name `_autosend-verify` and the value `autosend-verify-TOKEN`.',
        evidence: shownBy('_autosend-verify.example.com', 'CNAME', ['www.example.com'], ['ns1.example.com']),
      },
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
      finding: {
        code: 'cname_proxied',
        severity: 'error',
        title: 'A proxy answers in place of the record',
        detail:
          'At `_autosend-verify.example.com` there are addresses of Cloudflare’s proxy in place of the TXT record: a record with the orange cloud hides what is behind it.',
        fix: 'Delete the record `_autosend-verify` with the orange cloud. Add a TXT record at Cloudflare with the name `_autosend-verify` and the value `autosend-verify-TOKEN`.',
        evidence: shownBy('_autosend-verify.example.com', 'A', ['104.16.1.1'], ['amy.ns.cloudflare.com']),
      },
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
      finding: {
        code: 'cname_dangling',
        severity: 'error',
        title: 'A CNAME leads to nowhere',
        detail: '`autosend._domainkey.example.com` is a CNAME to `gone.example.com`, and that name does not exist.',
        fix: 'Delete the CNAME record `autosend._domainkey`. Add a TXT record with the name `autosend._domainkey` and the value that begins with `v=DKIM1; k=rsa; p=KEY` (copy all 410 characters of it).',
        evidence: shownBy('autosend._domainkey.example.com', 'CNAME', ['gone.example.com'], ['ns1.example.com']),
      },
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
      finding: {
        code: 'wildcard_answer',
        severity: 'error',
        title: 'A wildcard record answers',
        detail:
          'What answers at `_autosend-verify.example.com` is a `*` record: any other name there gets the same answer. The record itself is not there.',
        fix: 'Add a TXT record with the name `_autosend-verify` and the value `autosend-verify-TOKEN`. A record of its own comes before the wildcard; that one can stay.',
        evidence: shownBy('autosend-no-such-name.example.com', 'TXT', ['hello'], ['ns1.example.com']),
      },
    },
    nearMiss: {
      what: 'a `*` record, and the true record, which comes before it',
      arrange: ({ publish, shown }) => publish([...shown, { name: '*.example.com', type: 'TXT', value: 'hello' }]),
      codes: [],
    },
  },
];
