import type { SeededRandom } from '../../support/dns/seeded-random.ts';
import type { SpfCase, SpfZone } from '../../support/verifiers/spf-judges.ts';

/** The mechanism that our regions ask for. */
export const OWN_MECHANISM = 'include:spf.ours.example';

/** Addresses that only our mechanism allows, and some that nothing but a term for everyone may allow. */
export const SENDERS = {
  ours: ['203.0.113.7', '2a0b:5::7'],
  strangers: ['198.51.100.77', '2a02:bad::1', '8.8.8.8', '2a00::1'],
} as const;

const DOMAIN = 'asend.customer.example';

/** Names that records lead to: each a trap or a neighbor of one. Whatever begins with `none` does not exist. */
const NEIGHBORS: SpfZone = {
  'spf.ours.example': { TXT: ['v=spf1 ip4:203.0.113.0/24 ip6:2a0b:5::/48 ~all'] },
  'ok.example': { TXT: ['v=spf1 ip4:192.0.2.0/28 -all'] },
  'nested.example': { TXT: ['v=spf1 include:ok.example include:ok2.example ~all'] },
  'ok2.example': { TXT: ['something else', 'v=spf1 a mx -all'], A: ['192.0.2.20'], MX: [[10, 'mx1.example']] },
  'holds-ours.example': { TXT: ['v=spf1 include:spf.ours.example -all'] },
  'holds-ours-late.example': { TXT: ['v=spf1 -all include:spf.ours.example'] },
  'everyone.example': { TXT: ['v=spf1 +all'] },
  'everyone-ip.example': { TXT: ['v=spf1 ip4:0.0.0.0/0 ip6:::/0 -all'] },
  'everyone-4.example': { TXT: ['v=spf1 ip4:0.0.0.0/0 -all'] },
  'halves.example': { TXT: ['v=spf1 ip4:0.0.0.0/1 ip4:128.0.0.0/1 ip6:::/1 ip6:8000::/1 -all'] },
  'neutral.example': { TXT: ['v=spf1 ?all'] },
  'empty.example': { TXT: ['v=spf1'] },
  'no-spf.example': { TXT: ['nothing of SPF'] },
  'two.example': { TXT: ['v=spf1 -all', 'v=spf1 ~all'] },
  'broken.example': { TXT: ['v=spf1 ipv4:192.0.2.1 -all'] },
  'loop.example': { TXT: ['v=spf1 include:loop.example -all'] },
  'loop-a.example': { TXT: ['v=spf1 include:loop-b.example -all'] },
  'loop-b.example': { TXT: ['v=spf1 include:loop-a.example -all'] },
  'deep1.example': { TXT: ['v=spf1 include:deep2.example ~all'] },
  'deep2.example': { TXT: ['v=spf1 include:deep3.example include:ok.example ~all'] },
  'deep3.example': { TXT: ['v=spf1 a mx include:ok.example ~all'], A: ['192.0.2.30'], MX: [[5, 'mx1.example']] },
  'redirects.example': { TXT: ['v=spf1 redirect=ok.example'] },
  'redirects-ours.example': { TXT: ['v=spf1 redirect=spf.ours.example'] },
  'host.example': { A: ['192.0.2.1'] },
  'host6.example': { AAAA: ['2001:db8:1::1'] },
  'both.example': { A: ['192.0.2.2'], AAAA: ['2001:db8:1::2'] },
  'mx.example': {
    MX: [
      [10, 'mx1.example'],
      [20, 'mx2.example'],
    ],
  },
  'mx-without-hosts.example': {
    MX: [
      [10, 'none-a.example'],
      [20, 'none-b.example'],
    ],
  },
  'mx-null.example': { MX: [[0, '']] },
  'mx1.example': { A: ['192.0.2.11'], AAAA: ['2001:db8:1::11'] },
  'mx2.example': { A: ['192.0.2.12'] },
  'many-mx.example': { MX: Array.from({ length: 11 }, (_, at) => [at, 'mx1.example'] as const) },
  'ten-mx.example': { MX: Array.from({ length: 10 }, (_, at) => [at, 'mx1.example'] as const) },
  'empty-name.example': { TXT: [''] },
  'six.example': { TXT: [`v=spf1 ${[1, 2, 3, 4, 5, 6].map((at) => `a:six${at}.example`).join(' ')} -all`] },
  ...Object.fromEntries([1, 2, 3, 4, 5, 6].map((at) => [`six${at}.example`, { A: ['192.0.2.60'] }])),
  'upper.example': { TXT: ['V=SPF1 IP4:192.0.2.70 -ALL'] },
  'many-mx-inside.example': { TXT: ['v=spf1 mx:many-mx.example -all'] },
  'ldap.customer.example': { A: ['127.0.0.2'] },
  'a.wildcard.example': { A: ['127.0.0.2'] },
};

const NAMES = [...Object.keys(NEIGHBORS), 'none1.example', 'none2.example', 'none3.example'];
const MACRO_NAMES = [
  '%{i}.none1.example',
  '%{i}._spf.none2.example',
  '%{l}.none3.example',
  '%{d}',
  '%{d2}.none1.example',
  '%{h}',
  '%{ir}.%{v}.none.example',
  '%{o}',
  '%{s}.none1.example',
];
const QUALIFIERS = ['', '', '', '', '+', '-', '~', '?'];

/** Every sender's address has a name, as that of a mail server does. */
const SENDERS_ZONE: SpfZone = {
  ...Object.fromEntries(
    [...SENDERS.ours, ...SENDERS.strangers].map((address) => [reverse(address), { PTR: ['host.senders.example'] }]),
  ),
  'host.senders.example': {
    A: [...SENDERS.ours, ...SENDERS.strangers].filter((address) => address.includes('.')),
    AAAA: [...SENDERS.ours, ...SENDERS.strangers].filter((address) => address.includes(':')),
  },
};

