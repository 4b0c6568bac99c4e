import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { buildMechanismKey, isSpfRecord, parseSpfRecord, parseSpfTerm } from './record.ts';

describe('selecting an SPF record (RFC 7208 §4.5)', () => {
  for (const [text, selected] of [
    ['v=spf1', true],
    ['V=SpF1 -all', true],
    ['v=spf1  -all', true],
    ['v=spf10 -all', false],
    ['v=spf1mx', false],
    ['v=spf1\t-all', false],
    [' v=spf1 -all', false],
    ['"v=spf1 -all"', false],
    ['v = spf1 -all', false],
    ['v=spf', false],
    ['', false],
    ['spf2.0/pra -all', false],
  ] as const)
    it(`${JSON.stringify(text)} is ${selected ? '' : 'not '}one`, () => assert.equal(isSpfRecord(text), selected));
});

describe('parsing an SPF record', () => {
  const right = [
    '',
    'all',
    '-ALL',
    ' a   mx ',
    'a/0//0',
    'a//128',
    'a:example.com/24//64',
    'mx:foo:bar/baz.example.com',
    'a:1-2.com.',
    'a:x.1-2',
    'a:.com',
    'ptr',
    'PTR:example.com',
    'ip4:0.0.0.0/0',
    'ip6:::/0',
    'ip6:::1.1.1.1/0',
    'ip6:1:2:3:4:5:6:7::',
    'exists:%{ir}.%{v}._spf.%{d2}',
    'exists:%{L1r+-=_,/.}.example.com',
    'include:%{d}',
    'include:%%',
    'a:x%-%_y.example.com',
    'redirect=_spf.example.com exp=x.example.com',
    'moo.cow-far_out=',
    'include=example.com',
    'unknown=%{c}%{r}%{t}',
    'v=spf1',
  ];
  for (const terms of right) it(`accepts ${terms}`, () => assert.deepEqual(problemOf(`v=spf1 ${terms}`), null));

  const wrong: readonly (readonly [terms: string, problem: string])[] = [
    ['-all moo', 'unknown_mechanism'],
    ['ipv4:1.2.3.4', 'unknown_mechanism ip4'],
    ['~all;', 'after_all'],
    ['all:example.com', 'after_all'],
    ['--all', 'no_term'],
    ['+-all', 'no_term'],
    ['1up=foo', 'no_term'],
    ['=all', 'no_term'],
    ['include', 'needs_domain include'],
    ['include:', 'no_domain'],
    ['include:localhost', 'no_dot'],
    ['include:localhost.', 'no_dot'],
    ['include:example.com/24', 'top_label'],
    ['include:a.123', 'top_label'],
    ['include:a.-com', 'top_label'],
    ['include:a.com-', 'top_label'],
    ['include:a..', 'top_label'],
    ['include: example.com', 'no_domain'],
    ['a:1.2.3.4', 'address_as_host ip4 a'],
    ['mx:1.2.3.4/24', 'address_as_host ip4 mx'],
    ['a:2001:db8::1', 'address_as_host ip6 a'],
    ['a:2001:db8::1/64', 'address_as_host ip6 a'],
    ['include:1.2.3.4', 'address_as_host ip4 include'],
    ['1.2.3.4', 'address_as_host ip4'],
    ['ip4:2001:db8::1', 'address_as_host ip6 ip4'],
    ['ip:2001:db8::1', 'unknown_mechanism ip6'],
    ['ip:10.0.0.1', 'unknown_mechanism ip4'],
    ['ip6:[2001:db8::1]', 'no_address ip6'],
    ['a:1.2.3.4/33', 'prefix'],
    ['a=b:c a/33', 'prefix'],
    ['a/024', 'prefix'],
    ['a/24/64', 'prefix'],
    ['a/24/24', 'needs_colon_or_slash a'],
    ['a//129', 'prefix'],
    ['a/', 'needs_colon_or_slash a'],
    ['a.example.com', 'needs_colon_or_slash a'],
    ['ptr/0', 'needs_domain ptr'],
    ['ip4', 'needs_address ip4'],
    ['ip4:1.2.3', 'no_address ip4'],
    ['ip4:1.2.3.256', 'no_address ip4'],
    ['ip4:01.2.3.4', 'no_address ip4'],
    ['ip4:1.2.3.4/33', 'prefix'],
    ['ip4:1.2.3.4/032', 'prefix'],
    ['ip4:1.2.3.4//32', 'prefix'],
    ['ip4:1.2.3.4/', 'prefix'],
    ['ip4:1.2.3.4,1.2.3.5', 'no_address ip4'],
    ['ip6:1.2.3.4', 'address_as_host ip4 ip6'],
    ['ip6::CAFE::BABE', 'no_address ip6'],
    ['ip6:1:2:3:4:5:6:7:8:9', 'no_address ip6'],
    ['ip6:1:2:3:4:5:6:7:8::', 'no_address ip6'],
    ['ip6:1.2.3.4::', 'no_address ip6'],
    ['ip6:fe80::1%eth0', 'no_address ip6'],
    ['ip6:::/129', 'prefix'],
    ['exists', 'needs_domain exists'],
    ['exists:%(i).com', 'percent'],
    ['exists:%{i.com', 'percent'],
    ['exists:%{a}.com', 'percent'],
    ['exists:%{d0}.com', 'no_labels_kept'],
    ['exists:%{r}.com', 'explanation_letter r'],
    ['exists:%{i}foo', 'no_dot'],
    ['exists:foo%', 'percent'],
    ['redirect:example.com', 'unknown_mechanism redirect'],
    ['+redirect=example.com', 'unknown_mechanism redirect'],
    ['redirect=', 'no_domain'],
    ['redirect=-all', 'no_dot'],
    ['redirect=a.com Redirect=a.com', 'modifier_twice redirect'],
    ['exp=a.com exp=b.com', 'modifier_twice exp'],
    ['foo=%abc', 'percent'],
    ['a:b\tc.com', 'odd_characters 9'],
    ['a:b\u0000.com', 'odd_characters 0'],
    ['a:b\u0001.com', 'odd_characters 1'],
    ['a:\u00ef\u00bb\u00bfb.com', 'odd_characters 65279'],
    ['\u00e2\u0080\u0093all', 'odd_characters 8211'],
    ['~all\u00c2\u00a0', 'odd_characters 160'],
    ['a:x.com\n~all', 'odd_characters 10'],
    ['include=a.com include=b.com', 'equals_sign'],
    ['ip4=1.2.3.4 ip4=1.2.3.5', 'equals_sign'],
    ['foo=a foo=b', 'modifier_twice foo'],
    ['mx\tall', 'odd_characters 9'],
  ];
  for (const [terms, problem] of wrong)
    it(`refuses ${JSON.stringify(terms)}`, () => assert.equal(problemOf(`v=spf1 ${terms}`), problem));

  it('answers to a hostile record of 64 KB instead of hanging on it', () => {
    for (const part of ['1', '/1', '//', 'a.', '%{d}', '-', '%', ':', '/1//1', 'a '])
      assert.doesNotThrow(() => parseSpfRecord(`v=spf1 a:${part.repeat(65_000 / part.length)}`));
  });

  it('keeps every part of a term', () => {
    assert.deepEqual(parseSpfTerm('~MX:Example.COM/24//64'), {
      kind: 'mechanism',
      qualifier: '~',
      name: 'mx',
      domainSpec: 'Example.COM',
      address: null,
      prefix4: 24,
      prefix6: 64,
      text: '~MX:Example.COM/24//64',
    });
  });
});

