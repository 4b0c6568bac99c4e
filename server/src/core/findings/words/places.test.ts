import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aboutRecord, DKIM_VALUE, sayWhole, type WordCase } from '../../../../test/support/findings/worded-places.ts';
import { excerptOf } from '../../answers/quote-found.ts';

/** Records that are not where they belong, in words. */
const CASES: readonly WordCase[] = [
  {
    what: 'a short value is in the instruction',
    seen: { code: 'record_missing', facts: {} },
    about: aboutRecord('ownership'),
    said: {
      detail: 'There is no TXT record at `_autosend-verify.example.com`.',
      fix: 'Add a TXT record with the name `_autosend-verify` and the value `autosend-verify-0123`.',
      copy: { label: 'Copy value', value: 'autosend-verify-0123' },
    },
  },
  {
    what: 'a long value is not: its length is, and it is there to be copied',
    seen: { code: 'record_missing', facts: {} },
    about: aboutRecord('dkim'),
    said: {
      detail: 'There is no TXT record at `autosend._domainkey.example.com`.',
      fix: 'Add a TXT record with the name `autosend._domainkey` and the full value (410 characters).',
      copy: { label: 'Copy full value (410 characters)', value: DKIM_VALUE },
    },
  },
  {
    what: 'an MX record is a mail server and a priority',
    seen: { code: 'record_missing', facts: {} },
    about: aboutRecord('mail_from_mx'),
    said: {
      detail: 'There is no MX record at `asend.example.com`.',
      fix: 'Add an MX record with the name `asend`, the mail server `feedback.example.net` and priority 10.',
      copy: { label: 'Copy mail server', value: 'feedback.example.net' },
    },
  },
  {
    what: 'SPF is called by its name',
    seen: { code: 'record_missing', facts: {} },
    about: aboutRecord('mail_from_spf'),
    said: {
      detail: 'There is no SPF record at `asend.example.com`.',
      fix: 'Add a TXT record with the name `asend` and the value `v=spf1 include:example.net ~all`.',
      copy: { label: 'Copy value', value: 'v=spf1 include:example.net ~all' },
    },
  },
  {
    what: 'for DMARC the parents were asked too',
    seen: { code: 'record_missing', facts: {} },
    about: aboutRecord('dmarc'),
    said: {
      detail: 'There is no DMARC record at `_dmarc.example.com`, and no parent domain has a policy that applies.',
      fix: 'Add a TXT record with the name `_dmarc` and the value `v=DMARC1; p=none;`.',
      copy: { label: 'Copy value', value: 'v=DMARC1; p=none;' },
    },
  },
  {
    what: 'a known panel is named',
    seen: { code: 'record_missing', facts: {} },
    about: aboutRecord('mail_from_mx', { panel: 'Cloudflare' }),
    said: {
      detail: 'There is no MX record at `asend.example.com`.',
      fix: 'Add an MX record at Cloudflare with the name `asend`, the mail server `feedback.example.net` and priority 10.',
      copy: { label: 'Copy mail server', value: 'feedback.example.net' },
    },
  },
  {
    what: 'a record that was published before',
    seen: { code: 'record_missing', facts: { wasFound: true } },
    about: aboutRecord('dkim'),
    said: {
      title: 'Record removed',
      detail: 'There is no TXT record at `autosend._domainkey.example.com`. It was published before.',
      fix: 'Add a TXT record with the name `autosend._domainkey` and the full value (410 characters).',
      copy: { label: 'Copy full value (410 characters)', value: DKIM_VALUE },
    },
  },
  {
    what: 'the panel appends the zone',
    seen: { code: 'published_at_doubled_name', facts: { name: '_dmarc.example.com.example.com' } },
    about: aboutRecord('dmarc'),
    said: {
      detail:
        'We found your TXT record at `_dmarc.example.com.example.com`. Your DNS provider appends `example.com` automatically.',
      fix: 'Change the name of that record to `_dmarc`.',
      copy: { label: 'Copy name', value: '_dmarc' },
    },
  },
  {
    what: 'a known panel appends the zone',
    seen: { code: 'published_at_doubled_name', facts: { name: '_dmarc.example.com.example.com' } },
    about: aboutRecord('dmarc', { panel: 'Cloudflare' }),
    said: {
      detail:
        'We found your TXT record at `_dmarc.example.com.example.com`. Cloudflare appends `example.com` automatically.',
      fix: 'Change the name of that record to `_dmarc`.',
      copy: { label: 'Copy name', value: '_dmarc' },
    },
  },
  {
    what: 'an MX record is told by its mail server',
    seen: { code: 'published_at_doubled_name', facts: { name: 'asend.example.com.example.com' } },
    about: aboutRecord('mail_from_mx'),
    said: {
      detail:
        'We found your MX record for `feedback.example.net` at `asend.example.com.example.com`. Your DNS provider appends `example.com` automatically.',
      fix: 'Change the name of that record to `asend`.',
      copy: { label: 'Copy name', value: 'asend' },
    },
  },
  {
    what: 'at the top of the zone',
    seen: { code: 'published_at_apex', facts: { name: 'example.com' } },
    about: aboutRecord('ownership'),
    said: {
      detail: 'We found your TXT record at `example.com` instead of `_autosend-verify.example.com`.',
      fix: 'Change the name of that record to `_autosend-verify`.',
      copy: { label: 'Copy name', value: '_autosend-verify' },
    },
  },
  {
    what: 'an SPF record of the domain itself, which may have its reasons',
    seen: { code: 'published_at_apex', facts: { name: 'example.com' } },
    about: aboutRecord('mail_from_spf'),
    said: {
      detail:
        'The SPF record at `example.com` includes us, but there is none at `asend.example.com`, the name that receivers check.',
      fix: 'Add a TXT record with the name `asend` and the value `v=spf1 include:example.net ~all`. The record at `example.com` can stay.',
      copy: { label: 'Copy value', value: 'v=spf1 include:example.net ~all' },
    },
  },
  {
    what: 'at a parent domain',
    seen: { code: 'published_without_subdomain', facts: { name: '_autosend-verify.example.com' } },
    about: aboutRecord('ownership', { name: '_autosend-verify.mail.example.com', host: '_autosend-verify.mail' }),
    said: {
      detail:
        'We found your TXT record at `_autosend-verify.example.com` instead of `_autosend-verify.mail.example.com`.',
      fix: 'Change the name of that record to `_autosend-verify.mail`.',
      copy: { label: 'Copy name', value: '_autosend-verify.mail' },
    },
  },
  {
    what: 'without its underscore',
    seen: { code: 'published_at_other_name', facts: { name: 'dmarc.example.com' } },
    about: aboutRecord('dmarc'),
    said: {
      detail: 'We found your TXT record at `dmarc.example.com` instead of `_dmarc.example.com`.',
      fix: 'Change the name of that record to `_dmarc`.',
      copy: { label: 'Copy name', value: '_dmarc' },
    },
  },
  {
    what: 'an MX record below another name',
    seen: { code: 'published_at_other_name', facts: { name: '_asend.example.com' } },
    about: aboutRecord('mail_from_mx'),
    said: {
      detail:
        'We found your MX record for `feedback.example.net` at `_asend.example.com` instead of `asend.example.com`.',
      fix: 'Change the name of that record to `asend`.',
      copy: { label: 'Copy name', value: 'asend' },
    },
  },
  {
    what: 'a policy of the owner’s own moves as it is',
    seen: {
      code: 'published_at_apex',
      facts: { name: 'example.com', found: excerptOf('v=DMARC1; p=reject'), value: 'kept' },
    },
    about: aboutRecord('dmarc'),
    said: {
      detail: 'We found your TXT record "v=DMARC1; p=reject" at `example.com` instead of `_dmarc.example.com`.',
      fix: 'Change the name of that record to `_dmarc` and keep its value.',
      copy: { label: 'Copy name', value: '_dmarc' },
    },
  },
  {
    what: 'a policy that is wrong is corrected where it belongs',
    seen: { code: 'published_at_apex', facts: { name: 'example.com', found: excerptOf('v=DMARC1; p=rejct') } },
    about: aboutRecord('dmarc'),
    said: {
      detail: 'We found your TXT record "v=DMARC1; p=rejct" at `example.com` instead of `_dmarc.example.com`.',
      fix: 'Change the name of that record to `_dmarc`.',
      copy: { label: 'Copy name', value: '_dmarc' },
    },
  },
  {
    what: 'the mail server is wrong as well',
    seen: {
      code: 'published_at_doubled_name',
      facts: {
        name: 'asend.example.com.example.com',
        found: excerptOf('feedback.example.net.example.com'),
        value: 'replaced',
      },
    },
    about: aboutRecord('mail_from_mx'),
    said: {
      detail:
        'We found your MX record for "feedback.example.net.example.com" at `asend.example.com.example.com`. Your DNS provider appends `example.com` automatically. Its mail server isn’t right either.',
      fix: 'Change the name of that record to `asend`, and change the mail server to `feedback.example.net` (priority 10).',
      copy: { label: 'Copy mail server', value: 'feedback.example.net' },
    },
  },
  {
    what: 'a CNAME that says the same',
    seen: { code: 'published_as_other_type', facts: { type: 'CNAME', found: excerptOf('autosend-verify-0123') } },
    about: aboutRecord('ownership'),
    said: {
      detail: '`_autosend-verify.example.com` is a CNAME record with the right value. It must be a TXT record.',
      fix: 'Delete the CNAME record `_autosend-verify` that holds "autosend-verify-0123". Then add a TXT record with the name `_autosend-verify` and the value `autosend-verify-0123`.',
      copy: { label: 'Copy value', value: 'autosend-verify-0123' },
    },
  },
  {
    what: 'the obsolete type SPF',
    seen: {
      code: 'published_as_other_type',
      facts: { type: 'SPF', found: excerptOf('v=spf1 include:example.net ~all') },
    },
    about: aboutRecord('mail_from_spf'),
    said: {
      detail:
        'The right text is at `asend.example.com` in a record of type SPF, which receivers no longer read. It must be a TXT record.',
      fix: 'Delete the SPF record `asend` that holds "v=spf1 include:example.net ~all". Then add a TXT record with the name `asend` and the value `v=spf1 include:example.net ~all`.',
      copy: { label: 'Copy value', value: 'v=spf1 include:example.net ~all' },
    },
  },
  {
    what: 'a mail server in a TXT record',
    seen: { code: 'published_as_other_type', facts: { type: 'TXT', found: excerptOf('10 feedback.example.net') } },
    about: aboutRecord('mail_from_mx'),
    said: {
      detail: 'Our mail server is at `asend.example.com` in a TXT record. It must be an MX record.',
      fix: 'Delete the TXT record `asend` that holds "10 feedback.example.net". Then add an MX record with the name `asend`, the mail server `feedback.example.net` and priority 10.',
      copy: { label: 'Copy mail server', value: 'feedback.example.net' },
    },
  },
  {
    what: 'the address of a mail server',
    seen: { code: 'published_as_other_type', facts: { type: 'A', found: excerptOf('192.0.2.7') } },
    about: aboutRecord('mail_from_mx'),
    said: {
      detail: 'Our mail server is at `asend.example.com` in an A record. It must be an MX record.',
      fix: 'Delete the A record `asend` that holds "192.0.2.7". Then add an MX record with the name `asend`, the mail server `feedback.example.net` and priority 10.',
      copy: { label: 'Copy mail server', value: 'feedback.example.net' },
    },
  },
];

for (const each of CASES) test(`${each.seen.code}: ${each.what}`, () => assert.deepEqual(sayWhole(each), each.said));
