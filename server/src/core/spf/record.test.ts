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

  const wrong: readonly (readonly [terms: string, problem: RegExp])[] = [
    ['-all moo', /"moo" is wrong: there is no such mechanism/],
    ['ipv4:1.2.3.4', /ip4:/],
    ['~all;', /nothing may stand behind "all"/],
    ['all:example.com', /nothing may stand/],
    ['--all', /neither/],
    ['+-all', /neither/],
    ['1up=foo', /neither/],
    ['=all', /neither/],
    ['include', /colon and a domain/],
    ['include:', /no domain name/],
    ['include:localhost', /at least one dot/],
    ['include:localhost.', /at least one dot/],
    ['include:example.com/24', /top-level/],
    ['include:a.123', /top-level/],
    ['include:a.-com', /top-level/],
    ['include:a.com-', /top-level/],
    ['include:a..', /top-level/],
    ['include: example.com', /no domain name/],
    ['a:1.2.3.4', /IP address.*ip4:/],
    ['a=b:c a/33', /"a\/33" is wrong.*bits/],
    ['a/024', /bits/],
    ['a/24/64', /bits/],
    ['a/24/24', /colon or a slash/],
    ['a//129', /bits/],
    ['a/', /colon or a slash/],
    ['a.example.com', /colon or a slash/],
    ['ptr/0', /colon and a domain/],
    ['ip4', /colon and an address/],
    ['ip4:1.2.3', /not an IPv4/],
    ['ip4:1.2.3.256', /not an IPv4/],
    ['ip4:01.2.3.4', /not an IPv4/],
    ['ip4:1.2.3.4/33', /bits/],
    ['ip4:1.2.3.4/032', /bits/],
    ['ip4:1.2.3.4//32', /bits/],
    ['ip4:1.2.3.4/', /bits/],
    ['ip4:1.2.3.4,1.2.3.5', /not an IPv4/],
    ['ip6:1.2.3.4', /not an IPv6/],
    ['ip6::CAFE::BABE', /not an IPv6/],
    ['ip6:1:2:3:4:5:6:7:8:9', /not an IPv6/],
    ['ip6:1:2:3:4:5:6:7:8::', /not an IPv6/],
    ['ip6:1.2.3.4::', /not an IPv6/],
    ['ip6:fe80::1%eth0', /not an IPv6/],
    ['ip6:::/129', /bits/],
    ['exists', /colon and a domain/],
    ['exists:%(i).com', /"%" does not start a macro/],
    ['exists:%{i.com', /"%" does not start a macro/],
    ['exists:%{a}.com', /"%" does not start a macro/],
    ['exists:%{d0}.com', /0 labels/],
    ['exists:%{r}.com', /explanation/],
    ['exists:%{i}foo', /at least one dot/],
    ['exists:foo%', /"%" does not start a macro/],
    ['redirect:example.com', /modifier/],
    ['+redirect=example.com', /modifier/],
    ['redirect=', /no domain name/],
    ['redirect=-all', /at least one dot/],
    ['redirect=a.com Redirect=a.com', /redirect= is there twice/],
    ['exp=a.com exp=b.com', /exp= is there twice/],
    ['foo=%abc', /"%" does not start a macro/],
    ['a:b\tc.com', /not allowed/],
    ['a:b\u0000.com', /not allowed/],
    ['a:\u00ef\u00bb\u00bfb.com', /not allowed/],
    ['mx\tall', /colon or a slash/],
  ];
  for (const [terms, problem] of wrong)
    it(`refuses ${JSON.stringify(terms)}`, () => assert.match(problemOf(`v=spf1 ${terms}`) ?? '(accepted)', problem));

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
  return parsed.ok ? null : parsed.problem;
}

function keyOf(text: string): string {
  const term = parseSpfTerm(text);
  assert.ok('kind' in term && term.kind === 'mechanism');
  return buildMechanismKey(term);
}
