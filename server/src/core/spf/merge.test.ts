import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { mergeSpfRecords } from './merge.ts';
import { parseSpfRecord } from './record.ts';

describe('the one record to publish in place of several', () => {
  const own = 'include:amazonses.com';
  const cases: readonly (readonly [why: string, records: readonly string[], merged: string])[] = [
    ['nothing but ours', [], 'v=spf1 include:amazonses.com ~all'],
    [
      'ours comes first and once, the others stay',
      ['v=spf1 include:AmazonSES.com. ~all', 'v=spf1 mx include:_spf.google.com ~all'],
      'v=spf1 include:amazonses.com mx include:_spf.google.com ~all',
    ],
    ['all records say -all', ['v=spf1 mx -all', 'v=spf1 a -all'], 'v=spf1 include:amazonses.com mx a -all'],
    ['one record is softer', ['v=spf1 mx -all', 'v=spf1 a ?all'], 'v=spf1 include:amazonses.com mx a ~all'],
    ['+all is never kept', ['v=spf1 mx +all'], 'v=spf1 include:amazonses.com mx ~all'],
    ['ours with another qualifier', ['v=spf1 -include:amazonses.com mx -all'], 'v=spf1 include:amazonses.com mx -all'],
    ['what stands behind all', ['v=spf1 mx ~all include:x.com a'], 'v=spf1 include:amazonses.com mx ~all'],
    ['ours behind all', ['v=spf1 mx ~all include:amazonses.com'], 'v=spf1 include:amazonses.com mx ~all'],
    ['a redirect becomes an include', ['v=spf1 redirect=x.com'], 'v=spf1 include:amazonses.com include:x.com ~all'],
    ['a redirect beside all had no effect', ['v=spf1 a ~all redirect=x.com'], 'v=spf1 include:amazonses.com a ~all'],
    [
      'one explanation and other modifiers are kept',
      ['v=spf1 exp=a.example.com -all', 'v=spf1 exp=b.example.com x=y -all'],
      'v=spf1 include:amazonses.com -all exp=a.example.com x=y',
    ],
  ];
  for (const [why, records, merged] of cases)
    it(why, () => {
      assert.deepEqual(mergeSpfRecords(records, own), { record: merged, leftOut: [] });
      assert.equal(parseSpfRecord(merged).ok, true);
    });
});

