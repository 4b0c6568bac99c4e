import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aboutRecord, DKIM_VALUE, sayWhole, type WordCase } from '../../../../test/support/findings/worded-places.ts';
import { excerptOf, excerptsOf } from '../../answers/quote-found.ts';

/** Records whose value is not the right one, in words. */
const CASES: readonly WordCase[] = [
  {
    what: 'one value',
    seen: { code: 'value_mismatch', facts: { what: 'value', found: excerptsOf(['hello']) } },
    about: aboutRecord('ownership'),
    said: {
      detail: 'The TXT record at `_autosend-verify.example.com` holds a different value: "hello".',
      fix: 'Replace the value with `autosend-verify-0123`.',
      copy: { label: 'Copy value', value: 'autosend-verify-0123' },
    },
  },
  {
    what: 'several values',
    seen: { code: 'value_mismatch', facts: { what: 'value', found: excerptsOf(['one', 'two', 'three', 'four']) } },
    about: aboutRecord('ownership'),
    said: {
      detail:
        'None of the 4 TXT records at `_autosend-verify.example.com` holds the value. We found "one", "two", "three" and 1 more.',
      fix: 'Add a TXT record with the name `_autosend-verify` and the value `autosend-verify-0123`.',
      copy: { label: 'Copy value', value: 'autosend-verify-0123' },
    },
  },
  {
    what: 'a key of another type',
    seen: { code: 'value_mismatch', facts: { what: 'key_type', found: excerptOf('ed25519'), expected: 'rsa' } },
    about: aboutRecord('dkim'),
    said: {
      detail: 'The key type at `autosend._domainkey.example.com` is k="ed25519" instead of rsa.',
      fix: 'Replace the value with the full one (410 characters).',
      copy: { label: 'Copy full value (410 characters)', value: DKIM_VALUE },
    },
  },
  {
    what: 'where the keys part',
    seen: { code: 'value_mismatch', facts: { what: 'key', at: 45, found: excerptOf('AAAA') } },
    about: aboutRecord('dkim'),
    said: {
      detail:
        'The key after `p=` at `autosend._domainkey.example.com` is different, starting at character 45 ("AAAA").',
      fix: 'Replace the value with the full one (410 characters).',
      copy: { label: 'Copy full value (410 characters)', value: DKIM_VALUE },
    },
  },
  {
    what: 'one character too many',
    seen: { code: 'value_mismatch', facts: { what: 'text_after_key', extra: 1 } },
    about: aboutRecord('dkim'),
    said: {
      detail: 'The key at `autosend._domainkey.example.com` is followed by 1 character that doesn’t belong to it.',
      fix: 'Replace the value with the full one (410 characters).',
      copy: { label: 'Copy full value (410 characters)', value: DKIM_VALUE },
    },
  },
  {
    what: 'a note behind the key',
    seen: { code: 'value_mismatch', facts: { what: 'text_after_key', extra: 4, text: excerptOf('-- B') } },
    about: aboutRecord('dkim'),
    said: {
      detail:
        'The key at `autosend._domainkey.example.com` is followed by 4 characters that don’t belong to it: "-- B".',
      fix: 'Replace the value with the full one (410 characters).',
      copy: { label: 'Copy full value (410 characters)', value: DKIM_VALUE },
    },
  },
  {
    what: 'an empty key type',
    seen: {
      code: 'value_mismatch',
      facts: { what: 'key_type', found: excerptOf(''), expected: 'rsa', isOurKey: true },
    },
    about: aboutRecord('dkim'),
    said: {
      detail: 'The key at `autosend._domainkey.example.com` is ours, but its type is empty instead of `k=rsa`.',
      fix: 'Replace the value with the full one (410 characters).',
      copy: { label: 'Copy full value (410 characters)', value: DKIM_VALUE },
    },
  },
  {
    what: 'four characters too many',
    seen: { code: 'value_mismatch', facts: { what: 'text_after_key', extra: 4 } },
    about: aboutRecord('dkim'),
    said: {
      detail: 'The key at `autosend._domainkey.example.com` is followed by 4 characters that don’t belong to it.',
      fix: 'Replace the value with the full one (410 characters).',
      copy: { label: 'Copy full value (410 characters)', value: DKIM_VALUE },
    },
  },
  {
    what: 'backslashes',
    seen: { code: 'value_mismatch', facts: { what: 'backslashes', found: excerptOf('v=DKIM1\\; p=x') } },
    about: aboutRecord('dkim'),
    said: {
      detail:
        'Backslashes were published as part of the value at `autosend._domainkey.example.com`, so receivers can’t read it: "v=DKIM1\\\\; p=x".',
      fix: 'Replace the value with the full one (410 characters).',
      copy: { label: 'Copy full value (410 characters)', value: DKIM_VALUE },
    },
  },
  {
    what: 'a key record that cannot be read',
    seen: {
      code: 'value_mismatch',
      facts: { what: 'unreadable_key', problem: { what: 'no_key' }, found: excerptOf('v=DKIM1; p') },
    },
    about: aboutRecord('dkim'),
    said: {
      detail:
        'Receivers can’t read the DKIM record at `autosend._domainkey.example.com` because it has no p= tag with the key. We found "v=DKIM1; p".',
      fix: 'Replace the value with the full one (410 characters).',
      copy: { label: 'Copy full value (410 characters)', value: DKIM_VALUE },
    },
  },
  {
    what: 'the key without its tags',
    seen: { code: 'value_mismatch', facts: { what: 'bare_key', expected: 'ed25519' } },
    about: aboutRecord('dkim'),
    said: {
      detail:
        'The TXT record at `autosend._domainkey.example.com` holds only the key. It must start with `v=DKIM1; k=ed25519; p=`.',
      fix: 'Replace the value with the full one (410 characters).',
      copy: { label: 'Copy full value (410 characters)', value: DKIM_VALUE },
    },
  },
  {
    what: 'one text that is no key',
    seen: { code: 'value_mismatch', facts: { what: 'no_key_record', found: excerptsOf(['hello']) } },
    about: aboutRecord('dkim'),
    said: {
      detail: 'There is a TXT record at `autosend._domainkey.example.com`, but it is not a DKIM key: "hello".',
      fix: 'Replace the value with the full one (410 characters).',
      copy: { label: 'Copy full value (410 characters)', value: DKIM_VALUE },
    },
  },
  {
    what: 'several texts that are no keys',
    seen: { code: 'value_mismatch', facts: { what: 'no_key_record', found: excerptsOf(['one', 'two']) } },
    about: aboutRecord('dkim'),
    said: {
      detail:
        'There are 2 TXT records at `autosend._domainkey.example.com`, but none of them is a DKIM key: "one", "two".',
      fix: 'Replace the value with the full one (410 characters).',
      copy: { label: 'Copy full value (410 characters)', value: DKIM_VALUE },
    },
  },
  {
    what: 'another mail server',
    seen: { code: 'value_mismatch', facts: { what: 'mail_server', found: excerptsOf(['mx.example.com']) } },
    about: aboutRecord('mail_from_mx'),
    said: {
      detail: 'The MX record at `asend.example.com` points to "mx.example.com" instead of `feedback.example.net`.',
      fix: 'Change the mail server to `feedback.example.net` (priority 10).',
      copy: { label: 'Copy mail server', value: 'feedback.example.net' },
    },
  },
  {
    what: 'other mail servers',
    seen: {
      code: 'value_mismatch',
      facts: { what: 'mail_server', found: excerptsOf(['mx1.example.com', 'mx2.example.com']) },
    },
    about: aboutRecord('mail_from_mx'),
    said: {
      detail:
        'The MX records at `asend.example.com` point to "mx1.example.com", "mx2.example.com" instead of `feedback.example.net`.',
      fix: 'Delete the MX records at `asend` that point to "mx1.example.com", "mx2.example.com". Then add an MX record with the name `asend`, the mail server `feedback.example.net` and priority 10.',
      copy: { label: 'Copy mail server', value: 'feedback.example.net' },
    },
  },
  {
    what: 'text that was meant as SPF',
    seen: { code: 'value_mismatch', facts: { what: 'no_spf_record', found: excerptOf('v=spf1;') } },
    about: aboutRecord('mail_from_spf'),
    said: {
      detail:
        'The TXT record at `asend.example.com` isn’t an SPF record, because it doesn’t start with exactly `v=spf1` and a space. We found "v=spf1;".',
      fix: 'Replace the value with `v=spf1 include:example.net ~all`.',
      copy: { label: 'Copy value', value: 'v=spf1 include:example.net ~all' },
    },
  },
  {
    what: 'a short value has one string',
    seen: { code: 'value_truncated', facts: { what: 'value', length: 8, of: 20, found: excerptOf('autosend') } },
    about: aboutRecord('ownership'),
    said: {
      detail: 'The TXT record at `_autosend-verify.example.com` holds only the first 8 of 20 characters: "autosend".',
      fix: 'Delete the TXT record at `_autosend-verify` and paste `autosend-verify-0123`.',
      copy: { label: 'Copy value', value: 'autosend-verify-0123' },
    },
  },
  {
    what: 'the whole record',
    seen: { code: 'value_truncated', facts: { what: 'record', length: 7, of: 410, found: excerptOf('v=DKIM1') } },
    about: aboutRecord('dkim'),
    said: {
      title: 'The key is cut off',
      detail:
        'The record at `autosend._domainkey.example.com` is cut off after 7 of 410 characters: "v=DKIM1". In a zone file, an unquoted semicolon starts a comment.',
      fix: 'Delete the TXT record at `autosend._domainkey` and paste the full value (410 characters). If your DNS provider rejects it, use the version in two quoted strings.',
      copy: { label: 'Copy full value (410 characters)', value: DKIM_VALUE },
      suggestion: `"${DKIM_VALUE.slice(0, 255)}" "${DKIM_VALUE.slice(255)}"`,
    },
  },
  {
    what: 'the key',
    seen: { code: 'value_truncated', facts: { what: 'key', length: 237, of: 392 } },
    about: aboutRecord('dkim'),
    said: {
      title: 'The key is cut off',
      detail:
        'The record at `autosend._domainkey.example.com` is cut off: the key after `p=` has 237 of 392 characters.',
      fix: 'Delete the TXT record at `autosend._domainkey` and paste the full value (410 characters). If your DNS provider rejects it, use the version in two quoted strings.',
      copy: { label: 'Copy full value (410 characters)', value: DKIM_VALUE },
      suggestion: `"${DKIM_VALUE.slice(0, 255)}" "${DKIM_VALUE.slice(255)}"`,
    },
  },
  {
    what: 'a known panel that may reject it',
    seen: { code: 'value_truncated', facts: { what: 'key', length: 237, of: 392 } },
    about: aboutRecord('dkim', { panel: 'Cloudflare' }),
    said: {
      title: 'The key is cut off',
      detail:
        'The record at `autosend._domainkey.example.com` is cut off: the key after `p=` has 237 of 392 characters.',
      fix: 'Delete the TXT record at `autosend._domainkey` and paste the full value (410 characters). If Cloudflare rejects it, use the version in two quoted strings.',
      copy: { label: 'Copy full value (410 characters)', value: DKIM_VALUE },
      suggestion: `"${DKIM_VALUE.slice(0, 255)}" "${DKIM_VALUE.slice(255)}"`,
    },
  },
  {
    what: 'in two records',
    seen: { code: 'value_truncated', facts: { what: 'split', parts: 2 } },
    about: aboutRecord('dkim'),
    said: {
      title: 'The key is cut off',
      detail:
        'The key at `autosend._domainkey.example.com` is split across two TXT records. Its parts must be strings of one record, because records have no order.',
      fix: 'Delete both TXT records at `autosend._domainkey` and paste the full value (410 characters). If your DNS provider rejects it, use the version in two quoted strings.',
      copy: { label: 'Copy full value (410 characters)', value: DKIM_VALUE },
      suggestion: `"${DKIM_VALUE.slice(0, 255)}" "${DKIM_VALUE.slice(255)}"`,
    },
  },
  {
    what: 'in two records beside a third',
    seen: { code: 'value_truncated', facts: { what: 'split', parts: 2, others: excerptsOf(['google=1']) } },
    about: aboutRecord('dkim'),
    said: {
      title: 'The key is cut off',
      detail:
        'The key at `autosend._domainkey.example.com` is split across two TXT records. Its parts must be strings of one record, because records have no order. There is another TXT record, which can’t stay next to a DKIM key: "google=1".',
      fix: 'Delete all 3 TXT records at `autosend._domainkey` and paste the full value (410 characters). If your DNS provider rejects it, use the version in two quoted strings.',
      copy: { label: 'Copy full value (410 characters)', value: DKIM_VALUE },
      suggestion: `"${DKIM_VALUE.slice(0, 255)}" "${DKIM_VALUE.slice(255)}"`,
    },
  },
  {
    what: 'to its second half',
    seen: { code: 'value_truncated', facts: { what: 'part', from: 256, to: 410, of: 410, found: excerptOf('hFQB') } },
    about: aboutRecord('dkim'),
    said: {
      title: 'The key is cut off',
      detail:
        'The record at `autosend._domainkey.example.com` holds only part of our value, characters 256 to 410 of 410: "hFQB".',
      fix: 'Delete the TXT record at `autosend._domainkey` and paste the full value (410 characters). If your DNS provider rejects it, use the version in two quoted strings.',
      copy: { label: 'Copy full value (410 characters)', value: DKIM_VALUE },
      suggestion: `"${DKIM_VALUE.slice(0, 255)}" "${DKIM_VALUE.slice(255)}"`,
    },
  },
  {
    what: 'where they do no harm',
    seen: { code: 'value_quoted', facts: { found: excerptOf('"autosend-verify-0123"') } },
    about: aboutRecord('ownership'),
    said: {
      detail:
        'The value at `_autosend-verify.example.com` is right, but quotation marks were published with it: "\\"autosend-verify-0123\\"".',
      fix: 'Remove the quotation marks from the value. Your DNS provider adds the ones it needs automatically.',
      copy: { label: 'Copy value', value: 'autosend-verify-0123' },
    },
  },
  {
    what: 'with backslashes, in a key',
    seen: { code: 'value_quoted', facts: { found: excerptOf('"v=DKIM1; p=x"') } },
    about: aboutRecord('dkim'),
    said: {
      detail:
        'Quotation marks were published as part of the value at `autosend._domainkey.example.com`, so receivers can’t read it: "\\"v=DKIM1; p=x\\"".',
      fix: 'Remove the quotation marks (and any backslashes) from the value. Your DNS provider adds the ones it needs automatically.',
      copy: { label: 'Copy full value (410 characters)', value: DKIM_VALUE },
    },
  },
  {
    what: 'in a known panel',
    seen: { code: 'value_quoted', facts: { found: excerptOf('"v=spf1 ~all"') } },
    about: aboutRecord('mail_from_spf', { panel: 'Cloudflare' }),
    said: {
      detail:
        'Quotation marks were published as part of the value at `asend.example.com`, so receivers can’t read it: "\\"v=spf1 ~all\\"".',
      fix: 'Remove the quotation marks from the value. Cloudflare adds the ones it needs automatically.',
      copy: { label: 'Copy value', value: 'v=spf1 include:example.net ~all' },
    },
  },
  {
    what: 'where they do no harm',
    seen: { code: 'value_has_spaces', facts: { found: excerptOf(' autosend-verify-0123') } },
    about: aboutRecord('ownership'),
    said: {
      detail:
        'The value at `_autosend-verify.example.com` is right, but there are spaces or line breaks around it: " autosend-verify-0123".',
      fix: 'Remove the spaces around the value.',
      copy: { label: 'Copy value', value: 'autosend-verify-0123' },
    },
  },
  {
    what: 'where characters that nobody sees do no harm',
    seen: {
      code: 'value_has_spaces',
      facts: { found: excerptOf('\xa0autosend-verify-0123'), characters: [0xa0, 0x200b] },
    },
    about: aboutRecord('ownership'),
    said: {
      title: 'Extra characters in the value',
      detail:
        'The value at `_autosend-verify.example.com` is right, but it was published with a no-break space (shown as a space) and a zero-width space (invisible): "\\xa0autosend-verify-0123".',
      fix: 'Replace the value with `autosend-verify-0123`.',
      copy: { label: 'Copy value', value: 'autosend-verify-0123' },
    },
  },
  {
    what: 'where receivers do not see the record',
    seen: { code: 'value_has_spaces', facts: { found: excerptOf(' v=spf1 ~all') } },
    about: aboutRecord('mail_from_spf'),
    said: {
      detail: 'The value at `asend.example.com` has a space in front, so receivers don’t recognize it: " v=spf1 ~all".',
      fix: 'Remove the spaces around the value.',
      copy: { label: 'Copy value', value: 'v=spf1 include:example.net ~all' },
    },
  },
  {
    what: 'two rows were mixed up',
    seen: { code: 'value_of_other_record', facts: { name: '_dmarc.example.com' } },
    about: aboutRecord('ownership'),
    said: {
      detail: '`_autosend-verify.example.com` holds the value that belongs to `_dmarc.example.com`.',
      fix: 'Replace the value with `autosend-verify-0123`.',
      copy: { label: 'Copy value', value: 'autosend-verify-0123' },
    },
  },
  {
    what: 'a domain of the same project is named',
    seen: { code: 'key_of_other_domain', facts: { owner: 'shop.example.net' } },
    about: aboutRecord('dkim'),
    said: {
      detail: '`autosend._domainkey.example.com` holds the key of `shop.example.net`. Each domain has its own key.',
      fix: 'Replace the value with the full one (410 characters).',
      copy: { label: 'Copy full value (410 characters)', value: DKIM_VALUE },
    },
  },
  {
    what: 'to somebody outside it is not',
    seen: { code: 'key_of_other_domain', facts: { owner: null } },
    about: aboutRecord('dkim'),
    said: {
      detail: '`autosend._domainkey.example.com` holds the key of another domain. Each domain has its own key.',
      fix: 'Replace the value with the full one (410 characters).',
      copy: { label: 'Copy full value (410 characters)', value: DKIM_VALUE },
    },
  },
  {
    what: 'our key was there',
    seen: { code: 'key_replaced', facts: {} },
    about: aboutRecord('dkim'),
    said: {
      detail:
        '`autosend._domainkey.example.com` used to hold our key and now holds a different one. Receivers can’t verify mail signed with ours.',
      fix: 'Replace the value with the full one (410 characters). If another service sends with the new key, give it its own selector.',
      copy: { label: 'Copy full value (410 characters)', value: DKIM_VALUE },
    },
  },
  {
    what: 'one other',
    seen: { code: 'multiple_records', facts: { found: excerptsOf(['v=DKIM1; p=A', 'x']), others: excerptsOf(['x']) } },
    about: aboutRecord('dkim'),
    said: {
      detail:
        'There are 2 TXT records at `autosend._domainkey.example.com`, but a DKIM key must be the only one there. Receivers may read the wrong one: "v=DKIM1; p=A", "x".',
      fix: 'Keep the TXT record at `autosend._domainkey` with our full value (410 characters), and delete the other one: "x".',
      copy: { label: 'Copy full value (410 characters)', value: DKIM_VALUE },
    },
  },
  {
    what: 'several others',
    seen: {
      code: 'multiple_records',
      facts: {
        found: excerptsOf(['v=DKIM1; p=A', 'v=DKIM1; p=B', 'v=DKIM1; p=C']),
        others: excerptsOf(['v=DKIM1; p=B', 'v=DKIM1; p=C']),
      },
    },
    about: aboutRecord('dkim'),
    said: {
      detail:
        'There are 3 TXT records at `autosend._domainkey.example.com`, but a DKIM key must be the only one there. Receivers may read the wrong one: "v=DKIM1; p=A", "v=DKIM1; p=B", "v=DKIM1; p=C".',
      fix: 'Keep the TXT record at `autosend._domainkey` with our full value (410 characters), and delete the other 2: "v=DKIM1; p=B", "v=DKIM1; p=C".',
      copy: { label: 'Copy full value (410 characters)', value: DKIM_VALUE },
    },
  },
  {
    what: 'none of them is ours',
    seen: { code: 'multiple_records', facts: { found: excerptsOf(['x', 'y']) } },
    about: aboutRecord('dkim'),
    said: {
      detail:
        'There are 2 TXT records at `autosend._domainkey.example.com`, but a DKIM key must be the only one there. Receivers may read the wrong one: "x", "y".',
      fix: 'Delete both TXT records at `autosend._domainkey`, and add one with our full value (410 characters).',
      copy: { label: 'Copy full value (410 characters)', value: DKIM_VALUE },
    },
  },
];

for (const each of CASES) test(`${each.seen.code}: ${each.what}`, () => assert.deepEqual(sayWhole(each), each.said));
