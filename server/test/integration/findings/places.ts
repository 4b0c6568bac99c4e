import { type FindingCase, shownBy } from '../../support/dns/findings.ts';
import { listRecords } from '../../support/dns/publish.ts';

/** Records that stand at another name, or as another type. */
export const PLACES: readonly FindingCase[] = [
  {
    code: 'record_missing',
    at: 'ownership',
    mistake: {
      arrange: ({ publish, without }) => publish(without('ownership')),
      finding: {
        code: 'record_missing',
        severity: 'error',
        title: 'Not published yet',
        detail: 'There is no TXT record at `_autosend-verify.example.com`.',
        fix: 'Add a TXT record with the name `_autosend-verify` and the value `autosend-verify-TOKEN`.',
        copy: { label: 'Copy value', value: 'autosend-verify-TOKEN' },
        evidence: shownBy('_autosend-verify.example.com', 'TXT', [null]),
      },
    },
    nearMiss: {
      what: 'the record stands beside texts of others',
      arrange: ({ publish, instead, domain }) =>
        publish(instead('ownership', 'google-site-verification=x', domain.dnsRecords.ownership.value)),
      codes: [],
    },
  },
  {
    code: 'published_at_doubled_name',
    at: 'ownership',
    mistake: {
      arrange: ({ publish, without, domain }) =>
        publish([
          ...without('ownership'),
          { name: '_autosend-verify.example.com.example.com', type: 'TXT', value: domain.dnsRecords.ownership.value },
        ]),
      finding: {
        code: 'published_at_doubled_name',
        severity: 'error',
        title: 'The domain was added twice',
        detail:
          'We found your TXT record at `_autosend-verify.example.com.example.com`. Your DNS provider appends `example.com` automatically.',
        fix: 'Change the name of that record to `_autosend-verify`.',
        copy: { label: 'Copy name', value: '_autosend-verify' },
        evidence: shownBy(
          '_autosend-verify.example.com.example.com',
          'TXT',
          ['autosend-verify-TOKEN'],
          ['ns1.example.com'],
        ),
      },
    },
    nearMiss: {
      what: 'what stands at the doubled name is the value of somebody else',
      arrange: ({ publish, without }) =>
        publish([
          ...without('ownership'),
          {
            name: '_autosend-verify.example.com.example.com',
            type: 'TXT',
            value: 'autosend-verify-00000000000000000000000000000000',
          },
        ]),
      codes: ['record_missing'],
    },
  },
  {
    code: 'published_at_apex',
    at: 'ownership',
    mistake: {
      arrange: ({ publish, without, domain }) =>
        publish([
          ...without('ownership'),
          { name: 'example.com', type: 'TXT', value: domain.dnsRecords.ownership.value },
        ]),
      finding: {
        code: 'published_at_apex',
        severity: 'error',
        title: 'Published at the root domain',
        detail: 'We found your TXT record at `example.com` instead of `_autosend-verify.example.com`.',
        fix: 'Change the name of that record to `_autosend-verify`.',
        copy: { label: 'Copy name', value: '_autosend-verify' },
        evidence: shownBy('example.com', 'TXT', ['autosend-verify-TOKEN'], ['ns1.example.com']),
      },
    },
    nearMiss: {
      what: 'the SPF record of the domain itself has nothing of ours',
      at: 'mail_from_spf',
      arrange: ({ publish, without }) =>
        publish([
          ...without('mail_from_spf'),
          { name: 'example.com', type: 'TXT', value: 'v=spf1 include:_spf.example.net ~all' },
        ]),
      codes: ['record_missing'],
    },
  },
  {
    code: 'published_without_subdomain',
    at: 'ownership',
    mistake: {
      name: 'mail.example.com',
      arrange: ({ publish, without, domain }) =>
        publish(
          [
            ...without('ownership'),
            { name: '_autosend-verify.example.com', type: 'TXT', value: domain.dnsRecords.ownership.value },
          ],
          'example.com',
        ),
      finding: {
        code: 'published_without_subdomain',
        severity: 'error',
        title: 'The subdomain is missing from the name',
        detail:
          'We found your TXT record at `_autosend-verify.example.com` instead of `_autosend-verify.mail.example.com`.',
        fix: 'Change the name of that record to `_autosend-verify.mail`.',
        copy: { label: 'Copy name', value: '_autosend-verify.mail' },
        evidence: shownBy('_autosend-verify.example.com', 'TXT', ['autosend-verify-TOKEN'], ['ns1.example.com']),
      },
    },
    nearMiss: {
      what: 'the parent is another sending domain of the same project',
      name: 'mail.example.com',
      arrange: async ({ publish, without, service }) => {
        const parent = await service.addDomain('example.com');
        publish([...without('ownership'), ...listRecords(parent)], 'example.com');
      },
      codes: ['record_missing'],
    },
  },
  {
    code: 'published_at_other_name',
    at: 'ownership',
    mistake: {
      arrange: ({ publish, without, domain }) =>
        publish([
          ...without('ownership'),
          { name: 'autosend-verify.example.com', type: 'TXT', value: domain.dnsRecords.ownership.value },
        ]),
      finding: {
        code: 'published_at_other_name',
        severity: 'error',
        title: 'Published under a different name',
        detail: 'We found your TXT record at `autosend-verify.example.com` instead of `_autosend-verify.example.com`.',
        fix: 'Change the name of that record to `_autosend-verify`.',
        copy: { label: 'Copy name', value: '_autosend-verify' },
        evidence: shownBy('autosend-verify.example.com', 'TXT', ['autosend-verify-TOKEN'], ['ns1.example.com']),
      },
    },
    nearMiss: {
      what: 'the name without its underscore holds another value',
      arrange: ({ publish, without }) =>
        publish([
          ...without('ownership'),
          {
            name: 'autosend-verify.example.com',
            type: 'TXT',
            value: 'autosend-verify-00000000000000000000000000000000',
          },
        ]),
      codes: ['record_missing'],
    },
  },
  {
    code: 'published_as_other_type',
    at: 'mail_from_mx',
    mistake: {
      arrange: ({ publish, without, domain }) =>
        publish([
          ...without('mail_from_mx'),
          { name: 'asend.example.com', type: 'TXT', value: `10 ${domain.dnsRecords.mailFrom[0].value}` },
        ]),
      finding: {
        code: 'published_as_other_type',
        severity: 'error',
        title: 'The record has the wrong type',
        detail: 'Our mail server is at `asend.example.com` in a TXT record. It must be an MX record.',
        fix: 'Delete the TXT record `asend` that holds "10 feedback-smtp.us-east-1.amazonses.com". Then add an MX record with the name `asend`, the mail server `feedback-smtp.us-east-1.amazonses.com` and priority 10.',
        copy: { label: 'Copy mail server', value: 'feedback-smtp.us-east-1.amazonses.com' },
        evidence: shownBy(
          'asend.example.com',
          'TXT',
          ['v=spf1 include:amazonses.com ~all', '10 feedback-smtp.us-east-1.amazonses.com'],
          ['ns1.example.com'],
        ),
      },
    },
    nearMiss: {
      what: 'an address of something else stands at the name',
      arrange: ({ publish, without, domain }) => {
        const host = domain.dnsRecords.mailFrom[0].value;
        publish([...without('mail_from_mx'), { name: 'asend.example.com', type: 'A', value: '192.0.2.1' }]);
        publish([{ name: host, type: 'A', value: '192.0.2.2' }], 'amazonses.com');
      },
      codes: ['record_missing'],
    },
  },
];