describe('a term that is written wrong is put right, or named as left out', () => {
  const cases: readonly (readonly [terms: string, merged: string, leftOut?: readonly string[]])[] = [
    // Addresses, whatever they are written with.
    ['ip:192.0.2.1', 'ip4:192.0.2.1'],
    ['ipv4:192.0.2.0/24', 'ip4:192.0.2.0/24'],
    ['IP:2001:db8::1', 'ip6:2001:db8::1'],
    ['ipv6:2001:db8::/32', 'ip6:2001:db8::/32'],
    ['a:192.0.2.1', 'ip4:192.0.2.1'],
    ['mx:192.0.2.1/24', 'ip4:192.0.2.1/24'],
    ['a:2001:db8::1', 'ip6:2001:db8::1'],
    ['a:2001:db8::1//64', 'ip6:2001:db8::1/64'],
    ['include:192.0.2.1', 'ip4:192.0.2.1'],
    ['-include:192.0.2.1', '-ip4:192.0.2.1'],
    ['ip4:2001:db8::1', 'ip6:2001:db8::1'],
    ['ip6:192.0.2.1', 'ip4:192.0.2.1'],
    ['ip6:[2001:db8::1]', 'ip6:2001:db8::1'],
    ['192.0.2.1', 'ip4:192.0.2.1'],
    ['~192.0.2.0/24', '~ip4:192.0.2.0/24'],
    // "=" and ":".
    ['include=x.com include=y.com', 'include:x.com include:y.com'],
    ['ip4=192.0.2.1 ip=192.0.2.2 +a=x.com', 'ip4:192.0.2.1 ip4:192.0.2.2 +a:x.com'],
    ['redirect:x.com', 'include:x.com'],
    // Lists, and characters around a term.
    ['ip4:192.0.2.1,192.0.2.2', 'ip4:192.0.2.1 ip4:192.0.2.2'],
    ['include:x.com,include:y.com;', 'include:x.com include:y.com'],
    ['"include:x.com"', 'include:x.com'],
    // Blanks too many, and too few.
    ['include: x.com', 'include:x.com'],
    ['include : x.com ip4 192.0.2.1 - mx', 'include:x.com ip4:192.0.2.1 -mx'],
    ['include:x.cominclude:y.com', 'include:x.com include:y.com'],
    ['ip4:192.0.2.1ip4:192.0.2.2', 'ip4:192.0.2.1 ip4:192.0.2.2'],
    // What is right stays as it is.
    [
      'a:x.com/24//64 exists:%{l1r,+}.x.com mx:foo:bar/baz.example.com',
      'a:x.com/24//64 exists:%{l1r,+}.x.com mx:foo:bar/baz.example.com',
    ],
    ['a mx ptr include:ip4.include.com', 'a mx ptr include:ip4.include.com'],
    // What cannot be known.
    ['ip4:300.1.1.1 mx', 'mx', ['ip4:300.1.1.1']],
    ['ip4:192.0.2.1/33', '', ['ip4:192.0.2.1/33']],
    ['ip4:010.0.0.1 -redirect=x.com', '', ['ip4:010.0.0.1', '-redirect=x.com']],
    ['exists:192.0.2.1', '', ['exists:192.0.2.1']],
    ['foo:bar.com foo:bar.com a:\u0001x', '', ['foo:bar.com', 'a:x']],
  ];
  for (const [terms, merged, leftOut = []] of cases)
    it(JSON.stringify(terms), () => {
      const record = ['v=spf1 include:amazonses.com', merged, '-all'].filter((part) => part !== '').join(' ');
      assert.deepEqual(mergeSpfRecords([`v=spf1 ${terms} -all`], 'include:amazonses.com'), { record, leftOut });
      assert.equal(parseSpfRecord(record).ok, true);
    });

  for (const all of ['-all;', '-all.', '-all:', '- all', '"-all"', '\u00e2\u0080\u0093all', 'mx-all'])
    it(`${JSON.stringify(all)} is -all`, () =>
      assert.match(mergeSpfRecords([`v=spf1 a ${all}`], 'include:amazonses.com').record, / -all$/));

  it('what stands behind all had no effect: nothing is said of it', () =>
    assert.deepEqual(mergeSpfRecords(['v=spf1 mx ~all ip4:300.1.1.1'], 'include:amazonses.com').leftOut, []));

  it('a term that is not wanted is named as it was written', () =>
    assert.deepEqual(
      mergeSpfRecords(
        ['v=spf1 mx ip:192.0.2.1 redirect=x.com'],
        'include:amazonses.com',
        new Set(['ip4:192.0.2.1', 'include:x.com']),
      ),
      { record: 'v=spf1 include:amazonses.com mx ~all', leftOut: ['ip:192.0.2.1', 'redirect=x.com'] },
    ));

  for (const [written, plain] of [
    ['include:x.com\u00c2\u00a0mx', 'include:x.com mx'],
    ['include:x.com\u00a0mx', 'include:x.com mx'],
    ['include:x\u00e2\u0080\u008b.com mx\t', 'include:x.com mx'],
    ['\u00e2\u0080\u0093include:x.com\nmx', '-include:x.com mx'],
  ] as const)
    it(`${JSON.stringify(written)} is ${plain}`, () =>
      assert.deepEqual(mergeSpfRecords([`v=spf1 ${written}`], 'include:amazonses.com'), {
        record: `v=spf1 include:amazonses.com ${plain} ~all`,
        leftOut: [],
      }));
});