/** The name below in-addr.arpa or ip6.arpa that has the PTR records of an address. */
function reverse(address: string): string {
  if (address.includes('.')) return `${address.split('.').reverse().join('.')}.in-addr.arpa`;
  const [head = '', tail = ''] = address.split('::');
  const groups = (text: string) =>
    text
      .split(':')
      .map((group) => group.padStart(4, '0'))
      .join('');
  const digits = groups(head) + groups(tail).padStart(32 - groups(head).length, '0');
  return `${[...digits].reverse().join('.')}.ip6.arpa`;
}

/** Makes a case: a record of random terms, mostly with our mechanism among them, and now and then a slip of the hand. */
export function buildSpfCase(random: SeededRandom): SpfCase {
  const terms = Array.from({ length: random.below(6) }, () => buildTerm(random));
  if (random.below(10) > 0) {
    const own =
      random.pick(['', '', '', '', '', '+', '~', '-']) +
      random.pick([
        OWN_MECHANISM,
        OWN_MECHANISM,
        OWN_MECHANISM,
        'include:SPF.Ours.example',
        'include:spf.ours.example.',
      ]);
    terms.splice(random.below(terms.length + 1), 0, own);
  }
  if (random.below(5) > 0)
    terms.push(random.pick(['~all', '-all', '?all', '+all', 'all', 'redirect=ok.example', '~ALL']));
  const record = slip(random, ['v=spf1', ...terms].join(' '));
  const txt = [
    record,
    ...(random.below(8) === 0 ? [random.pick(['something', 'v=spf1 -all', 'V=SPF1 ~all', 'v=spf10 x', ''])] : []),
  ];
  const hosts = random.below(2) === 0 ? {} : { A: ['192.0.2.50'], MX: [[10, 'mx1.example'] as const] };
  return {
    zone: { ...NEIGHBORS, ...SENDERS_ZONE, [DOMAIN]: { TXT: txt, ...hosts } },
    domain: DOMAIN,
    senders: [...SENDERS.ours, ...SENDERS.strangers],
  };
}

function buildTerm(random: SeededRandom): string {
  const qualifier = random.pick(QUALIFIERS);
  const name = () => random.pick(NAMES);
  const spec = () => (random.below(4) === 0 ? random.pick(MACRO_NAMES) : name());
  switch (random.below(14)) {
    case 0:
    case 1:
    case 2:
      return `${qualifier}include:${name()}`;
    case 3:
      return `${qualifier}a${random.pick(['', `:${spec()}`, `:${name()}/24`, '/32', '/0', `:${name()}/0`, `:${name()}//0`, '/24//64'])}`;
    case 4:
      return `${qualifier}mx${random.pick(['', `:${spec()}`, `:${name()}/28`, '//128', '/0//0', `:${name()}/0`])}`;
    case 5:
      return `${qualifier}ip4:${random.pick(['192.0.2.1', '192.0.2.0/24', '0.0.0.0/0', '0.0.0.0/1', '128.0.0.0/1', '192.0.2.1/33', '192.0.2', '2001:db8::1', '192.0.2.1/', '192.0.2.1/032'])}`;
    case 6:
      return `${qualifier}ip6:${random.pick(['2001:db8::1', '2001:db8::/32', '::/0', '::/1', '8000::/1', '::ffff:192.0.2.1', '198.51.100.3', '2001:db8::1/129'])}`;
    case 7:
      return `${qualifier}exists:${spec()}`;
    case 8:
      return `${qualifier}ptr${random.pick(['', ':customer.example'])}`;
    case 9:
      return `redirect=${name()}`;
    case 10:
      return random.pick([
        'exp=explain.example',
        'unknown=value',
        'x-tag=%{d}',
        'moo',
        'include',
        'include:',
        'a:',
        'exists',
        'all:x',
        'ip4',
        'redirect=',
        'exp=',
      ]);
    case 11:
      return `${qualifier}exists:${random.pick(['%{i}.none1.example', '%{i}.none2.example', '%{ir}.none3.example', 'host.example', 'none1.example'])}`;
    case 12:
      return random.pick(['~all', '-all', '?all', '+all']);
    default:
      return `${qualifier}${random.pick(['INCLUDE', 'A', 'Mx'])}:${name()}`;
  }
}

/** What people do to a value between our page and their panel. */
function slip(random: SeededRandom, record: string): string {
  const at = random.below(record.length + 1);
  const insert = (text: string) => record.slice(0, at) + text + record.slice(at);
  switch (random.below(24)) {
    case 0:
      return record.replaceAll(' ', '  ');
    case 1:
      return `${record} `;
    case 2:
      return ` ${record}`;
    case 3:
      return `"${record}"`;
    case 4:
      return record.replace(' ', '\t');
    case 5:
      return insert('\u00a0');
    case 6:
      return insert(
        random.pick([
          ';',
          ',',
          '\\',
          '"',
          "'",
          '\u000b',
          '\u0000',
          '\r',
          '\n',
          '\r\n',
          '\u00ef\u00bb\u00bf',
          '\u00e2\u0080\u008b',
        ]),
      );
    case 7:
      return record.replace('v=spf1', random.pick(['V=SPF1', 'v=spf2', 'v = spf1', 'spf1', 'v=spf1,', 'v=spf1;']));
    case 8:
      return record.replace('include:', random.pick(['include=', 'include: ', 'include:http://', 'includes:']));
    case 9:
      return record.slice(0, at);
    case 10:
      return record.replace(
        ' ',
        ` ${Array.from({ length: 1 + random.below(300) }, (_, host) => `ip4:192.0.2.${host % 256}`).join(' ')} `,
      );
    default:
      return record;
  }
}
