import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Answer, DnsRecord, LookupResult, Question } from '../answers/dns-answer.ts';
import { questionKey } from '../answers/dns-answer.ts';
import { AT_RECORD } from '../answers/failure.ts';
import type { Judgement, Undecided } from '../judgement/judgement.ts';
import { checkDmarc } from './check.ts';
import { listWalkNames } from './tree-walk.ts';

const OFFERED = 'v=DMARC1; p=none;';

type Zone = Readonly<Record<string, 'failed' | readonly string[]>>;

describe('a domain with something at its own _dmarc name', () => {
  const cases: readonly (readonly [txt: readonly string[], judged: string, facts?: RegExp])[] = [
    [['v=DMARC1; p=none;'], 'verified'],
    [['v=DMARC1; p=reject; t=y'], 'verified dmarc_no_reporting'],
    [['v=DMARC1; p=reject; rua=mailto:a@example.com'], 'verified'],
    [['v=DMARC1; rua=mailto:a@example.com'], 'verified dmarc_invalid', /"what":"no_policy"\},"isNone":true/],
    [['v=DMARC1; p=monitor; rua=mailto:a@example.com'], 'verified dmarc_invalid', /"isNone":true/],
    [['v=DMARC1; p=reject; sp=bogus; rua=mailto:a@example.com'], 'verified dmarc_invalid', /"tag":"sp".*"isNone":true/],
    [['v=DMARC1; p=reject; np=; rua=mailto:a@example.com'], 'verified dmarc_invalid', /"isNone":true/],
    [
      ['v=DMARC1; p=none\xa0; rua=mailto:a@example.com'],
      'verified dmarc_invalid',
      /"characters":\[160\].*"isNone":true/,
    ],
    [['v=DMARC1; p=monitor; rua=a@example.com'], 'mismatched dmarc_invalid'],
    [['v=DMARC1; p=none; sp=bogus'], 'mismatched dmarc_invalid'],
    [['v=DMARC1; p=none\xa0'], 'mismatched dmarc_invalid', /"characters":\[160\]/],
    [['v=DMARC1;\x0bp=reject'], 'mismatched dmarc_invalid', /"characters":\[11\]/],
    [
      ['v=DMARC1; p=none; rua=a@example.com'],
      'verified dmarc_report_address_invalid',
      /"why":"no_mailto".*"isAlone":true/,
    ],
    [['v=DMARC1; p=none; rua=mailto: a@example.com'], 'verified dmarc_report_address_invalid', /"why":"space"/],
    [
      ['v=DMARC1; p=none; rua=mailto:a@example.com mailto:b@example.com'],
      'verified dmarc_report_address_invalid',
      /"why":"space"/,
    ],
    [
      ['v=DMARC1; p=none; rua=mailto:a@example.com, b@example.com'],
      'verified dmarc_report_address_invalid',
      /"isAlone":false/,
    ],
    [['v=DMARC1; p=reject;\n rua=mailto:a@example.com'], 'verified dmarc_invalid', /"ignored":\["rua"\]/],
    [['v=DMARC1; p=none;\n sp=reject; rua=mailto:a@example.com'], 'verified dmarc_invalid', /"ignored":\["sp"\]/],
    [['v=DMARC1; p=none;\n sp=reject'], 'verified dmarc_invalid dmarc_no_reporting', /"ignored":\["sp"\]/],
    [
      ['v=DMARC1; rua=mailto:a@example.com;\n p=reject'],
      'verified dmarc_invalid',
      /"characters":\[10\].*"isNone":true/,
    ],
    [
      ['v=DMARC1; p=none; rua=mailto:a@example.com\xe2\x80\x8b'],
      'verified dmarc_report_address_invalid',
      /"why":"characters","characters":\[8203\]/,
    ],
    [['v=DMARC1; p=none; rua=mailto:a@example.com\n'], 'verified dmarc_report_address_invalid', /"characters":\[10\]/],
    [['v=DMARC1; p=none; rua="mailto:a@example.com"'], 'verified dmarc_report_address_invalid', /"why":"quoted"/],
    [
      ['v=DMARC1; p=none; rua=mailto:a@example.com; mailto:b@example.com'],
      'verified dmarc_report_address_invalid',
      /"why":"semicolon".*"isAlone":false/,
    ],
    [['v=DMARC1; p=none; rua=https://example.com/r'], 'verified dmarc_report_address_invalid', /"why":"other"/],
    [['v=DM\xe2\x80\x8bARC1; p=none'], 'mismatched dmarc_invalid', /"characters":\[8203\]/],
    [['\xef\xbb\xbfv=DMARC1; p=none'], 'mismatched dmarc_invalid', /"characters":\[65279\]/],
    [['\xe2\x80\x9cv=DMARC1; p=none\xe2\x80\x9d'], 'mismatched dmarc_invalid', /"characters":\[8220\]/],
    [['- v=DMARC1; p=none'], 'mismatched dmarc_invalid', /"what":"text_before","text":\{"shown":"- "/],
    [['hello', 'v=DMARC1; p=none'], 'verified'],
    [['v=DMARC1; p=none', 'v=DMARC2; p=reject'], 'verified'],
    [['v=DMARC1; p=none', 'v=DMARC1; p=none'], 'conflicting dmarc_multiple', /"count":2/],
    [['v=DMARC1; p=none', 'v=DMARC1'], 'conflicting dmarc_multiple'],
    [['v=DMARC1'], 'mismatched dmarc_invalid', /no_policy.*"v=DMARC1"/],
    [['v=DMARC1; p=rejected'], 'mismatched dmarc_invalid'],
    [['v=DMARC1 p=none'], 'mismatched dmarc_invalid', /semicolon_missing/],
    [['v=dmarc1; p=none'], 'mismatched dmarc_invalid'],
    [['"v=DMARC1; p=none"'], 'mismatched dmarc_invalid'],
    [['p=none'], 'mismatched dmarc_invalid'],
  ];
  for (const [txt, judged, facts] of cases)
    it(`${JSON.stringify(txt)} → ${judged}`, () => {
      const judgement = judge('example.com', {}, txt);
      assert.equal(formatJudgement(judgement), judged);
      if (facts) assert.match(formatFacts(judgement), facts);
    });

  it('a record that receivers take decides without a parent being asked', () => {
    for (const txt of [['v=DMARC1; p=none'], ['v=DMARC1; p=oops'], ['hello', 'v=DMARC1; p=reject']])
      assert.ok(checkDmarc({ domain: 'example.com', txt, lookups: new Map(), offered: OFFERED }).done);
  });

  it('a server that did not answer decides nothing', () =>
    assert.deepEqual(checkDmarc({ domain: 'example.com', txt: null, lookups: new Map(), offered: OFFERED }), {
      done: true,
      value: null,
    }));
});

