import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type Answer, type DnsRecord, type LookupResult, type Question, questionKey } from '../answers/dns-answer.ts';
import { AT_RECORD } from '../answers/failure.ts';
import { excerptOf } from '../answers/quote-found.ts';
import { checkHost, type HostResult } from './check-host.ts';

/** Records by `name type`; what is not there is NXDOMAIN, and `failed` is a server that does not answer. */
type Zone = Readonly<Record<string, 'failed' | readonly string[]>>;
interface Sender {
  readonly ip?: string;
  readonly domain?: string;
  readonly localPart?: string;
  readonly helo?: string;
}

const source = { server: 'ns.example.com', address: '192.0.2.53', via: 'authoritative', rttMs: 1 } as const;

function readRecord(type: Question['type'], text: string): DnsRecord {
  if (type === 'TXT') return { type, strings: [text] };
  if (type === 'MX') return { type, preference: 10, exchange: text };
  assert.ok(type === 'A' || type === 'AAAA', `SPF needs no ${type} records`);
  return { type, address: text };
}

function answer(zone: Zone, { name, type }: Question): Answer {
  const found = zone[`${name} ${type}`];
  if (found === 'failed')
    return { outcome: 'failed', reason: 'timeout', kind: 'silent', transport: 'udp', step: AT_RECORD, source };
  if (found === undefined) return { outcome: 'absent', reason: 'nxdomain', negativeTtlSeconds: 60, source };
  return { outcome: 'found', records: found.map((text) => readRecord(type, text)), ttlSeconds: 60, source };
}

function evaluate(zone: Zone, sender: Sender = {}): { value: HostResult; asked: string[] } {
  const lookups = new Map<string, LookupResult>();
  const input = { ip: '192.0.2.7', domain: 'example.com', localPart: 'ada', helo: 'mx.example.com', ...sender };
  for (let round = 0; round < 60; round += 1) {
    const step = checkHost({ ...input, lookups });
    if (step.done) return { value: step.value, asked: [...lookups.values()].map(({ question }) => question.name) };
    assert.ok(step.ask.length > 0, 'a step that is not done asks for something');
    for (const question of step.ask) {
      assert.ok(!lookups.has(questionKey(question)), `${question.name} is asked for twice`);
      lookups.set(questionKey(question), { question, answers: [answer(zone, question)], aliases: [], zone: undefined });
    }
  }
  throw new Error('It asks without end.');
}

const check = (zone: Zone, sender?: Sender): HostResult => evaluate(zone, sender).value;
const spf = (terms: string): Zone => ({ 'example.com TXT': [`v=spf1 ${terms}`] });
const byTerm = (result: HostResult['result'], term: string, domain = 'example.com'): HostResult => ({
  result,
  because: { what: 'term', term, domain },
});
const noMatch: HostResult = { result: 'neutral', because: { what: 'no_match', domain: 'example.com' } };
const unanswered = (name: string): HostResult => ({ result: 'temperror', because: { what: 'unanswered', name } });

describe('a name and its record (RFC 7208 §4.3 to §4.5)', () => {
  const noRecord = (domain: string): HostResult => ({ result: 'none', because: { what: 'no_record', domain } });
  const cases: readonly (readonly [why: string, zone: Zone, result: HostResult, domain?: string])[] = [
    ['no TXT record', {}, noRecord('example.com')],
    ['TXT records of other things only', { 'example.com TXT': ['hello', 'v=spf10 -all'] }, noRecord('example.com')],
    ['one SPF record beside other things', { 'example.com TXT': ['x', 'v=spf1 -all'] }, byTerm('fail', '-all')],
    [
      'two SPF records, even where they say the same',
      { 'example.com TXT': ['v=spf1 -all', 'v=spf1 -all'] },
      { result: 'permerror', because: { what: 'several_records', domain: 'example.com' } },
    ],
    ['a server that does not answer', { 'example.com TXT': 'failed' }, unanswered('example.com')],
    ['a record without terms', { 'example.com TXT': ['v=spf1'] }, noMatch],
    ['a name of one label', { 'localhost TXT': ['v=spf1 +all'] }, noRecord('localhost'), 'localhost'],
    ['an empty label', { 'a..example TXT': ['v=spf1 +all'] }, noRecord('a..example'), 'a..example'],
    ['no name', {}, noRecord(''), ''],
  ];
  for (const [why, zone, result, domain = 'example.com'] of cases)
    it(`${why}: ${result.result}`, () => assert.deepEqual(check(zone, { domain }), result));

  for (const length of [63, 64])
    it(`a label of ${length} octets is ${length === 63 ? 'asked for' : 'never asked for'}`, () => {
      const domain = `${'x'.repeat(length)}.example`;
      assert.deepEqual(evaluate({}, { domain }).asked, length === 63 ? [domain] : []);
    });

  for (const terms of ['ip4:192.0.2.0/33 +all', '+all nonsense', 'include: +all'])
    it(`a term that is wrong stops all, also beside one that matches: ${terms}`, () => {
      const { result, because } = check(spf(terms));
      assert.deepEqual([result, because.what], ['permerror', 'problem']);
    });
});

