import { txt, type VerdictRow } from './row.ts';

const dmarc = (guarantee: string, text: string): VerdictRow => ({
  guarantee,
  lines: ({ instead, domain }) => instead('dmarc', `${text}; rua=mailto:reports@${domain}`),
  isVerified: true,
  told: { dmarc: ['dmarc_invalid'] },
});

function cutAt(text: string, places: readonly number[]): Buffer[] {
  return [0, ...places].map((from, at) => Buffer.from(text.slice(from, places[at])));
}

/** What is set up oddly, and every receiver sees it all the same. */
export const SEEN_BY_RECEIVERS: readonly VerdictRow[] = [
  {
    guarantee: 'all five as they are shown: verified, and nothing to say',
    lines: ({ shown }) => shown,
    isVerified: true,
    told: { ownership: [], dkim: [], mail_from_mx: [], mail_from_spf: [], dmarc: [], zone: [] },
  },
  {
    guarantee: 'keys on a server that answers for them and refuses SOA and NS are verified, and that is told',
    lines: ({ without, domain }) => [
      ...without('dkim'),
      { name: `_domainkey.${domain}`, type: 'NS', value: 'ns.filtered.net' },
    ],
    isVerified: true,
    told: { ownership: [], dkim: [], zone: ['soa_not_answered'] },
  },
  {
    guarantee: 'a zone whose own NS records name an old host is verified, and the stale records are named',
    lines: ({ shown }) => shown,
    setup: 'stale_ns',
    isVerified: true,
    told: { ownership: [], dkim: [], zone: ['ns_records_outdated'] },
  },
  {
    guarantee: 'a server that answers without authority is believed where a resolver is, and told',
    lines: ({ shown }) => shown,
    setup: 'without_authority',
    isVerified: true,
    told: { ownership: [], dkim: [], zone: ['answered_without_authority'] },
  },
  {
    guarantee: 'a key behind three CNAMEs, in strings of any length, below a wildcard for everything, is verified',
    lines: ({ without, name, value, zone }) => [
      ...without('dkim'),
      { name: name.dkim, type: 'CNAME', value: `one.${zone}` },
      { name: `one.${zone}`, type: 'CNAME', value: `two.${zone}` },
      { name: `two.${zone}`, type: 'CNAME', value: `three.${zone}` },
      { name: `three.${zone}`, type: 'TXT', value: '', strings: cutAt(value.dkim, [1, 20, 21, 200]) },
      txt(`*.${zone}`, 'v=spf1 -all'),
    ],
    isVerified: true,
    told: { ownership: [], dkim: [], mail_from_mx: [], mail_from_spf: [], dmarc: [], zone: [] },
  },
  ...['\xc2\xa0', '\xe2\x81\x9f', '\xa0', '\x0b', '\r\n'].map(
    (space): VerdictRow => ({
      guarantee: `white space behind the ownership value is accepted: ${JSON.stringify(space)}`,
      lines: ({ instead, value }) => instead('ownership', value.ownership + space),
      isVerified: true,
      told: { ownership: ['value_has_spaces'] },
    }),
  ),
  dmarc('a policy without p= and with a report address counts as p=none', 'v=DMARC1'),
  dmarc('a policy that is none, beside a report address, counts as p=none', 'v=DMARC1; p=monitor'),
  dmarc('a policy for subdomains that is none counts as p=none, too', 'v=DMARC1; p=reject; sp=bogus'),
  ...[['v=DMARC1; p=none', 'v=DMARC1; p=reject'], ['v=dmarc1; p=none']].map(
    (texts): VerdictRow => ({
      guarantee: `below a parent with a policy, that one applies in place of ${JSON.stringify(texts)}`,
      subdomain: 'mail',
      lines: ({ instead, zone }) => [...instead('dmarc', ...texts), txt(`_dmarc.${zone}`, 'v=DMARC1; p=reject')],
      isVerified: true,
      told: { dmarc: [texts.length > 1 ? 'dmarc_multiple' : 'dmarc_invalid', 'dmarc_at_parent'] },
    }),
  ),
];
