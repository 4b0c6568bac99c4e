import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { DmarcProblem } from '../judgement/problems.ts';
import { findReportHost, isDmarcRecord, isMeantAsDmarcRecord, parseDmarcRecord } from './record.ts';

describe('parsing a DMARC record (RFC 9989 §4.7, §4.8)', () => {
  const right: readonly (readonly [text: string, policy: string])[] = [
    ['v=DMARC1; p=none;', 'none'],
    ['v=DMARC1;p=reject', 'reject'],
    ['v = DMARC1 ;\tp = Quarantine ; ', 'quarantine'],
    ['V=DMARC1; P=REJECT', 'reject'],
    ['v=DMARC1; rua=mailto:a@example.com; p=none', 'none'],
    ['v=DMARC1; p=none; sp=reject; np=reject; adkim=s; aspf=s; fo=1:d:s; t=y; psd=n', 'none'],
    ['v=DMARC1; p=none; pct=300; rf=x; ri=never; rf=y', 'none'],
    ['v=DMARC1; p=none; unknown=1; unknown=2; un known=3', 'none'],
    ['v=DMARC1; p=none; adkim=strict; aspf=; t=maybe; psd=x; fo=z', 'none'],
    ['v=DMARC1;; p=none;;', 'none'],
    ['v=DMARC1; nonsense; p=none; =x', 'none'],
    ['v=DMARC1; p=none; rua=', 'none'],
    ['v=DMARC1; p=none; rua=mailto:a@example.com!10m,not a uri', 'none'],
    ['v=DMARC1; p=none; note=\u00e9', 'none'],
  ];
  for (const [text, policy] of right)
    it(`accepts ${JSON.stringify(text)}`, () => {
      const parsed = parseDmarcRecord(text);
      assert.equal(parsed.ok && parsed.record.policy, policy);
    });

  const wrong: readonly (readonly [text: string, problem: string])[] = [
    ['v=DMARC1', 'no_policy'],
    ['v=DMARC1;', 'no_policy'],
    ['v=DMARC1; rua=a@example.com', 'no_policy'],
    ['v=DMARC1; p=none\xa0', 'odd_characters 160'],
    ['v=DMARC1;\x0bp=reject', 'odd_characters 11'],
    ['v=DMARC1;\n p=reject', 'odd_characters 10'],
    ['v=DMARC1;\r\n p=reject;\r\n rua=mailto:a@example.com', 'odd_characters 13,10'],
    ['v=DMARC1; p=none\n', 'odd_characters 10'],
    ['v=DMARC1; p=none\r\n;', 'odd_characters 13,10'],
    ['v=DMARC1; p\xe2\x80\x8b=none', 'odd_characters 8203'],
    ['v=DMARC1; p\xef\xbc\x9dnone', 'odd_characters 65309'],
    ['v=DMARC1; p=none\xef\xbc\x9b rua=mailto:a@example.com', 'odd_characters 65307'],
    ['v=DMARC1; p=none\xe2\x80\xac', 'odd_characters 8236'],
    ['v=DMARC1; p=none\nrua=mailto:a@example.com', 'policy p none\\x0arua=mailto:a@example.com'],
    ['v=DMARC1; p=n\xd0\xbene', 'policy p n\\xd0\\xbene'],
    ['v=DMARC1; n\xc3\xb6te=none', 'no_policy'],
    ['v=DMARC1; "p=none"', 'quoted'],
    ['\nv=DMARC1; p=none', 'odd_characters 10'],
    ['v=DMARC1\r\n; p=none', 'odd_characters 13,10'],
    ['v=DMARC1\np=none', 'semicolon_missing'],
    ['v=DM\xe2\x80\x8bARC1; p=none', 'odd_characters 8203'],
    ['\xe2\x80\xa2 v=DMARC1; p=none', 'odd_characters 8226'],
    [[...'v=DMARC1; p=none'].join('\0'), 'odd_characters 0'],
    ['\xef\xbb\xbfv=DMARC1; p=none', 'odd_characters 65279'],
    ['xxx v=DMARC1; p=none', 'text_before xxx '],
    ['v=DMARC1; p=', 'policy p '],
    ['v=DMARC1; p=quarentine', 'policy p quarentine'],
    ['v=DMARC1; p=none sp=none', 'policy p none sp=none'],
    ['v=DMARC1; p=none, rua=mailto:a@example.com', 'policy p none, rua=mailto:a@example.com'],
    ['v=DMARC1; p="none"', 'policy p \\"none\\"'],
    ['v=DMARC1; p=none; sp=nothing', 'policy sp nothing'],
    ['v=DMARC1; p=none; np=', 'policy np '],
    ['v=DMARC1; p=none; p=reject', 'tag_twice p'],
    ['v=DMARC1; p=none; v=DMARC1; p=none', 'tag_twice v'],
    ['v=DMARC1; p=none; rua=mailto:a@x.com; rua=mailto:b@x.com', 'tag_twice rua'],
    ['v=DMARC1 p=none', 'semicolon_missing'],
    ['v=DMARC1, p=none', 'version'],
    ['v=dmarc1; p=none', 'version'],
    ['v=DMARC2; p=none', 'version'],
    ['v=DMARC1\\; p=none', 'backslashes'],
    ['"v=DMARC1; p=none"', 'quoted'],
    [' v=DMARC1; p=none', 'space_before'],
    ['p=none; v=DMARC1', 'no_version'],
    ['DMARC1; p=none', 'no_version'],
    ['', 'no_version'],
  ];
  for (const [text, problem] of wrong)
    it(`refuses ${JSON.stringify(text)}`, () => {
      const parsed = parseDmarcRecord(text);
      assert.equal(parsed.ok ? '(accepted)' : formatProblem(parsed.problem), problem);
    });

  it('keeps what decides', () =>
    assert.deepEqual(
      parseDmarcRecord('v=DMARC1; p=reject; sp=quarantine; np=none; psd=Y; t=Y; rua=mailto:a@x.com , mailto:b@x.com'),
      {
        ok: true,
        record: {
          policy: 'reject',
          subdomainPolicy: 'quarantine',
          nonexistentPolicy: 'none',
          psd: 'y',
          testing: true,
          aggregateReportUris: ['mailto:a@x.com', 'mailto:b@x.com'],
          brokenReportUris: [],
          partedReportUris: [],
          ignored: null,
          fault: null,
        },
      },
    ));

  it('a record without a valid policy still says where the tree walk ends', () => {
    const parsed = parseDmarcRecord('v=DMARC1; p=oops; psd=y');
    assert.equal(!parsed.ok && parsed.psd, 'y');
  });

  it('answers to a hostile record of 64 KB instead of hanging on it', () => {
    for (const part of [' ', ';', '=', 'p=', '; p=none', 'v=DMARC1 ', '"'])
      for (const start of ['', 'v=DMARC1', 'v=DMARC1; p=none'])
        assert.doesNotThrow(() => parseDmarcRecord(start + part.repeat(65_000 / part.length)));
  });
});