it('the term that is wrong is told', () => {
  const parsed = parseSpfRecord('v=spf1 a=b:c a/33');
  assert.deepEqual(!parsed.ok && parsed.problem, {
    what: 'term',
    term: { shown: 'a/33', length: 4 },
    problem: { what: 'prefix' },
  });
});

describe('mechanisms that mean the same', () => {
  for (const [a, b, same] of [
    ['include:amazonses.com', '+Include:AmazonSES.com.', true],
    ['include:amazonses.com', '-include:amazonses.com', true],
    ['include:amazonses.com', 'include:eu.amazonses.com', false],
    ['include:amazonses.com', 'exists:amazonses.com', false],
    ['ip4:1.2.3.4', 'ip4:1.2.3.4/32', true],
    ['ip4:1.2.3.4', 'ip4:1.2.3.4/31', false],
    ['ip6:2001:db8::1', 'ip6:2001:0DB8:0:0::1/128', true],
    ['ip6:::ffff:1.2.3.4', 'ip6:::ffff:102:304', true],
    ['a:x.example.com', 'a:x.example.com/32//128', true],
    ['mx', 'mx:example.com', false],
  ] as const)
    it(`${a} and ${b}: ${same ? 'yes' : 'no'}`, () => assert.equal(keyOf(a) === keyOf(b), same));
});

function problemOf(record: string): string | null {
  const parsed = parseSpfRecord(record);
  if (parsed.ok) return null;
  const { problem } = parsed;
  const { what, ...where } = problem.what === 'term' ? problem.problem : problem;
  return [what, ...Object.values(where)].filter((part) => part !== null).join(' ');
}

function keyOf(text: string): string {
  const term = parseSpfTerm(text);
  assert.ok('kind' in term && term.kind === 'mechanism');
  return buildMechanismKey(term);
}

describe('terms between which the blank is missing', () => {
  for (const [terms, next] of [
    ['include:a.com~all', '~all'],
    ['ip4:1.2.3.4-all', '-all'],
    ['mx-all', '-all'],
    ['ip4:1.2.3.4ip4:1.2.3.5', 'ip4:1.2.3.5'],
  ] as const)
    it(`${terms}: before ${next}`, () => {
      const parsed = parseSpfRecord(`v=spf1 ${terms}`);
      assert.deepEqual(!parsed.ok && parsed.problem.what === 'term' && parsed.problem.problem, {
        what: 'no_space_before',
        next: { shown: next, length: next.length },
      });
    });
});
