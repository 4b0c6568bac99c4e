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
          '`_autosend-verify.example.com` is a CNAME to `www.example.com`, which doesn’t have the record. A name with a CNAME can’t have any other record.',
        fix: 'Delete the CNAME record `_autosend-verify`. Then add a TXT record with the name `_autosend-verify` and the value `autosend-verify-TOKEN`.',
        copy: { label: 'Copy value', value: 'autosend-verify-TOKEN' },
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
        title: 'A proxy answers instead of the record',
        detail:
          '`_autosend-verify.example.com` returns addresses of Cloudflare’s proxy instead of a TXT record. A proxied record (orange cloud) hides what is behind it.',
        fix: 'Delete the record `_autosend-verify` with the orange cloud. Then add a TXT record at Cloudflare with the name `_autosend-verify` and the value `autosend-verify-TOKEN`.',
        copy: { label: 'Copy value', value: 'autosend-verify-TOKEN' },
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
        title: 'A CNAME points to a name that doesn’t exist',
        detail: '`autosend._domainkey.example.com` is a CNAME to `gone.example.com`, which doesn’t exist.',
        fix: 'Delete the CNAME record `autosend._domainkey`. Then add a TXT record with the name `autosend._domainkey` and the full value (410 characters).',
        copy: { label: 'Copy full value (410 characters)', value: 'v=DKIM1; k=rsa; p=KEY' },
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
        title: 'A wildcard record answers instead',
        detail:
          '`_autosend-verify.example.com` has no TXT record of its own. A `*` record answers for it, as it does for any other name.',
        fix: 'Add a TXT record with the name `_autosend-verify` and the value `autosend-verify-TOKEN`. It takes precedence over the wildcard, which can stay.',
        copy: { label: 'Copy value', value: 'autosend-verify-TOKEN' },
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