describe('a domain without a record of its own: the tree walk (RFC 9989 §4.10)', () => {
  const none = 'v=DMARC1; p=none';
  const cases: readonly (readonly [why: string, zone: Zone, judged: string, facts?: RegExp])[] = [
    ['nothing anywhere', {}, 'missing record_missing'],
    ['other text at the parents', { '_dmarc.example.com': ['hello', 'v=spf1 -all'] }, 'missing record_missing'],
    ['the parent', { '_dmarc.b.example.com': [none] }, 'verified dmarc_at_parent', /_dmarc\.b\.example\.com/],
    [
      'the organizational domain wins over what is nearer',
      { '_dmarc.b.example.com': [none], '_dmarc.example.com': ['v=DMARC1; p=reject'] },
      'verified dmarc_at_parent',
      /_dmarc\.example\.com".*p=reject/,
    ],
    [
      'psd=n makes the nearer one the organizational domain',
      { '_dmarc.b.example.com': ['v=DMARC1; p=none; psd=n'], '_dmarc.example.com': ['v=DMARC1; p=reject'] },
      'verified dmarc_at_parent',
      /_dmarc\.b\.example\.com/,
    ],
    [
      'the walk stops at psd=n, whatever happens above',
      { '_dmarc.b.example.com': ['v=DMARC1; p=none; psd=n'], '_dmarc.example.com': 'failed', '_dmarc.com': 'failed' },
      'verified dmarc_at_parent',
    ],
    [
      'below a public suffix that has a policy the organizational domain wins',
      { '_dmarc.example.com': [none], '_dmarc.com': ['v=DMARC1; p=reject; psd=y'] },
      'verified dmarc_at_parent',
      /_dmarc\.example\.com/,
    ],
    [
      'a record between does not count where the organizational domain has none',
      { '_dmarc.b.example.com': [none], '_dmarc.com': ['v=DMARC1; p=reject; psd=y'] },
      'verified dmarc_at_parent',
      /_dmarc\.com/,
    ],
    [
      'only the public suffix',
      { '_dmarc.com': ['v=DMARC1; p=reject; psd=y'] },
      'verified dmarc_at_parent',
      /_dmarc\.com/,
    ],
    ['two records are discarded', { '_dmarc.example.com': [none, none] }, 'missing record_missing dmarc_multiple'],
    [
      'two records are discarded, and the walk goes on',
      { '_dmarc.b.example.com': [none, none], '_dmarc.example.com': [none] },
      'verified dmarc_at_parent',
    ],
    [
      'the policy that applies is invalid',
      { '_dmarc.example.com': ['v=DMARC1; p=x'] },
      'missing record_missing dmarc_invalid',
    ],
    [
      'an invalid policy applies rather than a nearer valid one',
      { '_dmarc.b.example.com': [none], '_dmarc.example.com': ['v=DMARC1; p=x'] },
      'missing record_missing dmarc_invalid',
    ],
    ['another version is not a record', { '_dmarc.example.com': ['v=DMARC2; p=none'] }, 'missing record_missing'],
    [
      'a name that could not be asked may hide a policy',
      { '_dmarc.example.com': 'failed' },
      'undecided _dmarc.example.com',
    ],
    ['one far above as well', { '_dmarc.com': 'failed' }, 'undecided _dmarc.com'],
    [
      'and beside an invalid one',
      { '_dmarc.b.example.com': 'failed', '_dmarc.example.com': ['v=DMARC1; p=x'] },
      'undecided _dmarc.b.example.com',
    ],
    [
      'and it never takes away the one that was found',
      { '_dmarc.b.example.com': 'failed', '_dmarc.example.com': [none], '_dmarc.com': 'failed' },
      'verified dmarc_at_parent',
    ],
  ];
  for (const [why, zone, judged, facts] of cases)
    it(why, () => {
      const judgement = judge('a.b.example.com', zone);
      assert.equal(formatJudgement(judgement), judged);
      if (facts) assert.match(formatFacts(judgement), facts);
    });

  it('an answer of one server is enough where another failed', () => {
    const question: Question = { name: '_dmarc.com', type: 'TXT', servers: 'any' };
    const answers = [...resolve({ '_dmarc.com': 'failed' }, question).answers, ...resolve({}, question).answers];
    const lookups = new Map([[questionKey(question), { question, aliases: [], zone: undefined, answers }]]);
    const step = checkDmarc({ domain: 'example.com', txt: [], lookups, offered: OFFERED });
    assert.equal(step.done && step.value?.status, 'missing');
  });
});

