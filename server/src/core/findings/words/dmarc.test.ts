import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aboutRecord, sayWhole, type WordCase } from '../../../../test/support/findings/worded-places.ts';
import { excerptOf, excerptsOf } from '../../answers/quote-found.ts';

/** DMARC policies, in words. */
const CASES: readonly WordCase[] = [
  {
    what: 'of its own',
    seen: {
      code: 'dmarc_invalid',
      facts: { problem: { what: 'policy', tag: 'p', found: excerptOf('all') }, found: excerptOf('v=DMARC1; p=all') },
    },
    about: aboutRecord('dmarc'),
    said: {
      detail:
        'The DMARC record at `_dmarc.example.com` isn’t valid because p= is "all", not none, quarantine or reject. We found "v=DMARC1; p=all".',
      fix: 'Correct the policy, or replace it with `v=DMARC1; p=none;`.',
      copy: { label: 'Copy value', value: 'v=DMARC1; p=none;' },
    },
  },
  {
    what: 'of a parent: it can be corrected there, or one of its own be given',
    seen: {
      code: 'dmarc_invalid',
      facts: { parent: '_dmarc.example.com', problem: { what: 'no_policy' }, found: excerptOf('v=DMARC1') },
    },
    about: aboutRecord('dmarc', { name: '_dmarc.mail.example.com', host: '_dmarc.mail' }),
    said: {
      detail:
        'There is no DMARC record at `_dmarc.mail.example.com`, and the one at `_dmarc.example.com` isn’t valid because it has no p= tag. We found "v=DMARC1".',
      fix: 'Correct the policy at `_dmarc.example.com`, or give the domain its own. Add a TXT record with the name `_dmarc.mail` and the value `v=DMARC1; p=none;`.',
      copy: { label: 'Copy value', value: 'v=DMARC1; p=none;' },
    },
  },
  {
    what: 'of a parent, beside a record of its own that receivers discard',
    seen: {
      code: 'dmarc_invalid',
      facts: {
        parent: '_dmarc.example.com',
        problem: { what: 'policy', tag: 'p', found: excerptOf('') },
        isNone: true,
        found: excerptOf('v=DMARC1; p='),
      },
    },
    about: aboutRecord('dmarc', { name: '_dmarc.mail.example.com', host: '_dmarc.mail' }),
    said: {
      detail:
        'There is no valid DMARC record at `_dmarc.mail.example.com`, and receivers treat the policy at `_dmarc.example.com` as `p=none` because p= is empty. We found "v=DMARC1; p=".',
      fix: 'Correct the policy at `_dmarc.example.com`: `p=` must be none, quarantine or reject, and so must `sp=` and `np=` if you use them.',
    },
  },
  {
    what: 'with a line break',
    seen: {
      code: 'dmarc_invalid',
      facts: {
        problem: { what: 'odd_characters', characters: [13, 10] },
        isNone: true,
        found: excerptOf('v=DMARC1;\n p=none'),
      },
    },
    about: aboutRecord('dmarc'),
    said: {
      detail:
        'Receivers treat the policy at `_dmarc.example.com` as `p=none` because it contains a line break. We found "v=DMARC1;\\x0a p=none".',
      fix: 'Enter the policy at `_dmarc.example.com` again, on one line and without quotation marks or other special characters.',
    },
  },
  {
    what: 'with tags that receivers do not see',
    seen: {
      code: 'dmarc_invalid',
      facts: {
        problem: { what: 'odd_characters', characters: [0xa0] },
        ignored: ['sp', 'rua'],
        found: excerptOf('v=DMARC1; p=none'),
      },
    },
    about: aboutRecord('dmarc'),
    said: {
      title: 'Part of the DMARC record is ignored',
      detail:
        'Receivers ignore `sp=` and `rua=` in the policy at `_dmarc.example.com` and send no reports, because it contains a no-break space (shown as a space). We found "v=DMARC1; p=none".',
      fix: 'Enter the policy at `_dmarc.example.com` again, on one line and without quotation marks or other special characters.',
    },
  },
  {
    what: 'two of its own',
    seen: { code: 'dmarc_multiple', facts: { found: excerptsOf(['v=DMARC1; p=none', 'v=DMARC1; p=reject']) } },
    about: aboutRecord('dmarc'),
    said: {
      detail:
        'There are 2 DMARC records at `_dmarc.example.com`, so receivers ignore all of them (RFC 9989 §4.10): "v=DMARC1; p=none", "v=DMARC1; p=reject".',
      fix: 'Keep the one you want receivers to follow and delete the other.',
    },
  },
  {
    what: 'three of its own',
    seen: {
      code: 'dmarc_multiple',
      facts: { found: excerptsOf(['v=DMARC1', 'v=DMARC1; p=none', 'v=DMARC1; p=reject']) },
    },
    about: aboutRecord('dmarc'),
    said: {
      detail:
        'There are 3 DMARC records at `_dmarc.example.com`, so receivers ignore all of them (RFC 9989 §4.10): "v=DMARC1", "v=DMARC1; p=none", "v=DMARC1; p=reject".',
      fix: 'Keep the one you want receivers to follow and delete the others.',
    },
  },
  {
    what: 'of a parent',
    seen: { code: 'dmarc_multiple', facts: { parent: '_dmarc.example.com' } },
    about: aboutRecord('dmarc', { name: '_dmarc.mail.example.com', host: '_dmarc.mail' }),
    said: {
      detail:
        'There is no DMARC record at `_dmarc.mail.example.com`, and more than one at `_dmarc.example.com`, so receivers ignore all of them (RFC 9989 §4.10).',
      fix: 'Keep one of the DMARC records at `_dmarc.example.com` and delete the others, or give the domain its own. Add a TXT record with the name `_dmarc.mail` and the value `v=DMARC1; p=none;`.',
      copy: { label: 'Copy value', value: 'v=DMARC1; p=none;' },
    },
  },
  {
    what: 'there is nothing to do',
    seen: { code: 'dmarc_at_parent', facts: { parent: '_dmarc.example.com', found: excerptOf('v=DMARC1; p=reject') } },
    about: aboutRecord('dmarc', { name: '_dmarc.mail.example.com', host: '_dmarc.mail' }),
    said: {
      detail:
        'There is no valid DMARC record at `_dmarc.mail.example.com`, so the policy at `_dmarc.example.com` applies: "v=DMARC1; p=reject".',
      fix: null,
    },
  },
  {
    what: 'how to turn them on',
    seen: { code: 'dmarc_no_reporting', facts: { found: excerptOf('v=DMARC1; p=reject') } },
    about: aboutRecord('dmarc'),
    said: {
      detail:
        'The policy at `_dmarc.example.com` is valid but has no `rua=` address, so receivers send no reports: "v=DMARC1; p=reject".',
      fix: 'To see who sends mail as your domain, add `rua=mailto:` and your address to the policy.',
    },
  },
  {
    what: 'which address gets none',
    seen: {
      code: 'dmarc_report_address_invalid',
      facts: { why: 'semicolon', isAlone: false, found: excerptOf('mailto:b@example.com') },
    },
    about: aboutRecord('dmarc'),
    said: {
      detail:
        '"mailto:b@example.com" in `rua=` at `_dmarc.example.com` is separated by a semicolon instead of a comma. Receivers send no reports to it.',
      fix: 'Write it as `rua=mailto:` and the address, without spaces. Put a comma between two of them, and `mailto:` before each.',
    },
  },
  {
    what: 'which character is in an address',
    seen: {
      code: 'dmarc_report_address_invalid',
      facts: { why: 'characters', characters: [0x200b], isAlone: true, found: excerptOf('mailto:b@example.com') },
    },
    about: aboutRecord('dmarc'),
    said: {
      detail:
        '"mailto:b@example.com" in `rua=` at `_dmarc.example.com` contains a zero-width space (invisible). Receivers send no reports at all.',
      fix: 'Write it as `rua=mailto:` and the address, without spaces. Put a comma between two of them, and `mailto:` before each.',
    },
  },
  {
    what: 'which record is missing, and where',
    seen: {
      code: 'dmarc_external_reports_not_authorised',
      facts: { host: 'reports.example.net', name: 'example.com._report._dmarc.reports.example.net' },
    },
    about: aboutRecord('dmarc'),
    said: {
      detail:
        'The policy at `_dmarc.example.com` sends reports to an address at `reports.example.net`. Receivers only do that if `example.com._report._dmarc.reports.example.net` allows it, and there is no such record.',
      fix: 'Ask whoever runs `reports.example.net` to publish `example.com._report._dmarc.reports.example.net TXT "v=DMARC1"`, or remove the address from `rua=`.',
      copy: { label: 'Copy record', value: 'example.com._report._dmarc.reports.example.net TXT "v=DMARC1"' },
      suggestion: 'example.com._report._dmarc.reports.example.net TXT "v=DMARC1"',
    },
  },
];

for (const each of CASES) test(`${each.seen.code}: ${each.what}`, () => assert.deepEqual(sayWhole(each), each.said));
