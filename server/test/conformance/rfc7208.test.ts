import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { LookupResult } from '../../src/core/answers/dns-answer.ts';
import { questionKey } from '../../src/core/answers/dns-answer.ts';
import type { Judgement, Undecided } from '../../src/core/judgement/judgement.ts';
import { checkSpf } from '../../src/core/spf/check.ts';
import { checkHost, type HostResult } from '../../src/core/spf/check-host.ts';
import { askSuite, readSpfSuite, type SuiteTest } from '../support/dns/spf-suite.ts';
import { findVectors } from '../support/dns/vectors.ts';

// The public RFC 7208 suite of the openspf project: for each scenario a zone and senders with the result they must get.
// A domain's owner is judged for all senders at once, so of each test we take what concerns the record: whether there is
// one, and whether receivers can evaluate it.

type Outcome = 'none' | 'permerror' | 'undecided' | 'evaluated';

/** Tests that end otherwise for an owner than for the one sender of the test, each with the reason. */
const EXCLUDED: Readonly<Record<string, string>> = {
  'include-at-limit':
    'the sender of the test matches ip4:1.2.3.4 before the last mx; a sender that matches nothing needs that mx too, which is look-up 11',
};

const path = findVectors('rfc7208-tests.yml');

describe('RFC 7208 suite, as far as it concerns the owner of a record', { skip: path === null }, () => {
  const tests = path === null ? [] : readSpfSuite(path);
  const unusedExclusions = new Set(Object.keys(EXCLUDED));

  for (const test of tests) {
    it(`${test.scenario}: ${test.name}`, () => {
      const { outcome, judgement } = judge(test);
      const codes =
        judgement !== null && 'observations' in judgement ? judgement.observations.map(({ code }) => code) : [];
      const told = JSON.stringify({ outcome, expected: test.expected, judgement }, null, 1);
      if (Object.hasOwn(EXCLUDED, test.name)) {
        unusedExclusions.delete(test.name);
        assert.ok(!agrees(outcome, test.expected), `${test.name} agrees and needs no exclusion: ${told}`);
        assert.ok(codes.includes('spf_too_many_lookups'), `only the limits differ between senders: ${told}`);
        assert.ok(!codes.includes('spf_syntax') && !codes.includes('spf_multiple'), told);
        return;
      }
      assert.ok(agrees(outcome, test.expected), told);
    });
  }

  it('every test of the suite was checked, and no exclusion is stale', () => {
    assert.equal(tests.length, 200);
    assert.equal(new Set(tests.map(({ scenario }) => scenario)).size, 16);
    assert.deepEqual([...unusedExclusions], []);
  });
});

function agrees(outcome: Outcome, expected: readonly string[]): boolean {
  switch (outcome) {
    case 'none':
      return expected.includes('none');
    case 'permerror':
      return expected.includes('permerror');
    case 'undecided':
      return expected.includes('temperror');
    case 'evaluated':
      return expected.some((result) => result !== 'none' && result !== 'permerror');
  }
}

/** Feeds the zone of a test to the rule until it is done: the loop that the service runs, without a network. */
function judge(test: SuiteTest): { outcome: Outcome; judgement: Judgement | Undecided | null } {
  const own = askSuite(test.zone, { name: test.domain, type: 'TXT', servers: 'every' });
  const [answer] = own.answers;
  if (answer?.outcome === 'failed') return { outcome: 'undecided', judgement: null };
  const txt = (answer?.outcome === 'found' ? answer.records : []).flatMap((record) =>
    record.type === 'TXT' ? [record.strings.join('')] : [],
  );
  const lookups = new Map<string, LookupResult>();
  for (let rounds = 0; rounds < 20; rounds++) {
    const step = checkSpf({ domain: test.domain, txt, expectedMechanism: 'include:own.invalid', lookups });
    if (!step.done) {
      for (const question of step.ask) lookups.set(questionKey(question), askSuite(test.zone, question));
      assert.ok(lookups.size <= 40, 'a record can cause 40 questions at most');
      continue;
    }
    return { outcome: toOutcome(step.value), judgement: step.value };
  }
  throw new Error(`${test.name} asks without end.`);
}

function toOutcome(judgement: Judgement | Undecided): Outcome {
  if (judgement.status === 'undecided') return 'undecided';
  const codes = judgement.observations.map(({ code }) => code);
  if (codes.some((code) => code === 'spf_multiple' || code === 'spf_syntax' || code === 'spf_too_many_lookups'))
    return 'permerror';
  return codes.some((code) => code.startsWith('spf_')) ? 'evaluated' : 'none';
}

/** Tests whose sender passes by its PTR record, which we do not ask for (RFC 7208 §5.5: "SHOULD NOT be published"). */
const BY_PTR: readonly string[] = [
  'ptr-match-target',
  'ptr-match-implicit',
  'ptr-match-ip6',
  'ptr-case-change',
  'macro-mania-in-domain',
  'p-macro-multiple',
  'bytes-bug',
];

describe('RFC 7208 suite, sender by sender', { skip: path === null }, () => {
  const tests = path === null ? [] : readSpfSuite(path);
  for (const test of tests) {
    it(`${test.scenario}: ${test.name}`, () => {
      const { result } = checkSender(test);
      assert.equal(test.expected.includes(result), !BY_PTR.includes(test.name), `${result}, not ${test.expected}`);
    });
  }
});

function checkSender({ ip, domain, localPart, helo, zone }: SuiteTest): HostResult {
  const lookups = new Map<string, LookupResult>();
  for (let rounds = 0; rounds < 40; rounds++) {
    const step = checkHost({ ip, domain, localPart, helo, lookups });
    if (step.done) return step.value;
    for (const question of step.ask) lookups.set(questionKey(question), askSuite(zone, question));
  }
  throw new Error('It asks without end.');
}
