import assert from 'node:assert/strict';
import { test } from 'node:test';
import { absent, failed, zone } from '../../../test/support/findings/explained-domain.ts';
import { answeredBy, viewOf } from '../../../test/support/findings/record-view.ts';
import { SAMPLE_FACTS } from '../../../test/support/findings/sample-facts.ts';
import type { Answer } from '../answers/dns-answer.ts';
import type { SharedObservation } from '../judgement/judgement.ts';
import type { FindingCode } from '../judgement/observation.ts';
import { selectObservations } from './precedence.ts';
import type { Explanation } from './view.ts';

const observed = (code: FindingCode, answers: readonly Answer[] = [absent(1)]) =>
  ({ code, facts: SAMPLE_FACTS[code][0], answers }) as SharedObservation;
const explained = (code: FindingCode, facts: unknown = SAMPLE_FACTS[code][0]) =>
  ({ code, facts, evidence: [] }) as unknown as Explanation;
const select = (codes: readonly FindingCode[], explanation: Explanation | null = null) =>
  selectObservations(
    viewOf(
      'dkim',
      { answers: [absent(1)] },
      'mismatched',
      codes.map((code) => observed(code)),
    ),
    explanation,
  ).map(({ code }) => code);

const CASES: readonly (readonly [
  what: string,
  noticed: readonly FindingCode[],
  told: readonly FindingCode[],
  explanation?: FindingCode,
])[] = [
  ['nothing noticed', [], []],
  ['what stands alone is told, however vague', ['record_missing'], ['record_missing']],
  ['a wrong value says more than a missing record', ['record_missing', 'value_mismatch'], ['value_mismatch']],
  [
    'a missing mechanism says more than a wrong value',
    ['spf_mechanism_missing', 'value_mismatch'],
    ['spf_mechanism_missing'],
  ],
  ['any other error says more', ['spf_mechanism_missing', 'spf_multiple'], ['spf_multiple']],
  ['of three the vaguest two go', ['value_mismatch', 'record_missing', 'dkim_revoked'], ['dkim_revoked']],
  ['two particular ones are both told', ['dkim_revoked', 'spf_multiple'], ['dkim_revoked', 'spf_multiple']],
  // A remark and a fault of a server do not say what is wrong with the record.
  ['a remark beside it', ['record_missing', 'dkim_testing_flag'], ['record_missing', 'dkim_testing_flag']],
  ['a fault of the zone beside it', ['record_missing', 'dnssec_bogus'], ['record_missing', 'dnssec_bogus']],
  ['an explanation takes the place of what is general', ['value_mismatch'], [], 'key_replaced'],
  ['also of silence', ['no_nameserver_answered'], [], 'cname_loop'],
  ['also of an invalid policy', ['dmarc_invalid'], [], 'value_of_other_record'],
  ['what is particular stands beside it', ['dkim_testing_flag'], ['dkim_testing_flag'], 'key_replaced'],
  ['of a wildcard’s answer nobody has to mend the value', ['dkim_testing_flag', 'dkim_revoked'], [], 'wildcard_answer'],
  [
    'what concerns the servers stands beside a wildcard',
    ['nameservers_disagree', 'soa_not_answered'],
    ['nameservers_disagree', 'soa_not_answered'],
    'wildcard_answer',
  ],
  ['behind a CNAME nobody can mend the value', ['dkim_revoked', 'spf_multiple'], [], 'cname_in_the_way'],
  ['nor where it leads nowhere', ['record_missing', 'dkim_testing_flag'], [], 'cname_dangling'],
];
for (const [what, noticed, told, explanation] of CASES)
  test(`of what was noticed the most particular is told: ${what}`, () => {
    const by = explanation ? explained(explanation) : null;
    assert.deepEqual(select(noticed, by), told);
    assert.deepEqual(select([...noticed].reverse(), by), [...told].reverse(), 'in any order');
  });

test('where another record is meant as the one that was mixed up, what is wrong with it is told, too', () => {
  const facts = { name: '_dmarc.example.com', count: 2 };
  const codes: FindingCode[] = ['spf_mechanism_missing'];
  assert.deepEqual(select(codes, explained('value_of_other_record', { ...facts, isSpare: true })), codes);
  assert.deepEqual(select(codes, explained('value_of_other_record', facts)), []);
});

const OF_SERVERS: readonly FindingCode[] = [
  ...(['nameserver_lame', 'answered_without_authority', 'nameserver_without_tcp', 'nameserver_not_public'] as const),
  ...(['nameserver_unreachable', 'zone_expired'] as const),
];
const stranger = answeredBy(failed(1), 'ns.example.net');
for (const [what, answers, zoneSeen, isTold] of [
  ['a server of the zone', [failed(1)], zone, true],
  ['two servers of the zone', [failed(1), failed(2)], zone, true],
  ['a server of another zone, behind a CNAME', [stranger], zone, false],
  ['one of each', [failed(1), stranger], zone, false],
  ['a server of the registry', [failed(1)], { ...zone, name: 'com' }, false],
  ['a server of a zone that is not known', [failed(1)], undefined, false],
] as const)
  for (const code of OF_SERVERS)
    test(`${code}: ${what} is ${isTold ? '' : 'not '}told of`, () => {
      const view = viewOf('dkim', { answers, zone: zoneSeen }, 'missing', [observed(code, answers)]);
      assert.equal(selectObservations(view, null).length, isTold ? 1 : 0);
    });

test('that nobody answered is told, whoever it was', () => {
  const view = viewOf('dkim', { answers: [stranger], zone: undefined }, 'unknown', [
    observed('no_nameserver_answered', [stranger]),
  ]);
  assert.equal(selectObservations(view, null).length, 1);
});