describe('the names of the tree walk', () => {
  for (const [domain, names] of [
    ['com', []],
    ['example.com', ['_dmarc.com']],
    ['a.mail.example.com', ['_dmarc.mail.example.com', '_dmarc.example.com', '_dmarc.com']],
    [
      '8.7.6.5.4.3.2.1',
      [
        '_dmarc.7.6.5.4.3.2.1',
        '_dmarc.6.5.4.3.2.1',
        '_dmarc.5.4.3.2.1',
        '_dmarc.4.3.2.1',
        '_dmarc.3.2.1',
        '_dmarc.2.1',
        '_dmarc.1',
      ],
    ],
    [
      'a.b.c.d.e.f.g.h.i.j.mail.example.com',
      [
        '_dmarc.g.h.i.j.mail.example.com',
        '_dmarc.h.i.j.mail.example.com',
        '_dmarc.i.j.mail.example.com',
        '_dmarc.j.mail.example.com',
        '_dmarc.mail.example.com',
        '_dmarc.example.com',
        '_dmarc.com',
      ],
    ],
  ] as const)
    it(`${domain}: ${names.length}`, () => assert.deepEqual(listWalkNames(domain), names));
});

describe('a record of its own that receivers discard, below a parent (RFC 9989 §4.10 step 2)', () => {
  const reject = { '_dmarc.example.com': ['v=DMARC1; p=reject'] };
  const discarded = [
    [['v=DMARC1; p=none', 'v=DMARC1; p=reject'], 'dmarc_multiple'],
    [['v=dmarc1; p=none'], 'dmarc_invalid'],
    [[' v=DMARC1; p=none'], 'dmarc_invalid'],
    [['"v=DMARC1; p=none"'], 'dmarc_invalid'],
  ] as const;
  for (const [txt, code] of discarded) {
    it(`${JSON.stringify(txt)}: the parent’s policy applies, and a finding says so`, () => {
      const judgement = judge('mail.example.com', reject, txt);
      assert.equal(formatJudgement(judgement), `verified ${code} dmarc_at_parent`);
      assert.match(formatFacts(judgement), /"applied":"_dmarc\.example\.com"/);
    });

    it(`${JSON.stringify(txt)}: without a parent’s policy there is none`, () => {
      const status = code === 'dmarc_multiple' ? 'conflicting' : 'mismatched';
      assert.equal(formatJudgement(judge('mail.example.com', {}, txt)), `${status} ${code}`);
    });

    it(`${JSON.stringify(txt)}: a parent that cannot be asked leaves it open`, () => {
      const judgement = judge('mail.example.com', { '_dmarc.example.com': 'failed' }, txt);
      assert.equal(formatJudgement(judgement), 'undecided _dmarc.example.com');
    });
  }

  it('a parent’s policy that counts as p=none is told with it', () => {
    const zone = { '_dmarc.example.com': ['v=DMARC1; p=monitor; rua=mailto:a@example.com'] };
    assert.equal(formatJudgement(judge('mail.example.com', zone)), 'verified dmarc_at_parent dmarc_invalid');
  });
});

