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
        title: 'The value doesn’t match',
        detail: 'The TXT record at `_autosend-verify.example.com` holds a different value: "autosend-verify-TOKEN".',
        fix: 'Replace the value with `autosend-verify-TOKEN`.',
        copy: { label: 'Copy value', value: 'autosend-verify-TOKEN' },
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
          'The record at `autosend._domainkey.example.com` is cut off: the key after `p=` has 237 of 392 characters.',
        fix: 'Delete the TXT record at `autosend._domainkey` and paste the full value (410 characters). If your DNS provider rejects it, use the version in two quoted strings.',
        copy: { label: 'Copy full value (410 characters)', value: 'v=DKIM1; k=rsa; p=KEY' },
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
        title: 'Quotation marks in the value',
        detail:
          'Quotation marks were published as part of the value at `autosend._domainkey.example.com`, so receivers can’t read it: "\\"v=DKIM1; k=rsa; p=KEY…" (412 characters).',
        fix: 'Remove the quotation marks (and any backslashes) from the value. Your DNS provider adds the ones it needs automatically.',
        copy: { label: 'Copy full value (410 characters)', value: 'v=DKIM1; k=rsa; p=KEY' },
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
        title: 'Extra spaces in the value',
        detail:
          'The value at `asend.example.com` has a space in front, so receivers don’t recognize it: " v=spf1 include:amazonses.com ~all".',
        fix: 'Remove the spaces around the value.',
        copy: { label: 'Copy value', value: 'v=spf1 include:amazonses.com ~all' },
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
        title: 'Values are swapped',
        detail: '`autosend._domainkey.example.com` holds the value that belongs to `_autosend-verify.example.com`.',
        fix: 'Replace the value with the full one (410 characters).',
        copy: { label: 'Copy full value (410 characters)', value: 'v=DKIM1; k=rsa; p=KEY' },
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
        title: 'This key belongs to another domain',
        detail: '`autosend._domainkey.example.com` holds the key of `shop.example.net`. Each domain has its own key.',
        fix: 'Replace the value with the full one (410 characters).',
        copy: { label: 'Copy full value (410 characters)', value: 'v=DKIM1; k=rsa; p=KEY' },
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
          '`autosend._domainkey.example.com` used to hold our key and now holds a different one. Receivers can’t verify mail signed with ours.',
        fix: 'Replace the value with the full one (410 characters). If another service sends with the new key, give it its own selector.',
        copy: { label: 'Copy full value (410 characters)', value: 'v=DKIM1; k=rsa; p=KEY' },
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
      arrange: ({ publish, instead, domain }) =>
        publish(instead('dkim', domain.dnsRecords.dkim.value, 'hosted by example.net')),
      finding: {
        code: 'multiple_records',
        severity: 'error',
        title: 'There is more than one TXT record',
        detail:
          'There are 2 TXT records at `autosend._domainkey.example.com`, but a DKIM key must be the only one there. Receivers may read the wrong one: "hosted by example.net", "v=DKIM1; k=rsa; p=KEY…" (410 characters).',
        fix: 'Keep the TXT record at `autosend._domainkey` with our full value (410 characters), and delete the other one: "hosted by example.net".',
        copy: { label: 'Copy full value (410 characters)', value: 'v=DKIM1; k=rsa; p=KEY' },
        evidence: shownBy('autosend._domainkey.example.com', 'TXT', [
          'v=DKIM1; k=rsa; p=KEY… (410 characters)',
          'hosted by example.net',
        ]),
      },
    },
    nearMiss: {
      what: 'the pieces of one key stand in two records',
      arrange: ({ publish, instead, domain }) => {
        const { value } = domain.dnsRecords.dkim;
        publish(instead('dkim', value.slice(255), value.slice(0, 255)));
      },
      codes: ['value_truncated'],
    },
  },
];
