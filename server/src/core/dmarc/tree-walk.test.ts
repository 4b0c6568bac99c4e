import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type Answer, type LookupResult, type Question, questionKey } from '../answers/dns-answer.ts';
import { AT_RECORD } from '../answers/failure.ts';
import { type DiscoveredPolicy, discoverPolicy, listWalkNames } from './tree-walk.ts';

/** The TXT texts at each name; what is not there is NXDOMAIN. */
type Zone = Readonly<Record<string, 'failed' | readonly string[]>>;

const source = { server: 'ns.example.com', address: '192.0.2.53', via: 'authoritative', rttMs: 1 } as const;

function answer(found: Zone[string] | undefined): Answer {
  if (found === 'failed')
    return { outcome: 'failed', reason: 'timeout', kind: 'silent', transport: 'udp', step: AT_RECORD, source };
  if (found === undefined) return { outcome: 'absent', reason: 'nxdomain', negativeTtlSeconds: 60, source };
  return {
    outcome: 'found',
    records: found.map((text) => ({ type: 'TXT', strings: [text.slice(0, 5), text.slice(5)] })),
    ttlSeconds: 60,
    source,
  };
}

function lookUp(questions: readonly Question[], zone: Zone): Map<string, LookupResult> {
  return new Map(
    questions.map((question) => [
      questionKey(question),
      { question, answers: [answer(zone[question.name])], aliases: [], zone: undefined },
    ]),
  );
}

function discover(domain: string, zone: Zone): DiscoveredPolicy {
  const first = discoverPolicy(domain, new Map());
  const step = first.done ? first : discoverPolicy(domain, lookUp(first.ask, zone));
  assert.ok(step.done, 'one round of questions is enough');
  return step.value;
}

const plain = 'v=DMARC1; p=none';
const suffix = 'v=DMARC1; p=reject; psd=y';
const organization = 'v=DMARC1; p=quarantine; psd=n';

describe('which record applies below a.b.example.com (RFC 9989 §4.10.2)', () => {
  const cases: readonly (readonly [
    why: string,
    zone: Zone,
    applied: string | null,
    rest?: Partial<DiscoveredPolicy>,
  ])[] = [
    ['nothing is there', {}, null],
    ['the shortest name of several', { 'b.example.com': [plain], 'example.com': [plain], com: [plain] }, 'com'],
    ['psd=n stops the walk', { 'b.example.com': [organization], 'example.com': [plain] }, 'b.example.com'],
    ['psd=n in another case', { 'b.example.com': ['v=DMARC1; p=none; PSD=N'], com: [plain] }, 'b.example.com'],
    ['psd=u and other values leave it open', { 'b.example.com': ['v=DMARC1; p=none; psd=x'], com: [plain] }, 'com'],
    ['one label below psd=y', { 'b.example.com': [plain], 'example.com': [plain], com: [suffix] }, 'example.com'],
    ['two labels below psd=y are too many', { 'b.example.com': [plain], com: [suffix] }, 'com'],
    ['psd=y with nothing below', { com: [suffix] }, 'com'],
    ['psd=y stops the walk', { 'b.example.com': [plain], 'example.com': [suffix], com: [plain] }, 'b.example.com'],
    [
      'a broken record steers the walk all the same',
      { 'b.example.com': ['v=DMARC1; p=oops; psd=n'], com: [plain] },
      'b.example.com',
    ],
    [
      'a tag that is there twice takes no psd=n away',
      { 'b.example.com': ['v=DMARC1; p=none; p=none; psd=n'], com: [plain] },
      'b.example.com',
    ],
    [
      'several records at a name count as none',
      { 'example.com': [plain, organization], com: [suffix] },
      'com',
      { multipleAt: ['_dmarc.example.com'] },
    ],
    ['a record of another kind beside it', { 'example.com': ['v=DMARC2; p=none', plain] }, 'example.com'],
    [
      'names that do not answer are told, and the walk goes on',
      { 'b.example.com': 'failed', 'example.com': [plain], com: 'failed' },
      'example.com',
      { unanswered: ['_dmarc.b.example.com', '_dmarc.com'] },
    ],
    ['above the end of the walk nobody need answer', { 'example.com': [organization], com: 'failed' }, 'example.com'],
    [
      'above the end of the walk nothing is told',
      { 'example.com': [organization], com: [plain, plain] },
      'example.com',
    ],
  ];
  for (const [why, zone, applied, rest] of cases)
    it(`${why}: ${applied ?? 'none'}`, () => {
      const named = Object.fromEntries(Object.entries(zone).map(([name, found]) => [`_dmarc.${name}`, found]));
      const policy = discover('a.b.example.com', named);
      assert.equal(policy.applied?.name ?? null, applied === null ? null : `_dmarc.${applied}`);
      assert.deepEqual(
        { multipleAt: policy.multipleAt, unanswered: policy.unanswered },
        { multipleAt: [], unanswered: [], ...rest },
      );
    });

  it('the text of the record that applies is told whole, and what it says', () => {
    const { applied } = discover('a.example.com', { '_dmarc.example.com': [organization] });
    assert.equal(applied?.text, organization);
    assert.ok(applied.parsed.ok);
    assert.deepEqual([applied.parsed.record.policy, applied.parsed.record.psd], ['quarantine', 'n']);
  });

  it('a record at the name itself is not asked for: the caller knows it', () =>
    assert.equal(discover('example.com', { '_dmarc.example.com': [plain] }).applied, null));
});

describe('what the walk asks (RFC 9989 §4.10)', () => {
  const question = (name: string): Question => ({ name, type: 'TXT', servers: 'any' });

  it('is asked all at once, and only what is not known yet', () => {
    const all = ['_dmarc.b.example.com', '_dmarc.example.com', '_dmarc.com'].map(question);
    assert.deepEqual(discoverPolicy('a.b.example.com', new Map()), { done: false, ask: all });
    assert.deepEqual(discoverPolicy('a.b.example.com', lookUp(all.slice(1), {})), {
      done: false,
      ask: all.slice(0, 1),
    });
  });

  it('a top-level domain has no parent, and is done without a question', () =>
    assert.deepEqual(discoverPolicy('com', new Map()), {
      done: true,
      value: { applied: null, multipleAt: [], unanswered: [] },
    }));

  it('is seven names at most, each a parent of the one before, up to the top', () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[a-z0-9]{1,5}$/), { minLength: 1, maxLength: 40 }), (labels) => {
        const names = listWalkNames(labels.join('.'));
        assert.equal(names.length, Math.min(7, labels.length - 1));
        for (const [index, name] of names.entries())
          assert.equal(name, `_dmarc.${labels.slice(index - names.length).join('.')}`);
      }),
    );
  });
});
