import { createPublicKey } from 'node:crypto';
import { type RowWorld, txt, type VerdictRow } from './row.ts';

const spf = (guarantee: string, terms: (world: RowWorld) => string, code: string, more = ''): VerdictRow => ({
  guarantee,
  lines: (world) => [
    ...world.instead('mail_from_spf', `v=spf1 ${terms(world)}`),
    { name: `yes.${world.domain}`, type: 'A', value: '192.0.2.1' },
    ...[1, 2, 3].map((at) => ({
      ...{ name: `mx.${world.domain}`, type: 'MX' as const, priority: at, value: `gone${at}.${world.domain}` },
    })),
    txt(`a.${world.domain}`, `v=spf1 include:b.${world.domain} ~all`),
    txt(`b.${world.domain}`, `v=spf1 include:a.${world.domain} ~all`),
    txt(`none.${world.domain}`, 'no SPF here'),
    ...(more ? [txt(`more.${world.domain}`, more)] : []),
  ],
  isVerified: true,
  told: { mail_from_spf: [code] as VerdictRow['told']['mail_from_spf'] & object },
});

function toBare(key: string): string {
  return createPublicKey({ key: Buffer.from(key, 'base64'), format: 'der', type: 'spki' })
    .export({ format: 'der', type: 'pkcs1' })
    .toString('base64');
}

/** What looks right, and some receiver fails it. */
export const NEVER_VERIFIED: readonly VerdictRow[] = [
  {
    guarantee: 'our key beside any other text at the selector is not verified, and both are shown',
    lines: ({ instead, value }) => instead('dkim', value.dkim, 'x'),
    isVerified: false,
    told: { dkim: ['multiple_records'] },
  },
  {
    guarantee: 'our key beside an empty text is not verified either',
    lines: ({ instead, value }) => instead('dkim', value.dkim, ''),
    isVerified: false,
    told: { dkim: ['multiple_records'] },
  },
  {
    guarantee: 'our key as PKCS#1 is not verified, and it is said which form to paste',
    lines: ({ instead, key }) => instead('dkim', `v=DKIM1; k=rsa; p=${toBare(key)}`),
    isVerified: false,
    told: { dkim: ['dkim_key_form'] },
  },
  {
    guarantee: 'one base64 character too many is a key that nobody can decode',
    lines: ({ instead, value }) => instead('dkim', `${value.dkim}A`),
    isVerified: false,
    told: { dkim: ['value_mismatch'] },
  },
  {
    guarantee: 'octets behind the key make another key of it',
    lines: ({ instead, value }) => instead('dkim', `${value.dkim}AAAA`),
    isVerified: false,
    told: { dkim: ['value_mismatch'] },
  },
  {
    guarantee: 'a no-break space inside of the key is no white space',
    lines: ({ instead, value }) => instead('dkim', `${value.dkim.slice(0, 100)}\xc2\xa0${value.dkim.slice(100)}`),
    isVerified: false,
    told: { dkim: ['value_mismatch'] },
  },
  {
    guarantee: 'a key that ends behind 1,024 octets is verified, with a warning',
    lines: ({ instead, key }) => instead('dkim', `v=DKIM1; n=${'x'.repeat(800)}; p=${key}`),
    isVerified: true,
    told: { dkim: ['dkim_record_too_long'] },
  },
  ...['v=DMARC1; p=none\xa0', 'v=DMARC1;\x0bp=reject', 'v=DMARC1; p=none\xe2\x80\x8b'].map(
    (text): VerdictRow => ({
      guarantee: `white space that is none makes no DMARC policy: ${JSON.stringify(text)}`,
      lines: ({ instead }) => instead('dmarc', text),
      isVerified: true,
      told: { dmarc: ['dmarc_invalid'] },
    }),
  ),
  spf(
    'a network of all addresses before ours turns our mail away',
    () => '-ip4:0.0.0.0/0 include:amazonses.com ~all',
    'spf_mechanism_not_reached',
  ),
  spf(
    'a constant exists before ours turns our mail away',
    ({ domain }) => `-exists:yes.${domain} include:amazonses.com ~all`,
    'spf_mechanism_not_reached',
  ),
  spf(
    'a network of all addresses lets everyone pass',
    () => 'include:amazonses.com ip4:0.0.0.0/0 ~all',
    'spf_allows_everyone',
  ),
  spf(
    'two halves of all addresses let everyone pass',
    () => 'include:amazonses.com ip4:0.0.0.0/1 ip4:128.0.0.0/1 ~all',
    'spf_allows_everyone',
  ),
  spf(
    'a constant exists lets everyone pass',
    ({ domain }) => `include:amazonses.com exists:yes.${domain} ~all`,
    'spf_allows_everyone',
  ),
  spf(
    'three names that are not there, before ours, are void look-ups of our mail',
    ({ domain }) =>
      `exists:%{i}.a.${domain} exists:%{i}.b.${domain} exists:%{i}.c.${domain} include:amazonses.com ~all`,
    'spf_too_many_lookups',
  ),
  spf(
    'hosts of an mx that have no address are void look-ups',
    ({ domain }) => `mx:mx.${domain} include:amazonses.com ~all`,
    'spf_too_many_lookups',
  ),
  spf('an IPv4 address in ip6 is a syntax error', () => 'include:amazonses.com ip6:198.51.100.3 ~all', 'spf_syntax'),
  spf(
    'an include of a name without an SPF record is an error',
    ({ domain }) => `include:amazonses.com include:none.${domain} ~all`,
    'spf_syntax',
  ),
  spf(
    'two names that include each other are told as that',
    ({ domain }) => `include:amazonses.com include:a.${domain} ~all`,
    'spf_too_many_lookups',
  ),
  spf(
    'eleven look-ups, through an include, are too many',
    ({ domain }) => `include:amazonses.com include:more.${domain} ~all`,
    'spf_too_many_lookups',
    `v=spf1 ${'ptr '.repeat(9)}-all`,
  ),
  spf('ours behind all is never reached', () => '~all include:amazonses.com', 'spf_mechanism_after_all'),
  spf('an equals sign is no colon', () => 'include=amazonses.com ~all', 'spf_mechanism_missing'),
];
