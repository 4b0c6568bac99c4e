import type { FindingCase } from '../../support/findings.ts';
import { listRecords } from '../../support/publish.ts';

/** Records that stand at another name, or as another type. */
export const PLACES: readonly FindingCase[] = [
  {
    code: 'record_missing',
    at: 'ownership',
    mistake: {
      arrange: ({ publish, without }) => publish(without('ownership')),
      finding: 0 as never,
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
      finding: 0 as never,
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
      finding: 0 as never,
    },
    nearMiss: {
      what: 'the SPF record of the domain itself includes our mechanism too, as it well may',
      at: 'mail_from_spf',
      arrange: ({ publish, without }) =>
        publish([
          ...without('mail_from_spf'),
          { name: 'example.com', type: 'TXT', value: 'v=spf1 include:amazonses.com ~all' },
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
      finding: 0 as never,
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
      finding: 0 as never,
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
      finding: 0 as never,
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