describe('tags that receivers do not see', () => {
  const cases: readonly (readonly [text: string, tags: string[] | null, problem?: object])[] = [
    ['v=DMARC1; p=none;\n rua=mailto:a@example.com', ['rua'], { characters: [10] }],
    ['v=DMARC1; p=none;\xc2\xa0rua=mailto:a@example.com', ['rua'], { characters: [0xa0] }],
    ['v=DMARC1; p=none;\r\nsp=reject;\r\nadkim=s; rua=mailto:a@example.com', ['sp', 'adkim'], { characters: [13, 10] }],
    ['v=DMARC1; p=none; \xe2\x80\x9crua=mailto:a@example.com\xe2\x80\x9d', ['rua'], { characters: [0x201c, 0x201d] }],
    ['v=DMARC1; p=none; "rua=mailto:a@example.com"', ['rua'], { what: 'quoted' }],
    ['v=DMARC1; rua=mailto:a@example.com;\n p=reject', ['p'], { characters: [10] }],
    ['v=DMARC1; p=none;\n p=reject', null],
    ['v=DMARC1; p=none;\n', null],
    ['v=DMARC1; p=none;\n note=x; n\xc3\xb6te=y', null],
    ['v=DMARC1; p=none;\nv=DMARC1', null],
    ['v=DMARC1; p=none;\t rua\t=\tmailto:a@example.com', null],
  ];
  for (const [text, tags, problem] of cases)
    it(`in ${JSON.stringify(text)}: ${tags?.join(', ') ?? 'none'}`, () => {
      const parsed = parseDmarcRecord(text);
      assert.ok(parsed.ok);
      assert.deepEqual(parsed.record.ignored?.tags ?? null, tags);
      if (problem) assert.partialDeepStrictEqual(parsed.record.ignored?.problem, problem);
    });
});