describe('the result is that of the first term that matches (RFC 7208 §4.6.2)', () => {
  for (const [terms, result] of [
    ['all', byTerm('pass', 'all')],
    ['+all', byTerm('pass', '+all')],
    ['-all', byTerm('fail', '-all')],
    ['~all', byTerm('softfail', '~all')],
    ['?all', byTerm('neutral', '?all')],
    ['ip4:192.0.2.7 -all', byTerm('pass', 'ip4:192.0.2.7')],
    ['-ip4:192.0.2.7 +all', byTerm('fail', '-ip4:192.0.2.7')],
    ['ip4:192.0.2.8 -all', byTerm('fail', '-all')],
    ['ip4:192.0.2.8', noMatch],
    ['ip6:2001:db8::7', noMatch],
    ['ptr', noMatch],
    ['unknown=x', noMatch],
    ['redirect=other.example ~all', byTerm('softfail', '~all')],
  ] as const)
    it(`${terms}: ${result.result}`, () => assert.deepEqual(check(spf(terms)), result));
});

describe('networks, to the bit (RFC 7208 §5.6)', () => {
  const cases: readonly (readonly [ip: string, network: string, isIn: boolean])[] = [
    ['192.0.2.0', 'ip4:192.0.2.0/24', true],
    ['192.0.2.255', 'ip4:192.0.2.0/24', true],
    ['192.0.1.255', 'ip4:192.0.2.0/24', false],
    ['192.0.3.0', 'ip4:192.0.2.0/24', false],
    ['192.0.2.255', 'ip4:192.0.2.9/24', true],
    ['192.0.2.128', 'ip4:192.0.2.129/31', true],
    ['192.0.2.130', 'ip4:192.0.2.129/31', false],
    ['0.0.0.0', 'ip4:255.255.255.255/0', true],
    ['255.255.255.255', 'ip4:0.0.0.0/0', true],
    ['255.255.255.255', 'ip4:0.0.0.0/1', false],
    ['2001:db8::', 'ip6:2001:db8::/32', true],
    ['2001:db8:ffff:ffff:ffff:ffff:ffff:ffff', 'ip6:2001:db8::/32', true],
    ['2001:db9::', 'ip6:2001:db8::/32', false],
    ['2001:DB8::A', 'ip6:2001:db8::a', true],
    ['2001:db8::b', 'ip6:2001:db8::a', false],
    ['::', 'ip6:ffff::/0', true],
    ['::', 'ip4:0.0.0.0/0', false],
    ['192.0.2.1', 'ip6:::/0', false],
    // An IPv4 sender in IPv6 clothes is an IPv4 sender (§5); other forms that hold an IPv4 address are not.
    ['::ffff:192.0.2.1', 'ip4:192.0.2.1', true],
    ['::FFFF:c000:201', 'ip4:192.0.2.1', true],
    ['::ffff:192.0.2.1', 'ip6:::/0', false],
    ['::192.0.2.1', 'ip4:192.0.2.1', false],
    ['::fffe:192.0.2.1', 'ip4:192.0.2.1', false],
    ['1::ffff:192.0.2.1', 'ip4:192.0.2.1', false],
  ];
  for (const [ip, network, isIn] of cases)
    it(`${ip} is ${isIn ? 'in' : 'not in'} ${network}`, () =>
      assert.equal(check(spf(`${network} -all`), { ip }).result, isIn ? 'pass' : 'fail'));

  it('a sender is in a network exactly where the first bits are the same', () => {
    const number = fc.nat(0xffff_ffff);
    const text = (bits: number) => [24, 16, 8, 0].map((shift) => (bits >>> shift) & 255).join('.');
    fc.assert(
      fc.property(number, fc.nat(31), fc.integer({ min: 1, max: 32 }), (network, flipped, prefix) => {
        const ip = text((network ^ (1 << (31 - flipped))) >>> 0);
        const { result } = check(spf(`ip4:${text(network)}/${prefix} -all`), { ip });
        assert.equal(result, flipped >= prefix ? 'pass' : 'fail');
      }),
    );
  });
});

