import { type RowWorld, txt, type VerdictRow } from './row.ts';

const MAIL_HOST = 'feedback-smtp.us-east-1.amazonses.com';

const key = (
  guarantee: string,
  text: (world: RowWorld) => string,
  code: 'value_mismatch' | 'value_truncated',
): VerdictRow => ({
  guarantee: `a spoilt key is told by what happened to it: ${guarantee}`,
  lines: (world) => world.instead('dkim', text(world)),
  isVerified: false,
  told: { dkim: [code] },
});

/** What was told wrongly, or in words that did not fit. */
export const TOLD_AS_IT_IS: readonly VerdictRow[] = [
  {
    guarantee: 'a zone that all its servers refuse is told as that, and no address of ours is shown',
    lines: ({ shown }) => shown,
    setup: 'not_served',
    isVerified: false,
    told: { zone: ['zone_not_served'] },
  },
  {
    guarantee: 'servers without TCP are told for what never mends itself',
    lines: ({ shown, name }) => [
      ...shown,
      ...Array.from({ length: 8 }, (_, at) => txt(name.ownership, `${at}`.repeat(250))),
    ],
    setup: 'without_tcp',
    isVerified: false,
    told: { zone: ['nameserver_without_tcp'] },
  },
  {
    guarantee: 'a TCP port that takes connections and never answers is told like one that is closed',
    lines: ({ shown, name }) => [
      ...shown,
      ...Array.from({ length: 8 }, (_, at) => txt(name.ownership, `${at}`.repeat(250))),
    ],
    setup: 'silent_tcp',
    isVerified: false,
    told: { zone: ['nameserver_without_tcp'] },
  },
  {
    guarantee: 'name servers with private addresses are told as that: it never mends itself',
    lines: ({ shown }) => shown,
    setup: 'private',
    isVerified: false,
    told: { zone: ['nameserver_not_public'] },
  },
  {
    guarantee: 'of three servers one lacks the key: the domain waits until they agree, and is told which one differs',
    lines: ({ shown }) => shown,
    elsewhere: ({ without }) => without('dkim'),
    setup: 'mixed',
    isVerified: false,
    told: { ownership: [], dkim: ['nameservers_disagree'] },
  },
  {
    guarantee: 'a wildcard that answers in place of the key is told as that',
    lines: ({ without, zone }) => [...without('dkim'), txt(`*._domainkey.${zone}`, 'v=DKIM1; p=')],
    isVerified: false,
    told: { dkim: ['wildcard_answer'] },
  },
  {
    guarantee: 'keys that are delegated to a server that does not hold them are for the panel of the zone above',
    lines: ({ without, domain }) => [
      ...without('dkim'),
      { name: `_domainkey.${domain}`, type: 'NS', value: 'old.registry.net' },
    ],
    isVerified: false,
    told: { ownership: [], dkim: [], zone: ['zone_not_served'] },
  },
  {
    guarantee: 'keys that are delegated to a name without an address are for the panel of the zone above',
    lines: ({ without, domain }) => [
      ...without('dkim'),
      { name: `_domainkey.${domain}`, type: 'NS', value: 'nowhere.registry.net' },
    ],
    isVerified: false,
    told: { ownership: [], dkim: [], zone: ['delegation_missing'] },
  },
  ...[
    ['a byte order mark', '\xef\xbb\xbf', ''],
    ['Word quotes', '\xe2\x80\x9c', '\xe2\x80\x9d'],
    ['a dash', '- ', ''],
    ['text', 'xxx ', ''],
  ].map(
    ([what, before, after]): VerdictRow => ({
      guarantee: `an SPF record with something before it is shown: ${what}`,
      lines: ({ instead, value }) => instead('mail_from_spf', `${before}${value.mail_from_spf}${after}`),
      isVerified: true,
      told: { mail_from_spf: ['value_mismatch'] },
    }),
  ),
  key('k=RSA is the same key', ({ value }) => value.dkim.replace('k=rsa', 'k=RSA'), 'value_mismatch'),
  key('quoted, and cut at 255', ({ value }) => `"${value.dkim}`.slice(0, 255), 'value_truncated'),
  key(
    'PEM armor',
    ({ key: text }) => `v=DKIM1; k=rsa; p=-----BEGIN PUBLIC KEY-----${text}-----END PUBLIC KEY-----`,
    'value_mismatch',
  ),
  key('a whole BIND line', ({ value, name }) => `${name.dkim}. IN TXT ( "${value.dkim}" )`, 'value_mismatch'),
  key('in lower case', ({ value }) => value.dkim.toLowerCase(), 'value_mismatch'),
  key('P= in capitals', ({ value }) => value.dkim.replace('p=', 'P='), 'value_mismatch'),
  key('semicolons that were lost', ({ value }) => value.dkim.replaceAll(';', ''), 'value_mismatch'),
  key('a space in the version', ({ value }) => value.dkim.replace('DKIM1', 'DKIM 1'), 'value_mismatch'),
  {
    guarantee: 'report addresses that no reports go to are told',
    lines: ({ instead }) => instead('dmarc', 'v=DMARC1; p=none; rua=dmarc@example.com'),
    isVerified: true,
    told: { dmarc: ['dmarc_report_address_invalid'] },
  },
  {
    guarantee: 'a priority in the host field of an MX is told as that',
    lines: ({ without, name }) => [
      ...without('mail_from_mx'),
      { name: name.mail_from_mx, type: 'MX', priority: 10, value: `10\\032${MAIL_HOST}` },
    ],
    isVerified: true,
    told: { mail_from_mx: ['value_mismatch'] },
  },
  {
    guarantee: 'an SPF record at the top of the zone is found there',
    lines: ({ without, domain, value }) => [...without('mail_from_spf'), txt(domain, value.mail_from_spf)],
    isVerified: true,
    told: { mail_from_spf: ['published_at_apex'] },
  },
  ...(
    [
      ['cut off', (value: string) => value.slice(0, 255), 'value_truncated'],
      ['quoted', (value: string) => `"${value}"`, 'value_quoted'],
      ['with backslashes', (value: string) => value.replaceAll(';', '\\;'), 'value_mismatch'],
    ] as const
  ).map(
    ([what, spoil, code]): VerdictRow => ({
      guarantee: `before verify, our key is told as ours: ${what}`,
      lines: ({ instead, value }) => instead('dkim', spoil(value.dkim)),
      told: { dkim: [code] },
    }),
  ),
  {
    guarantee: 'before verify, our mail server beside another is told as that, and ours is not to be deleted',
    lines: ({ shown, name, zone }) => [
      ...shown,
      { name: name.mail_from_mx, type: 'MX', priority: 20, value: `mx.${zone}` },
    ],
    told: { mail_from_mx: ['mx_extra'] },
  },
  {
    guarantee: 'before verify, all five as they are shown are in nobody’s way',
    lines: ({ shown }) => shown,
    told: { ownership: [], dkim: [], mail_from_mx: [], mail_from_spf: [], dmarc: [], zone: [] },
  },
];
