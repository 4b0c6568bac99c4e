import { formatDkimKeyRecord } from '../../../src/core/records/dkim-key.ts';
import { type FindingCase, shownBy } from '../../support/dns/findings.ts';

/** Records whose value is not the right one. */
export const VALUES: readonly FindingCase[] = [
  {
    code: 'value_mismatch',
    at: 'ownership',
    mistake: {
      arrange: ({ publish, instead }) =>
        publish(instead('ownership', 'autosend-verify-00000000000000000000000000000000')),
      finding: {
        code: 'value_mismatch',
        severity: 'error',
        title: 'The value is another one',
        detail:
          'We asked for TXT at `_autosend-verify.example.com`. The TXT record holds another value: "autosend-verify-TOKEN".',
        fix: 'Replace the value with `autosend-verify-TOKEN`.',
        evidence: shownBy('_autosend-verify.example.com', 'TXT', ['autosend-verify-TOKEN']),
      },
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
      finding: {
        code: 'value_truncated',
        severity: 'error',
        title: 'The key is cut off',
        detail:
          'We asked for TXT at `autosend._domainkey.example.com`. The key, which stands behind `p=`, is cut off: it has 237 of 392 characters.',
        fix: 'Delete it and paste the whole value, 410 characters. If your DNS panel refuses it, use the version in two quoted parts.',
        suggestion: '"v=DKIM1; k=rsa; p=KEY" "REST"',
        evidence: shownBy('autosend._domainkey.example.com', 'TXT', ['v=DKIM1; k=rsa; p=KEY… (255 characters)']),
      },
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
      finding: {
        code: 'value_quoted',
        severity: 'error',
        title: 'Quotation marks were published too',
        detail:
          'We asked for TXT at `autosend._domainkey.example.com`. Quotation marks were published as a part of the value, and receivers cannot read it: "\\"v=DKIM1; k=rsa; p=KEY…" (412 characters).',
        fix: 'Edit the value and take out the quotation marks, and backslashes if there are any. Your DNS panel adds what it needs by itself.',
        evidence: shownBy('autosend._domainkey.example.com', 'TXT', ['"v=DKIM1; k=rsa; p=KEY… (412 characters)']),
      },
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
      finding: {
        code: 'value_has_spaces',
        severity: 'error',
        title: 'Spaces were published too',
        detail:
          'We asked for TXT at `asend.example.com`. Receivers do not take the text for an SPF record, because there is a space before v=spf1: " v=spf1 include:amazonses.com ~all".',
        fix: 'Edit the value and take out the spaces around it.',
        evidence: shownBy('asend.example.com', 'TXT', [' v=spf1 include:amazonses.com ~all']),
      },
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
      finding: {
        code: 'value_of_other_record',
        severity: 'error',
        title: 'This is the value of another record',
        detail:
          'At `autosend._domainkey.example.com` there is the value that belongs to `_autosend-verify.example.com`.',
        fix: 'Replace the value with the one that begins with `v=DKIM1; k=rsa; p=KEY`: copy all 410 characters of it.',
        evidence: shownBy('autosend._domainkey.example.com', 'TXT', ['autosend-verify-TOKEN']),
      },
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
      finding: {
        code: 'key_of_other_domain',
        severity: 'error',
        title: 'This is the key of another domain',
        detail:
          'At `autosend._domainkey.example.com` there is the key of `shop.example.net`. Each domain has a key of its own.',
        fix: 'Replace the value with the one that begins with `v=DKIM1; k=rsa; p=KEY`: copy all 410 characters of it.',
        evidence: shownBy('autosend._domainkey.example.com', 'TXT', ['v=DKIM1; k=rsa; p=KEY… (410 characters)']),
      },
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
      finding: {
        code: 'key_replaced',
        severity: 'error',
        title: 'The key was replaced',
        detail:
          'At `autosend._domainkey.example.com` there was our key, and now there is another one. What is signed with ours can no longer be checked.',
        fix: 'Put our key back. Replace the value with the one that begins with `v=DKIM1; k=rsa; p=KEY`: copy all 410 characters of it. If another service sends with the new key, it needs a selector of its own.',
        evidence: shownBy('autosend._domainkey.example.com', 'TXT', ['v=DKIM1; k=rsa; p=KEY… (410 characters)']),
      },
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
      finding: {
        code: 'multiple_records',
        severity: 'error',
        title: 'There is more than one key',
        detail:
          'We asked for TXT at `autosend._domainkey.example.com`. There are 2 DKIM key records where only one may be, so receivers may take either: "v=DKIM1; k=rsa; p=KEY…" (410 characters), "v=DKIM1; k=rsa; p=KEY…" (410 characters).',
        fix: 'Keep the one with the value that begins with `v=DKIM1; k=rsa; p=KEY` (copy all 410 characters of it) and delete the others.',
        evidence: shownBy('autosend._domainkey.example.com', 'TXT', [
          'v=DKIM1; k=rsa; p=KEY… (410 characters)',
          'v=DKIM1; k=rsa; p=KEY… (410 characters)',
        ]),
      },
    },
    nearMiss: {
      what: 'text that is no key stands beside the key',
      arrange: ({ publish, instead, domain }) =>
        publish(instead('dkim', domain.dnsRecords.dkim.value, 'hosted by example.net')),
      codes: [],
    },
  },
];
