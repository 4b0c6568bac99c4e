import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aboutRecord, sayWhole, type WordCase } from '../../../../test/support/findings/worded-places.ts';
import { excerptOf, excerptsOf } from '../../answers/quote-found.ts';

/** Zones as a whole, what resolvers remember, and what was there before, in words. */
const CASES: readonly WordCase[] = [
  {
    what: 'the registry does not know it',
    seen: { code: 'domain_not_registered', facts: { domain: 'example.com', registry: 'com' } },
    about: aboutRecord('ownership'),
    said: {
      detail:
        'The name servers of `.com` don’t know `example.com`. It isn’t registered, has expired, or has no name servers yet.',
      fix: 'Check the spelling. If it’s right, register or renew `example.com`, or enter your DNS provider’s name servers at your registrar.',
    },
  },
  {
    what: 'neither does the root',
    seen: { code: 'domain_not_registered', facts: { domain: 'example.nosuch', registry: '' } },
    about: aboutRecord('ownership'),
    said: {
      detail:
        'The name servers of the root zone don’t know `example.nosuch`. It isn’t registered, has expired, or has no name servers yet.',
      fix: 'Check the spelling. If it’s right, register or renew `example.nosuch`, or enter your DNS provider’s name servers at your registrar.',
    },
  },
  {
    what: 'no name servers',
    seen: { code: 'delegation_missing', facts: { zone: 'example.com', servers: [] } },
    about: aboutRecord('ownership'),
    said: {
      detail: '`example.com` has no name servers. No record of it can be found.',
      fix: 'Enter the right name servers for `example.com` at your registrar.',
    },
  },
  {
    what: 'one without an address',
    seen: { code: 'delegation_missing', facts: { zone: 'example.com', servers: ['ns1.gone.example'] } },
    about: aboutRecord('ownership'),
    said: {
      detail: '`example.com` is delegated to `ns1.gone.example`, which has no address. No record of it can be found.',
      fix: 'Enter the right name servers for `example.com` at your registrar.',
    },
  },
  {
    what: 'two without an address, of a zone of its own',
    seen: {
      code: 'delegation_missing',
      facts: { zone: '_domainkey.example.com', servers: ['ns1.gone.example', 'ns2.gone.example'] },
    },
    about: aboutRecord('dkim'),
    said: {
      detail:
        '`_domainkey.example.com` is delegated to `ns1.gone.example` and `ns2.gone.example`, none of which has an address. No record of it can be found.',
      fix: 'At the DNS provider of its parent zone, correct or delete the NS records of `_domainkey.example.com`.',
    },
  },
  {
    what: 'the registrar has the DS record',
    seen: { code: 'dnssec_bogus', facts: { zone: 'example.com' } },
    about: aboutRecord('ownership'),
    said: {
      detail:
        '`example.com` is signed with DNSSEC, but its signatures don’t match its records. Resolvers that validate reject its answers, so mail receivers see no records either. Nothing has been changed.',
      fix: 'Re-sign the zone `example.com` at your DNS provider, or remove its DS record at your registrar.',
    },
  },
  {
    what: 'the parent zone has the DS record',
    seen: { code: 'dnssec_bogus', facts: { zone: 'mail.example.com' } },
    about: aboutRecord('ownership', { panel: 'Cloudflare' }),
    said: {
      detail:
        '`mail.example.com` is signed with DNSSEC, but its signatures don’t match its records. Resolvers that validate reject its answers, so mail receivers see no records either. Nothing has been changed.',
      fix: 'Re-sign the zone `mail.example.com` at Cloudflare, or remove its DS record at the DNS provider of its parent zone.',
    },
  },
  {
    what: 'resolvers remember that it was not there',
    seen: { code: 'negative_cache', facts: { what: 'resolvers', until: '2026-01-15T12:05:00.000Z' } },
    about: aboutRecord('ownership'),
    said: {
      detail:
        'Your name servers have the record at `_autosend-verify.example.com`. Some resolvers remember from earlier that it wasn’t published, until 12:05 UTC at the latest.',
      fix: null,
    },
  },
  {
    what: 'the validating resolver remembers what was there',
    seen: { code: 'negative_cache', facts: { what: 'validator', until: '2026-01-15T12:10:00.000Z' } },
    about: aboutRecord('ownership'),
    said: {
      detail:
        'Your name servers changed `_autosend-verify.example.com`. The zone is signed, and the resolver that validates it remembers the old answer, until 12:10 UTC at the latest. We’ll check again automatically.',
      fix: null,
    },
  },
  {
    what: 'a CNAME',
    seen: { code: 'conflict_before_publishing', facts: { what: 'cname', target: 'www.example.com' } },
    about: aboutRecord('mail_from_mx'),
    said: {
      detail:
        '`asend.example.com` is a CNAME to `www.example.com`. A name with a CNAME can’t have any other record, so ours can’t be added.',
      fix: 'Delete the CNAME record `asend` before you add ours, if nothing else needs it.',
    },
  },
  {
    what: 'a key',
    seen: { code: 'conflict_before_publishing', facts: { what: 'key', found: excerptOf('v=DKIM1; p=') } },
    about: aboutRecord('dkim'),
    said: {
      detail:
        '`autosend._domainkey.example.com` already has a TXT record: "v=DKIM1; p=". Only one key is allowed there.',
      fix: 'Delete the TXT record `autosend._domainkey` that holds "v=DKIM1; p=" before you add ours, if nothing else needs it.',
    },
  },
  {
    what: 'a mail server',
    seen: {
      code: 'conflict_before_publishing',
      facts: { what: 'mail_server', found: excerptsOf(['mail.example.com']) },
    },
    about: aboutRecord('mail_from_mx'),
    said: {
      detail:
        '`asend.example.com` already has a mail server: "mail.example.com". This name is for ours alone, because bounces could go to any other.',
      fix: 'Delete the MX record at `asend` that points to "mail.example.com" before you add ours, if nothing else needs it.',
    },
  },
  {
    what: 'two mail servers',
    seen: {
      code: 'conflict_before_publishing',
      facts: { what: 'mail_server', found: excerptsOf(['a.example', 'b.example']) },
    },
    about: aboutRecord('mail_from_mx'),
    said: {
      detail:
        '`asend.example.com` already has mail servers: "a.example", "b.example". This name is for ours alone, because bounces could go to any other.',
      fix: 'Delete the MX records at `asend` that point to "a.example", "b.example" before you add ours, if nothing else needs them.',
    },
  },
  {
    what: 'a null MX',
    seen: { code: 'conflict_before_publishing', facts: { what: 'null_mx' } },
    about: aboutRecord('mail_from_mx'),
    said: {
      detail:
        '`asend.example.com` already has a null MX record (a single dot), which says that this name accepts no mail. Bounces can’t be delivered as long as it’s there.',
      fix: 'Delete the MX record at `asend` that is a single dot before you add ours.',
    },
  },
  {
    what: 'a null MX and a mail server',
    seen: {
      code: 'conflict_before_publishing',
      facts: { what: 'null_mx', others: excerptsOf(['mail.example.com']) },
    },
    about: aboutRecord('mail_from_mx'),
    said: {
      detail:
        '`asend.example.com` already has a null MX record (a single dot), which says that this name accepts no mail. Bounces can’t be delivered as long as it’s there. Another MX record points to "mail.example.com".',
      fix: 'Delete the MX record at `asend` that is a single dot, and the other MX record at `asend`, which points to "mail.example.com", before you add ours, if nothing else needs them.',
    },
  },
  {
    what: 'an SPF record',
    seen: {
      code: 'conflict_before_publishing',
      facts: { what: 'spf', found: excerptOf('v=spf1 -all'), suggestion: 'v=spf1 include:example.net -all' },
    },
    about: aboutRecord('mail_from_spf'),
    said: {
      detail: '`asend.example.com` already has an SPF record: "v=spf1 -all". Only one is allowed.',
      fix: 'Don’t add a second one. Change it to `v=spf1 include:example.net -all`.',
      copy: { label: 'Copy SPF record', value: 'v=spf1 include:example.net -all' },
      suggestion: 'v=spf1 include:example.net -all',
    },
  },
  {
    what: 'a policy',
    seen: {
      code: 'conflict_before_publishing',
      facts: { what: 'dmarc', found: excerptOf('v=DMARC1; p=none'), isStricter: false },
    },
    about: aboutRecord('dmarc'),
    said: {
      title: 'You already have a DMARC policy',
      detail:
        '`_dmarc.example.com` already has a DMARC policy: "v=DMARC1; p=none". It is valid. Keep it and don’t add ours, because receivers ignore both if there are two.',
      fix: null,
    },
  },
  {
    what: 'a stricter policy',
    seen: {
      code: 'conflict_before_publishing',
      facts: { what: 'dmarc', found: excerptOf('v=DMARC1; p=reject'), isStricter: true },
    },
    about: aboutRecord('dmarc'),
    said: {
      title: 'You already have a DMARC policy',
      detail:
        '`_dmarc.example.com` already has a DMARC policy: "v=DMARC1; p=reject". It is valid, and stricter than the one we suggest. Keep it and don’t add ours, because receivers ignore both if there are two.',
      fix: null,
    },
  },
];

for (const each of CASES) test(`${each.seen.code}: ${each.what}`, () => assert.deepEqual(sayWhole(each), each.said));
