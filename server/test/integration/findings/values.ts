import { formatDkimKeyRecord } from '../../../src/core/dkim.ts';
import type { FindingCase } from '../../support/findings.ts';

/** Records whose value is not the right one. */
export const VALUES: readonly FindingCase[] = [
  {
    code: 'value_mismatch',
    at: 'ownership',
    mistake: {
      arrange: ({ publish, instead }) =>
        publish(instead('ownership', 'autosend-verify-00000000000000000000000000000000')),
      finding: 0 as never,
    },
    nearMiss: {
      what: 'two values, of which one is ours',

      arrange: ({ publish, instead, domain }) =>
        publish(
          instead('ownership', 'autosend-verify-00000000000000000000000000000000', domain.dnsRecords.ownership.value),
        ),
      codes: [],
    },
  },
  {
    code: 'value_truncated',
    at: 'dkim',
    mistake: {
      arrange: ({ publish, instead, domain }) => publish(instead('dkim', domain.dnsRecords.dkim.value.slice(0, 255))),
      finding: 0 as never,
    },
    nearMiss: {
      what: 'the whole key in three strings of one record',

      arrange: ({ publish, without, domain }) => {
        const { name, value } = domain.dnsRecords.dkim;
        publish([
          ...without('dkim'),
          { name, type: 'TXT', value: [value.slice(0, 40), value.slice(40, 200), value.slice(200)] },
        ]);
      },
      codes: [],
    },
  },
  {
    code: 'value_quoted',
    at: 'dkim',
    mistake: {
      arrange: ({ publish, instead, domain }) => publish(instead('dkim', `"${domain.dnsRecords.dkim.value}"`)),
      finding: 0 as never,
    },
    nearMiss: {
      what: 'quotation marks inside of a note',

      arrange: ({ publish, instead, domain }) =>
        publish(instead('dkim', domain.dnsRecords.dkim.value.replace('k=rsa', 'k=rsa; n="first key"'))),
      codes: [],
    },
  },
  {
    code: 'value_has_spaces',
    at: 'mail_from_spf',
    mistake: {
      arrange: ({ publish, instead }) => publish(instead('mail_from_spf', ' v=spf1 include:amazonses.com ~all')),
      finding: 0 as never,
    },
    nearMiss: {
      what: 'blanks where SPF allows them',

      arrange: ({ publish, instead }) => publish(instead('mail_from_spf', 'v=spf1  include:amazonses.com ~all ')),
      codes: [],
    },
  },
  {
    code: 'value_of_other_record',
    at: 'dkim',
    mistake: {
      arrange: ({ publish, instead, domain }) => publish(instead('dkim', domain.dnsRecords.ownership.value)),
      finding: 0 as never,
    },
    nearMiss: {
      what: 'the value of another record stands beside the right one',
      at: 'ownership',
      arrange: ({ publish, instead, domain }) =>
        publish(instead('ownership', domain.dnsRecords.dmarc.value, domain.dnsRecords.ownership.value)),
      codes: [],
    },
  },
  {
    code: 'key_of_other_domain',
    at: 'dkim',
    mistake: {
      arrange: async ({ publish, instead, service }) => {
        const other = await service.addDomain('shop.example.net');
        publish(instead('dkim', other.dnsRecords.dkim.value));
      },
      finding: 0 as never,
    },
    nearMiss: {
      what: 'the key is that of a domain of another project, of which nothing may be told',

      arrange: async ({ publish, instead, service }) => {
        const stranger = await service.createProject();
        const other = await service.addDomain('secret.example.net', stranger.key);
        publish(instead('dkim', other.dnsRecords.dkim.value));
      },
      codes: ['value_mismatch'],
    },
  },
  {
    code: 'key_replaced',
    at: 'dkim',
    mistake: {
      arrange: async ({ publish, shown, instead, service, verify }) => {
        publish(shown);
        await verify();
        const { publicKey } = await service.ctx.keys.take();
        publish(instead('dkim', formatDkimKeyRecord(publicKey)));
      },
      finding: 0 as never,
    },
    nearMiss: {
      what: 'another key where ours has never been',

      arrange: async ({ publish, instead, service }) => {
        const { publicKey } = await service.ctx.keys.take();
        publish(instead('dkim', formatDkimKeyRecord(publicKey)));
      },
      codes: ['value_mismatch'],
    },
  },
  {
    code: 'multiple_records',
    at: 'dkim',
    mistake: {
      arrange: async ({ publish, instead, domain, service }) => {
        const { publicKey } = await service.ctx.keys.take();
        publish(instead('dkim', domain.dnsRecords.dkim.value, formatDkimKeyRecord(publicKey)));
      },
      finding: 0 as never,
    },
    nearMiss: {
      what: 'text that is no key stands beside the key',

      arrange: ({ publish, instead, domain }) =>
        publish(instead('dkim', domain.dnsRecords.dkim.value, 'hosted by example.net')),
      codes: [],
    },
  },
];
