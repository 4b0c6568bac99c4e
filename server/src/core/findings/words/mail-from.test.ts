import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aboutRecord, sayWhole, type WordCase } from '../../../../test/support/findings/worded-places.ts';
import { excerptOf, excerptsOf } from '../../answers/quote-found.ts';

/** The records of the MAIL FROM domain, in words. */
const CASES: readonly WordCase[] = [
  {
    what: 'one other mail server',
    seen: { code: 'mx_extra', facts: { what: 'others', found: excerptsOf(['mail.example.com']) } },
    about: aboutRecord('mail_from_mx'),
    said: {
      detail: 'Besides `feedback.example.net`, `asend.example.com` has another MX record: "mail.example.com".',
      fix: 'Delete the MX record at `asend` that points to "mail.example.com", and keep the one for `feedback.example.net`.',
      copy: { label: 'Copy mail server', value: 'feedback.example.net' },
    },
  },
  {
    what: 'other mail servers',
    seen: { code: 'mx_extra', facts: { what: 'others', found: excerptsOf(['a.example', 'b.example']) } },
    about: aboutRecord('mail_from_mx'),
    said: {
      detail: 'Besides `feedback.example.net`, `asend.example.com` has other MX records: "a.example", "b.example".',
      fix: 'Delete the MX records at `asend` that point to "a.example", "b.example", and keep the one for `feedback.example.net`.',
      copy: { label: 'Copy mail server', value: 'feedback.example.net' },
    },
  },
  {
    what: 'ours twice',
    seen: { code: 'mx_extra', facts: { what: 'repeated', count: 2, priorities: [10, 20] } },
    about: aboutRecord('mail_from_mx'),
    said: {
      detail: '`feedback.example.net` is published 2 times at `asend.example.com`, with priorities 10, 20.',
      fix: 'Keep one MX record at `asend` with priority 10 and delete the other.',
      copy: { label: 'Copy mail server', value: 'feedback.example.net' },
    },
  },
  {
    what: 'ours three times',
    seen: { code: 'mx_extra', facts: { what: 'repeated', count: 3, priorities: [10, 20, 30] } },
    about: aboutRecord('mail_from_mx'),
    said: {
      detail: '`feedback.example.net` is published 3 times at `asend.example.com`, with priorities 10, 20, 30.',
      fix: 'Keep one MX record at `asend` with priority 10 and delete the others.',
      copy: { label: 'Copy mail server', value: 'feedback.example.net' },
    },
  },
  {
    what: 'alone: ours has to be added',
    seen: { code: 'mx_null', facts: { isAlone: true } },
    about: aboutRecord('mail_from_mx'),
    said: {
      detail:
        'A null MX record (a single dot) at `asend.example.com` says that this name accepts no mail, so bounces can’t be delivered.',
      fix: 'Delete the MX record at `asend` that is a single dot. Then add an MX record with the name `asend`, the mail server `feedback.example.net` and priority 10.',
      copy: { label: 'Copy mail server', value: 'feedback.example.net' },
    },
  },
  {
    what: 'beside ours: nothing has to be added',
    seen: { code: 'mx_null', facts: { isAlone: false } },
    about: aboutRecord('mail_from_mx'),
    said: {
      detail:
        'A null MX record (a single dot) at `asend.example.com` says that this name accepts no mail, so bounces can’t be delivered.',
      fix: 'Delete the MX record at `asend` that is a single dot.',
    },
  },
  {
    what: 'the panel appended the zone',
    seen: { code: 'mx_target_has_zone_appended', facts: { found: excerptOf('feedback.example.net.example.com') } },
    about: aboutRecord('mail_from_mx'),
    said: {
      detail:
        'The MX record at `asend.example.com` points to "feedback.example.net.example.com" instead of `feedback.example.net`.',
      fix: 'Change the mail server to `feedback.example.net` (priority 10). If your domain gets appended again, end the mail server with a dot.',
      copy: { label: 'Copy mail server', value: 'feedback.example.net' },
    },
  },
  {
    what: 'beside others: all of them have to go',
    seen: { code: 'mx_null', facts: { isAlone: true, others: excerptsOf(['a.example', 'b.example']) } },
    about: aboutRecord('mail_from_mx'),
    said: {
      detail:
        'A null MX record (a single dot) at `asend.example.com` says that this name accepts no mail, so bounces can’t be delivered. 2 other MX records point to "a.example", "b.example".',
      fix: 'Delete the MX record at `asend` that is a single dot, and the other 2 MX records at `asend`, which point to "a.example", "b.example". Then add an MX record with the name `asend`, the mail server `feedback.example.net` and priority 10.',
      copy: { label: 'Copy mail server', value: 'feedback.example.net' },
    },
  },
  {
    what: 'more than one',
    seen: { code: 'mx_null', facts: { isAlone: false, count: 2 } },
    about: aboutRecord('mail_from_mx'),
    said: {
      detail:
        'A null MX record (a single dot) at `asend.example.com` says that this name accepts no mail, so bounces can’t be delivered.',
      fix: 'Delete the MX records at `asend` that are a single dot.',
    },
  },
  {
    what: 'the panel appended the zone, and another mail server has to go',
    seen: {
      code: 'mx_target_has_zone_appended',
      facts: { found: excerptOf('feedback.example.net.example.com'), others: excerptsOf(['a.example']) },
    },
    about: aboutRecord('mail_from_mx'),
    said: {
      detail:
        'The MX record at `asend.example.com` points to "feedback.example.net.example.com" instead of `feedback.example.net`. Another MX record points to "a.example".',
      fix: 'Change the mail server "feedback.example.net.example.com" to `feedback.example.net` (priority 10), and delete the other MX record at `asend`, which points to "a.example". If your domain gets appended again, end the mail server with a dot.',
      copy: { label: 'Copy mail server', value: 'feedback.example.net' },
    },
  },
  {
    what: 'more mail servers than are named',
    seen: { code: 'value_mismatch', facts: { what: 'mail_server', found: excerptsOf(['a', 'b', 'c', 'd']) } },
    about: aboutRecord('mail_from_mx'),
    said: {
      detail:
        'The MX records at `asend.example.com` point to "a", "b", "c" and 1 more instead of `feedback.example.net`.',
      fix: 'Delete all 4 MX records at `asend`. Then add an MX record with the name `asend`, the mail server `feedback.example.net` and priority 10.',
      copy: { label: 'Copy mail server', value: 'feedback.example.net' },
    },
  },
  {
    what: 'the priority in the host and the zone behind it, beside others',
    seen: {
      code: 'value_mismatch',
      facts: {
        what: 'priority_in_host',
        found: excerptOf('10 feedback.example.net.example.com'),
        isZoneAppended: true,
        others: excerptsOf(['a.example', '.']),
      },
    },
    about: aboutRecord('mail_from_mx'),
    said: {
      detail:
        'The MX record at `asend.example.com` names the mail server "10 feedback.example.net.example.com". The priority was typed into the field of the mail server. 2 other MX records point to "a.example", "." (a null MX).',
      fix: 'Change the mail server "10 feedback.example.net.example.com" to `feedback.example.net` (priority 10), and delete the other 2 MX records at `asend`, which point to "a.example", "." (a null MX). If your domain gets appended again, end the mail server with a dot.',
      copy: { label: 'Copy mail server', value: 'feedback.example.net' },
    },
  },
  {
    what: 'something around our mail server',
    seen: {
      code: 'value_mismatch',
      facts: { what: 'text_around_host', found: excerptOf('"feedback.example.net"') },
    },
    about: aboutRecord('mail_from_mx'),
    said: {
      detail:
        'The MX record at `asend.example.com` names our mail server, but with characters that don’t belong to it: "\\"feedback.example.net\\"".',
      fix: 'Change the mail server to `feedback.example.net` (priority 10).',
      copy: { label: 'Copy mail server', value: 'feedback.example.net' },
    },
  },
  {
    what: 'both priorities are told',
    seen: { code: 'mx_priority_differs', facts: { priority: 20 } },
    about: aboutRecord('mail_from_mx'),
    said: {
      detail:
        'The MX record at `asend.example.com` has priority 20 instead of 10. With a single MX record this makes no difference.',
      fix: null,
    },
  },
  {
    what: 'with a record that may take their place',
    seen: {
      code: 'spf_multiple',
      facts: { found: excerptsOf(['v=spf1 a', 'v=spf1 mx']), suggestion: 'v=spf1 include:example.net a mx ~all' },
    },
    about: aboutRecord('mail_from_spf'),
    said: {
      detail:
        'There are 2 SPF records at `asend.example.com`, so receivers ignore all of them (RFC 7208 §4.5): "v=spf1 a", "v=spf1 mx".',
      fix: 'Replace all SPF records at `asend` with this one: `v=spf1 include:example.net a mx ~all`.',
      copy: { label: 'Copy SPF record', value: 'v=spf1 include:example.net a mx ~all' },
      suggestion: 'v=spf1 include:example.net a mx ~all',
    },
  },
  {
    what: 'without one',
    seen: { code: 'spf_multiple', facts: { found: excerptsOf(['v=spf1 a', 'v=spf1 mx']) } },
    about: aboutRecord('mail_from_spf'),
    said: {
      detail:
        'There are 2 SPF records at `asend.example.com`, so receivers ignore all of them (RFC 7208 §4.5): "v=spf1 a", "v=spf1 mx".',
      fix: 'Keep one of the SPF records at `asend`, move what you need from the others into it, and delete the others.',
    },
  },
  {
    what: 'a term that is wrong',
    seen: {
      code: 'spf_syntax',
      facts: {
        problem: { what: 'term', term: excerptOf('ip4:300.1.1.1'), problem: { what: 'no_address', name: 'ip4' } },
        suggestion: 'v=spf1 include:example.net ~all',
      },
    },
    about: aboutRecord('mail_from_spf'),
    said: {
      detail:
        'Receivers can’t use the SPF record at `asend.example.com` because the term "ip4:300.1.1.1" is wrong: the text after the colon is not an IPv4 address.',
      fix: 'Replace the SPF record with this one: `v=spf1 include:example.net ~all`.',
      copy: { label: 'Copy SPF record', value: 'v=spf1 include:example.net ~all' },
      suggestion: 'v=spf1 include:example.net ~all',
    },
  },
  {
    what: 'an include that leads nowhere: there is no better record than ours',
    seen: {
      code: 'spf_syntax',
      facts: {
        problem: {
          what: 'target',
          term: excerptOf('include:x.example'),
          problem: { what: 'no_record', name: excerptOf('x.example') },
        },
      },
    },
    about: aboutRecord('mail_from_spf'),
    said: {
      detail:
        'Receivers can’t use the SPF record at `asend.example.com` because they stop at "include:x.example": there is no SPF record at "x.example".',
      fix: 'Correct the SPF record at `asend`. Mail that we send needs only `v=spf1 include:example.net ~all`.',
      copy: { label: 'Copy SPF record', value: 'v=spf1 include:example.net ~all' },
    },
  },
  {
    what: 'terms that are left out of the record in its place',
    seen: {
      code: 'spf_syntax',
      facts: {
        problem: { what: 'term', term: excerptOf('ip4=192.0.2.2'), problem: { what: 'equals_sign' } },
        suggestion: 'v=spf1 include:example.net mx ~all',
        leftOut: excerptsOf(['ip4:300.1.1.1', 'x:y']),
      },
    },
    about: aboutRecord('mail_from_spf'),
    said: {
      detail:
        'Receivers can’t use the SPF record at `asend.example.com` because the term "ip4=192.0.2.2" is wrong: the "=" should be ":".',
      fix: 'Replace the SPF record with this one: `v=spf1 include:example.net mx ~all`. It leaves out "ip4:300.1.1.1", "x:y". If you still need them, put corrected versions back in front of `all`.',
      copy: { label: 'Copy SPF record', value: 'v=spf1 include:example.net mx ~all' },
      suggestion: 'v=spf1 include:example.net mx ~all',
    },
  },
  {
    what: 'terms, the only ones beside ours',
    seen: {
      code: 'spf_too_many_lookups',
      facts: {
        what: 'lookups',
        limit: 10,
        term: excerptOf('a:a9.example.com'),
        domain: excerptOf('big.example.com'),
        removable: excerptsOf(['include:big.example.com']),
      },
    },
    about: aboutRecord('mail_from_spf'),
    said: {
      detail:
        'The SPF record at `asend.example.com` needs more than the 10 DNS lookups that receivers make (RFC 7208 §4.6.4). The first one over is "a:a9.example.com" in the record of "big.example.com".',
      fix: 'Remove "include:big.example.com" if you no longer need it. Mail that we send needs only `v=spf1 include:example.net ~all`.',
      copy: { label: 'Copy SPF record', value: 'v=spf1 include:example.net ~all' },
    },
  },
  {
    what: 'terms behind a redirect that leads to ours as well',
    seen: {
      code: 'spf_too_many_lookups',
      facts: {
        what: 'lookups',
        limit: 10,
        term: excerptOf('a:a9.example.com'),
        domain: excerptOf('big.example.com'),
        removable: excerptsOf([]),
      },
    },
    about: aboutRecord('mail_from_spf'),
    said: {
      detail:
        'The SPF record at `asend.example.com` needs more than the 10 DNS lookups that receivers make (RFC 7208 §4.6.4). The first one over is "a:a9.example.com" in the record of "big.example.com".',
      fix: 'Remove the terms you no longer need from the record of "big.example.com". Mail that we send needs only `v=spf1 include:example.net ~all`.',
      copy: { label: 'Copy SPF record', value: 'v=spf1 include:example.net ~all' },
    },
  },
  {
    what: 'a record that leads to itself',
    seen: {
      code: 'spf_too_many_lookups',
      facts: {
        what: 'circle',
        limit: 10,
        names: ['asend.example.com'],
        suggestion: 'v=spf1 include:example.net ~all',
        leftOut: excerptsOf(['redirect=asend.example.com']),
      },
    },
    about: aboutRecord('mail_from_spf'),
    said: {
      detail:
        'The SPF record at `asend.example.com` loops: `asend.example.com` leads back to itself. Receivers give up after 10 DNS lookups (RFC 7208 §4.6.4).',
      fix: 'Replace the SPF record with this one: `v=spf1 include:example.net ~all`. It leaves out "redirect=asend.example.com". If you still need it, put a corrected version back in front of `all`.',
      copy: { label: 'Copy SPF record', value: 'v=spf1 include:example.net ~all' },
      suggestion: 'v=spf1 include:example.net ~all',
    },
  },
  {
    what: 'never reached in the record that an include leads to',
    seen: {
      code: 'spf_mechanism_after_all',
      facts: {
        mechanism: 'include:example.net',
        found: excerptOf('v=spf1 -all include:example.net'),
        at: excerptOf('_s.example.com'),
        suggestion: 'v=spf1 include:example.net include:_s.example.com -all',
      },
    },
    about: aboutRecord('mail_from_spf'),
    said: {
      detail:
        'In the SPF record at "_s.example.com", which the one at `asend.example.com` leads to, `include:example.net` comes after `all` and is never reached (RFC 7208 §5.1). We found "v=spf1 -all include:example.net".',
      fix: 'Replace the SPF record at `asend` with this one: `v=spf1 include:example.net include:_s.example.com -all`.',
      copy: { label: 'Copy SPF record', value: 'v=spf1 include:example.net include:_s.example.com -all' },
      suggestion: 'v=spf1 include:example.net include:_s.example.com -all',
    },
  },
  {
    what: 'terms',
    seen: {
      code: 'spf_too_many_lookups',
      facts: {
        what: 'lookups',
        limit: 10,
        term: excerptOf('a:a9.example.com'),
        domain: excerptOf('asend.example.com'),
        removable: excerptsOf(['a', 'include:x.com']),
      },
    },
    about: aboutRecord('mail_from_spf'),
    said: {
      detail:
        'The SPF record at `asend.example.com` needs more than the 10 DNS lookups that receivers make (RFC 7208 §4.6.4). The first one over is "a:a9.example.com" in the record of "asend.example.com".',
      fix: 'These terms cause lookups: "a", "include:x.com". Remove the ones you no longer need. Mail that we send needs only `v=spf1 include:example.net ~all`.',
      copy: { label: 'Copy SPF record', value: 'v=spf1 include:example.net ~all' },
    },
  },
  {
    what: 'names that are not there',
    seen: {
      code: 'spf_too_many_lookups',
      facts: {
        what: 'void_lookups',
        limit: 2,
        terms: excerptsOf(['a:no1.com', 'mx:no2.com', 'exists:no3.com']),
        removable: excerptsOf(['a:no1.com', 'mx:no2.com']),
      },
    },
    about: aboutRecord('mail_from_spf'),
    said: {
      detail:
        'In the SPF record at `asend.example.com`, 3 of the DNS lookups find nothing, but receivers allow only 2 (RFC 7208 §4.6.4): "a:no1.com", "mx:no2.com", "exists:no3.com".',
      fix: 'Remove "a:no1.com", "mx:no2.com". Mail that we send needs only `v=spf1 include:example.net ~all`.',
      copy: { label: 'Copy SPF record', value: 'v=spf1 include:example.net ~all' },
    },
  },
  {
    what: 'MX records',
    seen: {
      code: 'spf_too_many_lookups',
      facts: { what: 'mail_servers', limit: 10, term: excerptOf('mx:eleven.com'), count: 11 },
    },
    about: aboutRecord('mail_from_spf'),
    said: {
      detail:
        '"mx:eleven.com" in the SPF record at `asend.example.com` leads to 11 MX records, but receivers allow only 10 (RFC 7208 §4.6.4).',
      fix: 'Remove the terms you no longer need. Mail that we send needs only `v=spf1 include:example.net ~all`.',
      copy: { label: 'Copy SPF record', value: 'v=spf1 include:example.net ~all' },
    },
  },
  {
    what: 'not in it',
    seen: {
      code: 'spf_mechanism_missing',
      facts: {
        mechanism: 'include:example.net',
        found: excerptOf('v=spf1 mx ~all'),
        suggestion: 'v=spf1 include:example.net mx ~all',
      },
    },
    about: aboutRecord('mail_from_spf'),
    said: {
      detail: 'The SPF record at `asend.example.com` doesn’t contain `include:example.net`. We found "v=spf1 mx ~all".',
      fix: 'Replace the SPF record with this one: `v=spf1 include:example.net mx ~all`.',
      copy: { label: 'Copy SPF record', value: 'v=spf1 include:example.net mx ~all' },
      suggestion: 'v=spf1 include:example.net mx ~all',
    },
  },
  {
    what: 'in it, and no pass',
    seen: {
      code: 'spf_mechanism_missing',
      facts: { mechanism: 'include:example.net', qualifier: '~', found: excerptOf('v=spf1 ~include:example.net') },
    },
    about: aboutRecord('mail_from_spf'),
    said: {
      detail:
        'The SPF record at `asend.example.com` contains `include:example.net`, but with "~", which isn’t a pass. We found "v=spf1 ~include:example.net".',
      fix: 'In the SPF record at `asend`, put `include:example.net` right after `v=spf1`, and keep the rest.',
      copy: { label: 'Copy mechanism', value: 'include:example.net' },
    },
  },
  {
    what: 'never reached',
    seen: {
      code: 'spf_mechanism_after_all',
      facts: {
        mechanism: 'include:example.net',
        found: excerptOf('v=spf1 ~all include:example.net'),
        suggestion: 'v=spf1 include:example.net ~all',
      },
    },
    about: aboutRecord('mail_from_spf'),
    said: {
      detail:
        'In the SPF record at `asend.example.com`, `include:example.net` comes after `all` and is never reached (RFC 7208 §5.1). We found "v=spf1 ~all include:example.net".',
      fix: 'Replace the SPF record with this one: `v=spf1 include:example.net ~all`.',
      copy: { label: 'Copy SPF record', value: 'v=spf1 include:example.net ~all' },
      suggestion: 'v=spf1 include:example.net ~all',
    },
  },
  {
    what: 'anyone may send',
    seen: {
      code: 'spf_allows_everyone',
      facts: { found: excerptOf('v=spf1 +all'), suggestion: 'v=spf1 include:example.net ~all' },
    },
    about: aboutRecord('mail_from_spf'),
    said: {
      detail: 'The SPF record at `asend.example.com` lets anyone send mail as this domain. We found "v=spf1 +all".',
      fix: 'Replace the SPF record with this one: `v=spf1 include:example.net ~all`.',
      copy: { label: 'Copy SPF record', value: 'v=spf1 include:example.net ~all' },
      suggestion: 'v=spf1 include:example.net ~all',
    },
  },
];

for (const each of CASES) test(`${each.seen.code}: ${each.what}`, () => assert.deepEqual(sayWhole(each), each.said));
