import { generateKeyPairSync } from 'node:crypto';
import { formatDkimKeyRecord } from '../../../src/core/dkim.ts';
import type { FindingCase } from '../../support/findings.ts';

function makeKey(modulusLength: number): string {
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength });
  return publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
}

/** What a DKIM key or a DMARC policy may say of itself. */
export const DKIM_AND_DMARC: readonly FindingCase[] = [
  {
    code: 'dkim_testing_flag',
    at: 'dkim',
    mistake: {
      arrange: ({ publish, instead, domain }) =>
        publish(instead('dkim', domain.dnsRecords.dkim.value.replace('k=rsa', 'k=rsa; t=y'))),
      finding: 0 as never,
    },
    nearMiss: {
      what: 'another flag, `t=s`',

      arrange: ({ publish, instead, domain }) =>
        publish(instead('dkim', domain.dnsRecords.dkim.value.replace('k=rsa', 'k=rsa; t=s'))),
      codes: [],
    },
  },
  {
    code: 'dkim_revoked',
    at: 'dkim',
    mistake: {
      arrange: ({ publish, instead }) => publish(instead('dkim', 'v=DKIM1; k=rsa; p=')),
      finding: 0 as never,
    },
    nearMiss: {
      what: 'a `*` record revokes the keys that are not there',

      arrange: ({ publish, without }) =>
        publish([...without('dkim'), { name: '*._domainkey.example.com', type: 'TXT', value: 'v=DKIM1; p=' }]),
      codes: ['wildcard_answer'],
    },
  },
  {
    code: 'dkim_weak_key',
    at: 'dkim',
    mistake: {
      arrange: ({ publish, instead }) => publish(instead('dkim', formatDkimKeyRecord(makeKey(1024)))),
      finding: 0 as never,
    },
    nearMiss: {
      what: 'another key that is long enough',

      arrange: async ({ publish, instead, service }) => {
        const { publicKey } = await service.ctx.keys.take();
        publish(instead('dkim', formatDkimKeyRecord(publicKey)));
      },
      codes: ['value_mismatch'],
    },
  },
  {
    code: 'dkim_service_excluded',
    at: 'dkim',
    mistake: {
      arrange: ({ publish, instead, domain }) =>
        publish(instead('dkim', domain.dnsRecords.dkim.value.replace('k=rsa', 'k=rsa; s=tlsrpt'))),
      finding: 0 as never,
    },
    nearMiss: {
      what: 'e-mail is one of the services',

      arrange: ({ publish, instead, domain }) =>
        publish(instead('dkim', domain.dnsRecords.dkim.value.replace('k=rsa', 'k=rsa; s=tlsrpt:email'))),
      codes: [],
    },
  },
  {
    code: 'dkim_hash_excluded',
    at: 'dkim',
    mistake: {
      arrange: ({ publish, instead, domain }) =>
        publish(instead('dkim', domain.dnsRecords.dkim.value.replace('k=rsa', 'k=rsa; h=sha1'))),
      finding: 0 as never,
    },
    nearMiss: {
      what: 'sha256 is one of the hashes',

      arrange: ({ publish, instead, domain }) =>
        publish(instead('dkim', domain.dnsRecords.dkim.value.replace('k=rsa', 'k=rsa; h=sha1:sha256'))),
      codes: [],
    },
  },
  {
    code: 'dmarc_invalid',
    at: 'dmarc',
    mistake: {
      arrange: ({ publish, instead }) => publish(instead('dmarc', 'v=DMARC1; p=nothing')),
      finding: 0 as never,
    },
    nearMiss: {
      what: 'a wrong value of a tag that receivers ignore',

      arrange: ({ publish, instead }) =>
        publish(instead('dmarc', 'v=DMARC1; p=reject; pct=abc; rua=mailto:dmarc@example.com')),
      codes: [],
    },
  },
  {
    code: 'dmarc_multiple',
    at: 'dmarc',
    mistake: {
      arrange: ({ publish, instead }) => publish(instead('dmarc', 'v=DMARC1; p=none;', 'v=DMARC1; p=reject')),
      finding: 0 as never,
    },
    nearMiss: {
      what: 'another text beside the policy',

      arrange: ({ publish, instead }) => publish(instead('dmarc', 'v=DMARC1; p=none;', 'hosted by example.net')),
      codes: [],
    },
  },
  {
    code: 'dmarc_at_parent',
    at: 'dmarc',
    mistake: {
      name: 'mail.example.com',
      arrange: ({ publish, without }) =>
        publish(
          [...without('dmarc'), { name: '_dmarc.example.com', type: 'TXT', value: 'v=DMARC1; p=reject' }],
          'example.com',
        ),
      finding: 0 as never,
    },
    nearMiss: {
      what: 'the text at the parent is no DMARC record',
      name: 'mail.example.com',
      arrange: ({ publish, without }) =>
        publish([...without('dmarc'), { name: '_dmarc.example.com', type: 'TXT', value: 'p=reject' }], 'example.com'),
      codes: ['record_missing'],
    },
  },
  {
    code: 'dmarc_no_reporting',
    at: 'dmarc',
    mistake: {
      arrange: ({ publish, instead }) => publish(instead('dmarc', 'v=DMARC1; p=reject')),
      finding: 0 as never,
    },
    nearMiss: {
      what: 'the record that we ask for, which has no reports either',

      arrange: ({ publish, shown }) => publish(shown),
      codes: [],
    },
  },
  {
    code: 'dmarc_external_reports_not_authorised',
    at: 'dmarc',
    mistake: {
      arrange: ({ publish, instead }) => {
        publish(instead('dmarc', 'v=DMARC1; p=reject; rua=mailto:dmarc@reports.example.net'));
        publish([], 'example.net');
      },
      finding: 0 as never,
    },
    nearMiss: {
      what: 'whoever gets the reports takes those of everybody',

      arrange: ({ publish, instead }) => {
        publish(instead('dmarc', 'v=DMARC1; p=reject; rua=mailto:dmarc@reports.example.net'));
        publish([{ name: '*._report._dmarc.reports.example.net', type: 'TXT', value: 'v=DMARC1' }], 'example.net');
      },
      codes: [],
    },
  },
];
