import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { DmarcProblem } from '../judgement/problems.ts';
import { isDmarcRecord, parseDmarcRecord } from './record.ts';

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