describe('a, mx and exists (RFC 7208 §5.3, §5.4, §5.7)', () => {
  const hosts: Zone = {
    'example.com A': ['198.51.100.1', '192.0.2.7'],
    'example.com AAAA': ['2001:db8::7'],
    'example.com MX': ['mx1.example.com', 'mx2.example.com'],
    'mx1.example.com A': ['198.51.100.2'],
    'mx2.example.com A': ['192.0.2.9'],
    'mx2.example.com AAAA': ['2001:db8:1::9'],
    'null.example MX': [''],
    'away.example A': ['192.0.2.200'],
    'down.example A': 'failed',
    'down.example MX': 'failed',
    'half.example MX': ['down.example', 'mx2.example.com'],
    'four.example A': ['127.0.0.2'],
    '7.2.0.192.in-addr.list.example A': ['127.0.0.2'],
    'ada.list.example A': ['127.0.0.2'],
    'postmaster.list.example A': ['127.0.0.3'],
  };
  const cases: readonly (readonly [terms: string, result: HostResult['result'], sender?: Sender])[] = [
    ['a', 'pass'],
    ['a', 'fail', { ip: '192.0.2.8' }],
    ['a/31', 'pass', { ip: '192.0.2.6' }],
    ['a/31', 'fail', { ip: '192.0.2.8' }],
    ['a:away.example', 'fail'],
    ['a:away.example/24', 'pass'],
    ['a', 'pass', { ip: '2001:db8::7' }],
    ['a/0', 'fail', { ip: '2001:db8::8' }],
    ['a//64', 'pass', { ip: '2001:db8::8' }],
    ['a//64', 'fail', { ip: '192.0.2.8' }],
    ['mx', 'pass', { ip: '192.0.2.9' }],
    ['mx', 'fail', { ip: '192.0.2.7' }],
    ['mx/24', 'pass', { ip: '192.0.2.7' }],
    ['mx//48', 'pass', { ip: '2001:db8:1::1' }],
    ['mx:null.example', 'fail'],
    ['mx:half.example', 'temperror', { ip: '192.0.2.9' }],
    ['mx:down.example', 'temperror'],
    ['a:down.example', 'temperror'],
    ['exists:down.example', 'temperror'],
    ['exists:four.example', 'pass'],
    // exists asks for A, over IPv6 too.
    ['exists:four.example', 'pass', { ip: '2001:db8::1' }],
    ['exists:none.example', 'fail'],
    ['exists:%{ir}.%{v}.list.example', 'pass'],
    ['exists:%{ir}.%{v}.list.example', 'fail', { ip: '192.0.2.8' }],
    ['exists:%{l}.list.example', 'pass'],
    ['exists:%{l}.list.example', 'pass', { localPart: '' }],
    ['exists:%{l}.list.example', 'fail', { localPart: 'bob' }],
    // What the sender chose makes a name that nobody can ask for: no match, and no error (§4.8).
    ['exists:%{l}.list.example', 'fail', { localPart: 'a b' }],
    ['exists:%{l}.list.example', 'fail', { localPart: 'a..b' }],
    ['exists:%{l}.list.example', 'fail', { localPart: 'x'.repeat(64) }],
    ['exists:%{h}', 'pass', { helo: 'four.example' }],
  ];
  for (const [terms, result, sender] of cases)
    it(`${terms} and ${JSON.stringify(sender ?? {})}: ${result}`, () =>
      assert.equal(check({ ...hosts, ...spf(`${terms} -all`) }, sender).result, result));

  it('the address of an IPv6 sender is 32 digits with dots between them, zeros in front too (§7.3)', () => {
    const { asked } = evaluate(spf('exists:%{i}.%{v}.example'), { ip: '1::2' });
    assert.deepEqual(asked.slice(1), [`0.0.0.1.${'0.'.repeat(27)}2.ip6.example`]);
  });

  it('the address of an IPv4 sender in IPv6 clothes is the dotted one', () => {
    const { asked } = evaluate(spf('exists:%{i}.%{v}.example'), { ip: '::ffff:192.0.2.1' });
    assert.deepEqual(asked.slice(1), ['192.0.2.1.in-addr.example']);
  });

  it('what stands behind the term that matches is not asked for', () => {
    assert.deepEqual(evaluate({ ...hosts, ...spf('a include:other.example mx') }).asked, [
      'example.com',
      'example.com',
    ]);
  });
});

