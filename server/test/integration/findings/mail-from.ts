import type { ZoneRecord } from '../../support/dns/dns-server-zones.ts';
import { type FindingCase, shownBy } from '../../support/dns/findings.ts';

const HOSTS = Array.from({ length: 10 }, (_, n) => `a${n}.example.com`);

/** The two records of the MAIL FROM domain. */
export const MAIL_FROM: readonly FindingCase[] = [
  {
    code: 'mx_extra',
    at: 'mail_from_mx',
    mistake: {
      arrange: ({ publish, shown }) =>
        publish([...shown, { name: 'asend.example.com', type: 'MX', value: 'mail.example.com', priority: 10 }]),
      finding: {
        code: 'mx_extra',
        severity: 'error',
        title: 'There is another MX record',
        detail:
          'Besides `feedback-smtp.us-east-1.amazonses.com`, `asend.example.com` has another MX record: "mail.example.com".',
        fix: 'Delete the MX record at `asend` that points to "mail.example.com", and keep the one for `feedback-smtp.us-east-1.amazonses.com`.',
        copy: { label: 'Copy mail server', value: 'feedback-smtp.us-east-1.amazonses.com' },
        evidence: shownBy('asend.example.com', 'MX', [
          '10 feedback-smtp.us-east-1.amazonses.com',
          '10 mail.example.com',
        ]),
      },
    },
    nearMiss: {
      what: 'the domain itself has a mail server of its own',
      arrange: ({ publish, shown }) =>
        publish([...shown, { name: 'example.com', type: 'MX', value: 'mail.example.com' }]),
      codes: [],
    },
  },
  {
    code: 'mx_null',
    at: 'mail_from_mx',
    mistake: {
      arrange: ({ publish, instead }) => publish(instead('mail_from_mx', '')),
      finding: {
        code: 'mx_null',
        severity: 'error',
        title: 'This name is set to refuse all mail (null MX)',
        detail:
          'A null MX record (a single dot) at `asend.example.com` says that this name accepts no mail, so bounces can’t be delivered.',
        fix: 'Delete the MX record at `asend` that is a single dot. Then add an MX record with the name `asend`, the mail server `feedback-smtp.us-east-1.amazonses.com` and priority 10.',
        copy: { label: 'Copy mail server', value: 'feedback-smtp.us-east-1.amazonses.com' },
        evidence: shownBy('asend.example.com', 'MX', ['10 .']),
      },
    },
    nearMiss: {
      what: 'the domain itself says that it takes no mail',
      arrange: ({ publish, shown }) => publish([...shown, { name: 'example.com', type: 'MX', value: '', priority: 0 }]),
      codes: [],
    },
  },
  {
    code: 'mx_target_has_zone_appended',
    at: 'mail_from_mx',
    mistake: {
      arrange: ({ publish, instead, domain }) =>
        publish(instead('mail_from_mx', `${domain.dnsRecords.mailFrom[0].value}.example.com`)),
      finding: {
        code: 'mx_target_has_zone_appended',
        severity: 'error',
        title: 'Your domain was appended to the mail server',
        detail:
          'The MX record at `asend.example.com` points to "feedback-smtp.us-east-1.amazonses.com.example.com" instead of `feedback-smtp.us-east-1.amazonses.com`.',
        fix: 'Change the mail server to `feedback-smtp.us-east-1.amazonses.com` (priority 10). If your domain gets appended again, end the mail server with a dot.',
        copy: { label: 'Copy mail server', value: 'feedback-smtp.us-east-1.amazonses.com' },
        evidence: shownBy('asend.example.com', 'MX', ['10 feedback-smtp.us-east-1.amazonses.com.example.com']),
      },
    },
    nearMiss: {
      what: 'the mail server of another region',
      arrange: ({ publish, instead }) => publish(instead('mail_from_mx', 'feedback-smtp.eu-west-1.amazonses.com')),
      codes: ['value_mismatch'],
    },
  },
  {
    code: 'mx_priority_differs',
    at: 'mail_from_mx',
    mistake: {
      arrange: ({ publish, without, domain }) =>
        publish([
          ...without('mail_from_mx'),
          { name: 'asend.example.com', type: 'MX', value: domain.dnsRecords.mailFrom[0].value, priority: 20 },
        ]),
      finding: {
        code: 'mx_priority_differs',
        severity: 'info',
        title: 'Different priority',
        detail:
          'The MX record at `asend.example.com` has priority 20 instead of 10. With a single MX record this makes no difference.',
        fix: null,
        evidence: shownBy('asend.example.com', 'MX', ['20 feedback-smtp.us-east-1.amazonses.com']),
      },
    },
    nearMiss: {
      what: 'another mail server at a lower priority',
      arrange: ({ publish, shown }) =>
        publish([...shown, { name: 'asend.example.com', type: 'MX', value: 'mail.example.com', priority: 50 }]),
      codes: ['mx_extra'],
    },
  },
  {
    code: 'spf_multiple',
    at: 'mail_from_spf',
    mistake: {
      arrange: ({ publish, instead }) =>
        publish(instead('mail_from_spf', 'v=spf1 include:amazonses.com ~all', 'v=spf1 ip4:192.0.2.1 -all')),
      finding: {
        code: 'spf_multiple',
        severity: 'error',
        title: 'There is more than one SPF record',
        detail:
          'There are 2 SPF records at `asend.example.com`, so receivers ignore all of them (RFC 7208 §4.5): "v=spf1 include:amazonses.com ~all", "v=spf1 ip4:192.0.2.1 -all".',
        fix: 'Replace all SPF records at `asend` with this one: `v=spf1 include:amazonses.com ip4:192.0.2.1 ~all`.',
        copy: { label: 'Copy SPF record', value: 'v=spf1 include:amazonses.com ip4:192.0.2.1 ~all' },
        suggestion: 'v=spf1 include:amazonses.com ip4:192.0.2.1 ~all',
        evidence: shownBy('asend.example.com', 'TXT', [
          'v=spf1 include:amazonses.com ~all',
          'v=spf1 ip4:192.0.2.1 -all',
        ]),
      },
    },
    nearMiss: {
      what: 'another text beside the SPF record',
      arrange: ({ publish, instead }) =>
        publish(instead('mail_from_spf', 'v=spf1 include:amazonses.com ~all', 'hosted by example.net')),
      codes: [],
    },
  },
  {
    code: 'spf_syntax',
    at: 'mail_from_spf',
    mistake: {
      arrange: ({ publish, instead }) =>
        publish(instead('mail_from_spf', 'v=spf1 ip4:300.1.1.1 include:amazonses.com ~all')),
      finding: {
        code: 'spf_syntax',
        severity: 'error',
        title: 'The SPF record can’t be read',
        detail:
          'Receivers can’t use the SPF record at `asend.example.com` because the term "ip4:300.1.1.1" is wrong: the text after the colon is not an IPv4 address.',
        fix: 'Replace the SPF record with this one: `v=spf1 include:amazonses.com ~all`. It leaves out "ip4:300.1.1.1". If you still need it, put a corrected version back in front of `all`.',
        copy: { label: 'Copy SPF record', value: 'v=spf1 include:amazonses.com ~all' },
        suggestion: 'v=spf1 include:amazonses.com ~all',
        evidence: shownBy('asend.example.com', 'TXT', ['v=spf1 ip4:300.1.1.1 include:amazonses.com ~all']),
      },
    },
    nearMiss: {
      what: 'a modifier that nobody knows, which is allowed',
      arrange: ({ publish, instead }) =>
        publish(instead('mail_from_spf', 'v=spf1 include:amazonses.com note=ours ~all')),
      codes: [],
    },
  },
  {
    code: 'spf_too_many_lookups',
    at: 'mail_from_spf',
    mistake: {
      arrange: ({ publish, instead }) =>
        publish([
          ...instead(
            'mail_from_spf',
            `v=spf1 include:amazonses.com ${HOSTS.slice(0, 10)
              .map((host) => `a:${host}`)
              .join(' ')} ~all`,
          ),
          ...HOSTS.map((name): ZoneRecord => ({ name, type: 'A', value: '192.0.2.1' })),
        ]),
      finding: {
        code: 'spf_too_many_lookups',
        severity: 'error',
        title: 'The SPF record needs too many DNS lookups',
        detail:
          'The SPF record at `asend.example.com` needs more than the 10 DNS lookups that receivers make (RFC 7208 §4.6.4). The first one over is "a:a9.example.com" in the record of "asend.example.com".',
        fix: 'These terms cause lookups: "a:a0.example.com", "a:a1.example.com", "a:a2.example.com", "a:a3.example.com", "a:a4.example.com", "a:a5.example.com", "a:a6.example.com", "a:a7.example.com", "a:a8.example.com", "a:a9.example.com". Remove the ones you no longer need. Mail that we send needs only `v=spf1 include:amazonses.com ~all`.',
        copy: { label: 'Copy SPF record', value: 'v=spf1 include:amazonses.com ~all' },
        evidence: shownBy('asend.example.com', 'TXT', [
          'v=spf1 include:amazonses.com a:a0.example.com a:a1.example.com a:a2.example.com a:a3.example.com a:a4.example.com a:a5.example.com a:a6.example.com a:a7.example.com a:a8.example.com a:a9.example.com ~… (203 characters)',
        ]),
      },
    },
    nearMiss: {
      what: 'ten look-ups, which is as many as there may be',
      arrange: ({ publish, instead }) =>
        publish([
          ...instead(
            'mail_from_spf',
            `v=spf1 include:amazonses.com ${HOSTS.slice(0, 9)
              .map((host) => `a:${host}`)
              .join(' ')} ~all`,
          ),
          ...HOSTS.map((name): ZoneRecord => ({ name, type: 'A', value: '192.0.2.1' })),
        ]),
      codes: [],
    },
  },
  {
    code: 'spf_mechanism_missing',
    at: 'mail_from_spf',
    mistake: {
      arrange: ({ publish, instead }) =>
        publish([
          ...instead('mail_from_spf', 'v=spf1 include:_spf.example.com ~all'),
          { name: '_spf.example.com', type: 'TXT', value: 'v=spf1 ip4:192.0.2.1 ~all' },
        ]),
      finding: {
        code: 'spf_mechanism_missing',
        severity: 'error',
        title: 'The SPF record doesn’t allow our servers',
        detail:
          'The SPF record at `asend.example.com` doesn’t contain `include:amazonses.com`. We found "v=spf1 include:_spf.example.com ~all".',
        fix: 'Replace the SPF record with this one: `v=spf1 include:amazonses.com include:_spf.example.com ~all`.',
        copy: { label: 'Copy SPF record', value: 'v=spf1 include:amazonses.com include:_spf.example.com ~all' },
        suggestion: 'v=spf1 include:amazonses.com include:_spf.example.com ~all',
        evidence: shownBy('asend.example.com', 'TXT', ['v=spf1 include:_spf.example.com ~all']),
      },
    },
    nearMiss: {
      what: 'our mechanism stands behind an include',
      arrange: ({ publish, instead }) =>
        publish([
          ...instead('mail_from_spf', 'v=spf1 include:_spf.example.com ~all'),
          { name: '_spf.example.com', type: 'TXT', value: 'v=spf1 include:amazonses.com ~all' },
        ]),
      codes: [],
    },
  },
  {
    code: 'spf_mechanism_after_all',
    at: 'mail_from_spf',
    mistake: {
      arrange: ({ publish, instead }) =>
        publish(instead('mail_from_spf', 'v=spf1 ip4:192.0.2.1 ~all include:amazonses.com')),
      finding: {
        code: 'spf_mechanism_after_all',
        severity: 'error',
        title: 'The SPF record ends too early',
        detail:
          'In the SPF record at `asend.example.com`, `include:amazonses.com` comes after `all` and is never reached (RFC 7208 §5.1). We found "v=spf1 ip4:192.0.2.1 ~all include:amazonses.com".',
        fix: 'Replace the SPF record with this one: `v=spf1 include:amazonses.com ip4:192.0.2.1 ~all`.',
        copy: { label: 'Copy SPF record', value: 'v=spf1 include:amazonses.com ip4:192.0.2.1 ~all' },
        suggestion: 'v=spf1 include:amazonses.com ip4:192.0.2.1 ~all',
        evidence: shownBy('asend.example.com', 'TXT', ['v=spf1 ip4:192.0.2.1 ~all include:amazonses.com']),
      },
    },
    nearMiss: {
      what: 'something else stands behind `all`',
      arrange: ({ publish, instead }) =>
        publish(instead('mail_from_spf', 'v=spf1 include:amazonses.com ~all ip4:192.0.2.1')),
      codes: [],
    },
  },
  {
    code: 'spf_mechanism_not_reached',
    at: 'mail_from_spf',
    mistake: {
      arrange: ({ publish, instead }) =>
        publish(instead('mail_from_spf', 'v=spf1 -ip4:0.0.0.0/0 include:amazonses.com ~all')),
      finding: {
        code: 'spf_mechanism_not_reached',
        severity: 'error',
        title: 'Our servers are turned away first',
        detail:
          'In the SPF record at `asend.example.com`, "-ip4:0.0.0.0/0" comes before `include:amazonses.com` and matches so many addresses that mail from our servers may never get that far. We found "v=spf1 -ip4:0.0.0.0/0 include:amazonses.com ~all".',
        fix: 'Replace the SPF record with this one: `v=spf1 include:amazonses.com -ip4:0.0.0.0/0 ~all`.',
        copy: { label: 'Copy SPF record', value: 'v=spf1 include:amazonses.com -ip4:0.0.0.0/0 ~all' },
        suggestion: 'v=spf1 include:amazonses.com -ip4:0.0.0.0/0 ~all',
        evidence: shownBy('asend.example.com', 'TXT', ['v=spf1 -ip4:0.0.0.0/0 include:amazonses.com ~all']),
      },
    },
    nearMiss: {
      what: 'a network before ours that is too small to hold our servers as well',
      arrange: ({ publish, instead }) =>
        publish(instead('mail_from_spf', 'v=spf1 -ip4:192.0.2.0/24 include:amazonses.com ~all')),
      codes: [],
    },
  },
  {
    code: 'spf_allows_everyone',
    at: 'mail_from_spf',
    mistake: {
      arrange: ({ publish, instead }) => publish(instead('mail_from_spf', 'v=spf1 include:amazonses.com +all')),
      finding: {
        code: 'spf_allows_everyone',
        severity: 'error',
        title: 'The SPF record allows everyone',
        detail:
          'The SPF record at `asend.example.com` lets anyone send mail as this domain. We found "v=spf1 include:amazonses.com +all".',
        fix: 'Replace the SPF record with this one: `v=spf1 include:amazonses.com ~all`.',
        copy: { label: 'Copy SPF record', value: 'v=spf1 include:amazonses.com ~all' },
        suggestion: 'v=spf1 include:amazonses.com ~all',
        evidence: shownBy('asend.example.com', 'TXT', ['v=spf1 include:amazonses.com +all']),
      },
    },
    nearMiss: {
      what: '`?all`, which says nothing about others',
      arrange: ({ publish, instead }) => publish(instead('mail_from_spf', 'v=spf1 include:amazonses.com ?all')),
      codes: [],
    },
  },
];
