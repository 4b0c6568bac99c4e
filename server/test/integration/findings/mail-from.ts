import type { ZoneRecord } from '../../support/dns-server-zones.ts';
import type { FindingCase } from '../../support/findings.ts';

const HOSTS = Array.from({ length: 10 }, (_, n) => `a${n}.example.com`);

/** The two records of the MAIL FROM domain. */
export const MAIL_FROM: readonly FindingCase[] = [
  {
    code: 'mx_extra',
    at: 'mail_from_mx',
    mistake: {
      arrange: ({ publish, shown }) =>
        publish([...shown, { name: 'asend.example.com', type: 'MX', value: 'mail.example.com', priority: 10 }]),
      finding: 0 as never,
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
      finding: 0 as never,
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
      finding: 0 as never,
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
      finding: 0 as never,
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
      finding: 0 as never,
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
      finding: 0 as never,
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
      finding: 0 as never,
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
      finding: 0 as never,
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
      finding: 0 as never,
    },
    nearMiss: {
      what: 'something else stands behind `all`',

      arrange: ({ publish, instead }) =>
        publish(instead('mail_from_spf', 'v=spf1 include:amazonses.com ~all ip4:192.0.2.1')),
      codes: [],
    },
  },
  {
    code: 'spf_allows_everyone',
    at: 'mail_from_spf',
    mistake: {
      arrange: ({ publish, instead }) => publish(instead('mail_from_spf', 'v=spf1 include:amazonses.com +all')),
      finding: 0 as never,
    },
    nearMiss: {
      what: '`?all`, which says nothing about others',

      arrange: ({ publish, instead }) => publish(instead('mail_from_spf', 'v=spf1 include:amazonses.com ?all')),
      codes: [],
    },
  },
];