describe('include and redirect (RFC 7208 §5.2, §6.1)', () => {
  const target = (term: string, problem: object) => ({
    result: 'permerror',
    because: { what: 'problem', problem: { what: 'target', term: excerptOf(term), problem } },
  });
  const noRecord = { what: 'no_record', name: excerptOf('b.example') };
  const several = { result: 'permerror', because: { what: 'several_records', domain: 'b.example' } };
  const cases: readonly (readonly [inner: Zone[string] | null, included: object, redirected: object])[] = [
    [['v=spf1 +all'], byTerm('pass', 'include:b.example'), byTerm('pass', '+all', 'b.example')],
    [['v=spf1 -all'], byTerm('softfail', '~all'), byTerm('fail', '-all', 'b.example')],
    [['v=spf1 ~all'], byTerm('softfail', '~all'), byTerm('softfail', '~all', 'b.example')],
    [['v=spf1 ?all'], byTerm('softfail', '~all'), byTerm('neutral', '?all', 'b.example')],
    [['v=spf1'], byTerm('softfail', '~all'), { result: 'neutral', because: { what: 'no_match', domain: 'b.example' } }],
    [null, target('include:b.example', noRecord), target('redirect=b.example', noRecord)],
    [['hello'], target('include:b.example', noRecord), target('redirect=b.example', noRecord)],
    [['v=spf1 +all', 'v=spf1 +all'], several, several],
    ['failed', unanswered('b.example'), unanswered('b.example')],
  ];
  for (const [inner, included, redirected] of cases) {
    const zone: Zone = inner === null ? {} : { 'b.example TXT': inner };
    it(`include of ${JSON.stringify(inner)}`, () =>
      assert.deepEqual(check({ ...zone, ...spf('include:b.example ~all') }), included));
    it(`redirect to ${JSON.stringify(inner)}`, () =>
      assert.deepEqual(check({ ...zone, ...spf('ip4:203.0.113.1 redirect=b.example') }), redirected));
  }

  it('the qualifier of an include is the result where the record behind it says pass', () => {
    const zone = { 'b.example TXT': ['v=spf1 +all'] };
    assert.deepEqual(check({ ...zone, ...spf('-include:b.example +all') }), byTerm('fail', '-include:b.example'));
  });

  it('where a redirect leads, %{d} and a bare a are of the new name, and %{o} stays that of the sender', () => {
    const zone = { 'b.example TXT': ['v=spf1 a exists:%{d}.list.test exists:%{o}.list.test -all'] };
    assert.deepEqual(evaluate({ ...zone, ...spf('redirect=b.example') }).asked, [
      'example.com',
      'b.example',
      'b.example',
      'b.example.list.test',
      'example.com.list.test',
    ]);
  });

  it('a name that a macro makes impossible is a permerror, since nothing can be there', () => {
    assert.deepEqual(
      check(spf('include:%{l}.example -all'), { localPart: 'a b' }),
      target('include:%{l}.example', { what: 'impossible_name' }),
    );
  });
});