describe('addresses that a semicolon parts from rua=', () => {
  const start = 'v=DMARC1; p=none; rua=mailto:a@example.com';
  const cases: readonly (readonly [text: string, parted: string[]])[] = [
    [`${start}; mailto:b@example.com`, ['mailto:b@example.com']],
    [`${start}; mailto:b@example.com; MAILTO:c@example.com; sp=none`, ['mailto:b@example.com', 'MAILTO:c@example.com']],
    [`${start};b@example.com`, ['b@example.com']],
    [`${start}; mailto:b@example.com?subject=x`, ['mailto:b@example.com?subject=x']],
    [`${start},mailto:b@example.com;`, []],
    [`${start}; ruf=mailto:b@example.com; mailto:c@example.com`, []],
    [`${start}; note=b@example.com; hello`, []],
    ['v=DMARC1; p=none; mailto:b@example.com', []],
  ];
  for (const [text, parted] of cases)
    it(`in ${JSON.stringify(text)}: ${parted.length}`, () => {
      const parsed = parseDmarcRecord(text);
      assert.deepEqual(parsed.ok && parsed.record.partedReportUris, parted);
    });
});

describe('which host reports go to', () => {
  for (const [uri, host] of [
    ['mailto:a@example.com', 'example.com'],
    ['MAILTO:a@Example.COM.', 'example.com'],
    ['mailto:a@example.com!10m', 'example.com'],
    ['mailto:a@example.com?subject=x', 'example.com'],
    ['mailto:a@example.com!10m?subject=x', 'example.com'],
    ['mailto:a@example.com!', null],
    ['mailto:a@', null],
    ['a@example.com', null],
    ['https://example.com/r', null],
  ] as const)
    it(`${uri}: ${host}`, () => assert.equal(findReportHost(uri), host));
});

describe('which texts were meant', () => {
  for (const [text, isMeant] of [
    ['v=DM\xe2\x80\x8bARC1; p=none', true],
    [[...'v=DMARC1; p=none'].join('\0'), true],
    [`\xff\xfe${[...'v=DMARC1; p=none'].join('\0')}`, true],
    ['\xe2\x80\xaav=dmarc', true],
    ['v\xef\xbc\x9dDMARC1', true],
    ['\r\n"p=reject', true],
    ['v=spf1 -all', false],
    ['hello', false],
    ['', false],
  ] as const)
    it(`${JSON.stringify(text)}: ${isMeant ? 'yes' : 'no'}`, () => assert.equal(isMeantAsDmarcRecord(text), isMeant));
});

describe('which texts count as DMARC records', () => {
  for (const [text, counts] of [
    ['v=DMARC1', true],
    ['v=DMARC1;p=oops', true],
    ['v=DMARC1 ; p=none', true],
    ['v=DMARC10; p=none', false],
    ['v=DMARC1 p=none', false],
    ['v=dmarc1; p=none', false],
    [' v=DMARC1; p=none', false],
    ['v=spf1 -all', false],
  ] as const)
    it(`${JSON.stringify(text)}: ${counts ? 'yes' : 'no'}`, () => assert.equal(isDmarcRecord(text), counts));
});

function formatProblem(problem: DmarcProblem): string {
  const { what, ...where } = problem;
  return [
    what,
    ...Object.values(where).map((each) => (typeof each === 'object' && 'shown' in each ? each.shown : String(each))),
  ].join(' ');
}