function judge(domain: string, zone: Zone, txt: readonly string[] = []): Judgement | Undecided | null {
  const lookups = new Map<string, LookupResult>();
  for (let rounds = 0; rounds < 10; rounds++) {
    const step = checkDmarc({ domain, txt, lookups, offered: OFFERED });
    if (step.done) return step.value;
    for (const question of step.ask) {
      assert.ok(!lookups.has(questionKey(question)), 'nothing is asked twice');
      lookups.set(questionKey(question), resolve(zone, question));
    }
  }
  throw new Error('It asks without end.');
}

function resolve(zone: Zone, question: Question): LookupResult {
  const source = { server: 'ns1.example.net', address: '127.0.0.1', via: 'authoritative', rttMs: 1 } as const;
  const texts = zone[question.name] ?? [];
  const answer: Answer =
    texts === 'failed'
      ? { outcome: 'failed', reason: 'timeout', kind: 'silent', transport: 'udp', step: AT_RECORD, source }
      : texts.length === 0
        ? { outcome: 'absent', reason: 'nxdomain', negativeTtlSeconds: 60, source }
        : {
            outcome: 'found',
            records: texts.map((text): DnsRecord => ({ type: 'TXT', strings: [text] })),
            ttlSeconds: 60,
            source,
          };
  return { question, aliases: [], zone: undefined, answers: [answer] };
}

function formatJudgement(judgement: Judgement | Undecided | null): string | null {
  if (judgement === null) return null;
  const told = judgement.status === 'undecided' ? judgement.names : judgement.observations.map(({ code }) => code);
  return [judgement.status, ...told].join(' ');
}

function formatFacts(judgement: Judgement | Undecided | null): string {
  return judgement && 'observations' in judgement ? JSON.stringify(judgement.observations[0]?.facts) : '';
}