describe('the limits that stop an evaluation (RFC 7208 §4.6.4)', () => {
  const repeat = (count: number, build: (index: number) => string) => Array.from({ length: count }, (_, i) => build(i));
  const there: Zone = Object.fromEntries(
    repeat(11, (i) => `h${i}.example`).flatMap((name) => [
      [`${name} A`, ['203.0.113.1']],
      [`${name} TXT`, ['v=spf1 -all']],
    ]),
  );

  for (const [kind, build] of [
    ['a', (i: number) => `a:h${i}.example`],
    ['include', (i: number) => `include:h${i}.example`],
    ['ptr, which is not even asked for', () => 'ptr'],
  ] as const) {
    it(`ten terms of ${kind} are evaluated`, () =>
      assert.equal(check({ ...there, ...spf(`${repeat(10, build).join(' ')} -all`) }).result, 'fail'));
    it(`the eleventh term of ${kind} is a permerror that names it`, () =>
      assert.deepEqual(check({ ...there, ...spf(`${repeat(11, build).join(' ')} -all`) }), {
        result: 'permerror',
        because: {
          what: 'limit',
          limit: { what: 'lookups', limit: 10, term: excerptOf(build(10)), domain: excerptOf('example.com') },
        },
      }));
  }

  it('ip4, ip6, all and exp cost no look-up', () => {
    const free = repeat(30, (i) => `ip4:203.0.113.${i} ip6:2001:db8::${i}`).join(' ');
    const { value, asked } = evaluate(spf(`${free} -all exp=e.example`));
    assert.deepEqual([value.result, asked], ['fail', ['example.com']]);
  });

  it('a match before the limit ends the evaluation, whatever would follow', () => {
    const terms = `${repeat(10, () => 'ptr').join(' ')} ip4:192.0.2.7 ptr -all`;
    assert.deepEqual(check(spf(terms)), byTerm('pass', 'ip4:192.0.2.7'));
  });

  for (const links of [10, 11])
    it(`a chain of ${links} redirects is ${links > 10 ? 'a permerror' : 'followed'}`, () => {
      const chain = Object.fromEntries(
        repeat(links, (i) => `r${i}.example TXT`).map((key, i) => [
          key,
          [i === links - 1 ? 'v=spf1 +all' : `v=spf1 redirect=r${i + 1}.example`],
        ]),
      );
      assert.equal(check({ ...chain, ...spf('redirect=r0.example') }).result, links > 10 ? 'permerror' : 'pass');
    });

  for (const terms of ['include:example.com -all', 'redirect=example.com'])
    it(`a record that leads to itself ends at the limit: ${terms}`, () => {
      const { because } = check(spf(terms));
      assert.ok(because.what === 'limit' && because.limit.what === 'lookups');
    });

  it('two look-ups that find nothing are borne, the third is a permerror that names all of them', () => {
    assert.equal(check(spf('a:x.example mx:y.example -all')).result, 'fail');
    assert.deepEqual(check(spf('a:x.example mx:y.example exists:z.example -all')), {
      result: 'permerror',
      because: {
        what: 'limit',
        limit: {
          what: 'void_lookups',
          limit: 2,
          terms: { shown: ['a:x.example', 'mx:y.example', 'exists:z.example'].map(excerptOf), count: 3 },
        },
      },
    });
  });

  for (const count of [10, 11])
    it(`an mx of ${count} hosts is ${count > 10 ? 'a permerror' : 'evaluated to the last host'}`, () => {
      const zone: Zone = {
        ...there,
        'example.com MX': repeat(count, (i) => `h${i}.example`),
        'h9.example A': ['192.0.2.7'],
      };
      assert.deepEqual(
        check({ ...zone, ...spf('mx -all') }),
        count > 10
          ? {
              result: 'permerror',
              because: { what: 'limit', limit: { what: 'mail_servers', limit: 10, term: excerptOf('mx'), count } },
            }
          : byTerm('pass', 'mx'),
      );
    });
});
