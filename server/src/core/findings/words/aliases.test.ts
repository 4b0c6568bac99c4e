import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aboutRecord, DKIM_VALUE, sayWhole, type WordCase } from '../../../../test/support/findings/worded-places.ts';
import { excerptsOf } from '../../answers/quote-found.ts';

/** CNAMEs, proxies and wildcards, in words. */
const CASES: readonly WordCase[] = [
  {
    what: 'the name behind it is told whole',
    seen: { code: 'cname_in_the_way', facts: { target: 'a-long-name.that-is-not-shortened.example.net' } },
    about: aboutRecord('dkim'),
    said: {
      detail:
        '`autosend._domainkey.example.com` is a CNAME to `a-long-name.that-is-not-shortened.example.net`, which doesn’t have the record. A name with a CNAME can’t have any other record.',
      fix: 'Delete the CNAME record `autosend._domainkey`. Then add a TXT record with the name `autosend._domainkey` and the full value (410 characters).',
      copy: { label: 'Copy full value (410 characters)', value: DKIM_VALUE },
    },
  },
  {
    what: 'in a known panel',
    seen: { code: 'cname_in_the_way', facts: { target: 'www.example.com' } },
    about: aboutRecord('ownership', { panel: 'Cloudflare' }),
    said: {
      detail:
        '`_autosend-verify.example.com` is a CNAME to `www.example.com`, which doesn’t have the record. A name with a CNAME can’t have any other record.',
      fix: 'Delete the CNAME record `_autosend-verify`. Then add a TXT record at Cloudflare with the name `_autosend-verify` and the value `autosend-verify-0123`.',
      copy: { label: 'Copy value', value: 'autosend-verify-0123' },
    },
  },
  {
    what: 'in place of a TXT record',
    seen: { code: 'cname_proxied', facts: {} },
    about: aboutRecord('ownership'),
    said: {
      detail:
        '`_autosend-verify.example.com` returns addresses of Cloudflare’s proxy instead of a TXT record. A proxied record (orange cloud) hides what is behind it.',
      fix: 'Delete the record `_autosend-verify` with the orange cloud. Then add a TXT record with the name `_autosend-verify` and the value `autosend-verify-0123`.',
      copy: { label: 'Copy value', value: 'autosend-verify-0123' },
    },
  },
  {
    what: 'in place of an MX record',
    seen: { code: 'cname_proxied', facts: {} },
    about: aboutRecord('mail_from_mx'),
    said: {
      detail:
        '`asend.example.com` returns addresses of Cloudflare’s proxy instead of an MX record. A proxied record (orange cloud) hides what is behind it.',
      fix: 'Delete the record `asend` with the orange cloud. Then add an MX record with the name `asend`, the mail server `feedback.example.net` and priority 10.',
      copy: { label: 'Copy mail server', value: 'feedback.example.net' },
    },
  },
  {
    what: 'at once',
    seen: { code: 'cname_dangling', facts: { target: 'gone.example.com', isDirect: true } },
    about: aboutRecord('dkim'),
    said: {
      detail: '`autosend._domainkey.example.com` is a CNAME to `gone.example.com`, which doesn’t exist.',
      fix: 'Delete the CNAME record `autosend._domainkey`. Then add a TXT record with the name `autosend._domainkey` and the full value (410 characters).',
      copy: { label: 'Copy full value (410 characters)', value: DKIM_VALUE },
    },
  },
  {
    what: 'after other names',
    seen: { code: 'cname_dangling', facts: { target: 'gone.example.com', isDirect: false } },
    about: aboutRecord('dkim'),
    said: {
      detail: '`autosend._domainkey.example.com` is a CNAME that leads to `gone.example.com`, which doesn’t exist.',
      fix: 'Delete the CNAME record `autosend._domainkey`. Then add a TXT record with the name `autosend._domainkey` and the full value (410 characters).',
      copy: { label: 'Copy full value (410 characters)', value: DKIM_VALUE },
    },
  },
  {
    what: 'each name of the loop',
    seen: {
      code: 'cname_loop',
      facts: {
        path: ['_autosend-verify.example.com', 'a.example.com', '_autosend-verify.example.com'],
        isLonger: false,
      },
    },
    about: aboutRecord('ownership'),
    said: {
      detail:
        'These CNAMEs lead back to where they started: `_autosend-verify.example.com` → `a.example.com` → `_autosend-verify.example.com`. No record can be found there.',
      fix: 'Delete the CNAME record `_autosend-verify`. Then add a TXT record with the name `_autosend-verify` and the value `autosend-verify-0123`.',
      copy: { label: 'Copy value', value: 'autosend-verify-0123' },
    },
  },
  {
    what: 'the first names of a long loop',
    seen: {
      code: 'cname_loop',
      facts: {
        path: ['_autosend-verify.example.com', 'a.example.com', 'b.example.com', 'c.example.com'],
        isLonger: true,
      },
    },
    about: aboutRecord('ownership'),
    said: {
      detail:
        'These CNAMEs lead back to where they started: `_autosend-verify.example.com` → `a.example.com` → `b.example.com` → `c.example.com` → …. No record can be found there.',
      fix: 'Delete the CNAME record `_autosend-verify`. Then add a TXT record with the name `_autosend-verify` and the value `autosend-verify-0123`.',
      copy: { label: 'Copy value', value: 'autosend-verify-0123' },
    },
  },
  {
    what: 'the first names of the chain',
    seen: {
      code: 'cname_chain_too_long',
      facts: { path: ['_dmarc.example.com', 'c0.example.com', 'c1.example.com', 'c2.example.com'], isLonger: true },
    },
    about: aboutRecord('dmarc'),
    said: {
      detail:
        'More than eight CNAMEs follow one another: `_dmarc.example.com` → `c0.example.com` → `c1.example.com` → `c2.example.com` → …. Resolvers give up before they reach a record.',
      fix: 'Delete the CNAME record `_dmarc`. Then add a TXT record with the name `_dmarc` and the value `v=DMARC1; p=none;`.',
      copy: { label: 'Copy value', value: 'v=DMARC1; p=none;' },
    },
  },
  {
    what: 'our record is to be added',
    seen: { code: 'wildcard_answer', facts: {} },
    about: aboutRecord('ownership'),
    said: {
      detail:
        '`_autosend-verify.example.com` has no TXT record of its own. A `*` record answers for it, as it does for any other name.',
      fix: 'Add a TXT record with the name `_autosend-verify` and the value `autosend-verify-0123`. It takes precedence over the wildcard, which can stay.',
      copy: { label: 'Copy value', value: 'autosend-verify-0123' },
    },
  },
  {
    what: 'before publishing there is nothing to do about it',
    seen: { code: 'wildcard_answer', facts: { isBeforePublishing: true } },
    about: aboutRecord('mail_from_mx'),
    said: {
      detail:
        '`asend.example.com` has no MX record of its own. A `*` record answers for it, as it does for any other name. A record of its own takes precedence, so you can add ours.',
      fix: null,
    },
  },
  {
    what: 'ours is kept, and the CNAME is deleted',
    seen: {
      code: 'cname_beside_record',
      facts: { targets: ['www.example.net'], found: excerptsOf(['autosend-verify-0123']), isOurs: true },
    },
    about: aboutRecord('ownership'),
    said: {
      detail:
        '`_autosend-verify.example.com` has a CNAME to `www.example.net`, and also TXT "autosend-verify-0123". A name with a CNAME can’t have any other record, so mail receivers may find either one.',
      fix: 'Delete the CNAME record `_autosend-verify` that points to `www.example.net`. Keep the TXT record, which is right.',
    },
  },
  {
    what: 'all of several are right',
    seen: {
      code: 'cname_beside_record',
      facts: { targets: ['www.example.net'], found: excerptsOf(['google=1', 'autosend-verify-0123']), isOurs: true },
    },
    about: aboutRecord('ownership'),
    said: {
      detail:
        '`_autosend-verify.example.com` has a CNAME to `www.example.net`, and also TXT "google=1", "autosend-verify-0123". A name with a CNAME can’t have any other record, so mail receivers may find either one.',
      fix: 'Delete the CNAME record `_autosend-verify` that points to `www.example.net`. Keep the TXT records.',
    },
  },
  {
    what: 'one of two is right',
    seen: {
      code: 'cname_beside_record',
      facts: {
        targets: ['www.example.net'],
        found: excerptsOf(['v=DMARC1; p=reject', 'v=DMARC1;']),
        isOurs: true,
        others: excerptsOf(['v=DMARC1;']),
      },
    },
    about: aboutRecord('dmarc'),
    said: {
      detail:
        '`_dmarc.example.com` has a CNAME to `www.example.net`, and also TXT "v=DMARC1; p=reject", "v=DMARC1;". A name with a CNAME can’t have any other record, so mail receivers may find either one.',
      fix: 'Delete the CNAME record `_dmarc` that points to `www.example.net`, and the TXT record "v=DMARC1;".',
    },
  },
  {
    what: 'neither is ours',
    seen: {
      code: 'cname_beside_record',
      facts: { targets: ['www.example.net'], found: excerptsOf(['hello']), isOurs: false },
    },
    about: aboutRecord('ownership'),
    said: {
      detail:
        '`_autosend-verify.example.com` has a CNAME to `www.example.net`, and also TXT "hello". A name with a CNAME can’t have any other record, so mail receivers may find either one.',
      fix: 'Delete the CNAME record `_autosend-verify` that points to `www.example.net` and the TXT record there. Then add a TXT record with the name `_autosend-verify` and the value `autosend-verify-0123`.',
      copy: { label: 'Copy value', value: 'autosend-verify-0123' },
    },
  },
  {
    what: 'several CNAMEs',
    seen: {
      code: 'cname_beside_record',
      facts: { targets: ['a.example.net', 'b.example.net'], found: excerptsOf([]), isOurs: false },
    },
    about: aboutRecord('ownership'),
    said: {
      detail:
        '`_autosend-verify.example.com` has several CNAMEs to `a.example.net` and `b.example.net`. A name with a CNAME can’t have any other record, so mail receivers may find either one.',
      fix: 'Delete the CNAME records `_autosend-verify` that point to `a.example.net` and `b.example.net`. Then add a TXT record with the name `_autosend-verify` and the value `autosend-verify-0123`.',
      copy: { label: 'Copy value', value: 'autosend-verify-0123' },
    },
  },
];

for (const each of CASES) test(`${each.seen.code}: ${each.what}`, () => assert.deepEqual(sayWhole(each), each.said));
