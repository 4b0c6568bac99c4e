import fc from 'fast-check';
import { formatWanted } from '../../../src/core/publishing/plan-rules.ts';
import { formatMx, formatTarget, formatTxt } from '../../../src/core/publishing/rdata.ts';
import type { RrSet } from '../../../src/core/publishing/rr-set.ts';
import { nameWanted } from './plan-world.ts';

/** Cuts a text into character-strings at a place, as another panel would. */
function cut(text: string, at: number): string {
  const place = Math.min(text.length, 1 + (at % 200));
  const strings = [text.slice(0, place)];
  for (let from = place; from < text.length; from += 255) strings.push(text.slice(from, from + 255));
  return strings.map((each) => formatTxt(each)).join(' ');
}

const spfTerm = fc.constantFrom(
  'mx',
  'a',
  'ip4:198.51.100.0/24',
  '-ip4:192.0.2.1',
  'include:amazonses.com',
  '-include:amazonses.com',
  'exists:x.example.net',
  'include:gone.example.net',
  'ipv4:1.2.3.4',
  'a:example.net',
  'ptr',
  'exp=e.example.net',
  'redirect=r.example.net',
);
const spf = fc
  .tuple(
    fc.constantFrom('v=spf1', 'V=SPF1'),
    fc.array(spfTerm, { maxLength: 12 }),
    fc.constantFrom('-all', '~all', '?all', '+all', ''),
  )
  .map(([version, terms, all]) => [version, ...terms, all].filter((part) => part !== '').join(' '));
const dmarc = fc.constantFrom(
  'v=DMARC1; p=none;',
  'v=DMARC1; p=reject',
  'v=DMARC1; p=quarantine; rua=mailto:a@example.net',
  'v=DMARC1; p=nobody',
  'v=dmarc1; p=none',
  ' v=DMARC1; p=none',
  'v=DMARC1',
);
const key = fc.constantFrom('v=DKIM1; k=rsa; p=', 'v=DKIM1; k=rsa; p=MIIB', 'k=rsa; p=MIIBIjANBg', 'v=DKIM1');
const anyText = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 300 }),
  fc.constantFrom('google-site-verification=0', '"quoted"', 'a;b\\c'),
);
const host = fc.constantFrom(
  'mx.example.net',
  'feedback-smtp.us-east-1.amazonses.com',
  'FEEDBACK-SMTP.US-EAST-1.AMAZONSES.COM',
  'mail.example.com',
);
const mx = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.tuple(fc.constantFrom(0, 10, 20, 65_535), host).map(([priority, name]) => formatMx(priority, name)),
  },
  { weight: 1, arbitrary: fc.constant('0 .') },
);

/**
 * Record sets at the names of a domain's records as owners, panels and other services leave them: right, nearly right, others',
 * cut into other strings, several at once, and CNAMEs.
 */
export function randomStanding(domain: string): fc.Arbitrary<RrSet[]> {
  const wanted = nameWanted(domain);
  const setOf = (name: string, type: RrSet['type'], record: fc.Arbitrary<string>, maxLength: number) =>
    fc
      .tuple(fc.uniqueArray(record, { minLength: 1, maxLength }), fc.constantFrom(60, 300, 3600, 86_400))
      .map(([rdata, ttlSeconds]): RrSet => ({ name, type, ttlSeconds, rdata }));
  const texts = (...kinds: fc.Arbitrary<string>[]) =>
    fc
      .tuple(fc.oneof(...kinds), fc.nat(), fc.boolean())
      .map(([text, at, isCut]) => (isCut ? cut(text, at) : formatTxt(text)));
  const nameOf = (kind: keyof typeof wanted, ...kinds: fc.Arbitrary<string>[]) => {
    const { name, value } = wanted[kind];
    const nearly = fc.constantFrom(value, `${value};`, value.slice(0, 20), ` ${value}`, value.toUpperCase());
    const set = setOf(name, 'TXT', texts(nearly, anyText, ...kinds), 3);
    return fc.option(set, { nil: null });
  };
  const target = fc
    .constantFrom('gone.example.net', 'other.example.net', `www.${domain}`)
    .map((each) => formatTarget(each));
  const aliased = fc.subarray([...new Set(Object.values(wanted).map(({ name }) => name))]);
  return fc
    .tuple(
      nameOf('ownership'),
      nameOf('dkim', key),
      nameOf('mail_from_spf', spf, spf),
      nameOf('dmarc', dmarc, dmarc),
      fc.option(
        setOf(wanted.mail_from_mx.name, 'MX', fc.oneof(mx, fc.constant(formatWanted(wanted.mail_from_mx))), 3),
        { nil: null },
      ),
      fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: aliased }),
      target,
    )
    .map(([ownership, dkim, mailFrom, policy, mailServers, aliases, to]) => {
      const sets = [ownership, dkim, mailFrom, policy, mailServers].flatMap((set) => set ?? []);
      const names = new Set<string>(aliases);
      return [
        ...sets.filter(({ name }) => !names.has(name)),
        ...[...names].map((name): RrSet => ({ name, type: 'CNAME', ttlSeconds: 300, rdata: [to] })),
      ];
    });
}
