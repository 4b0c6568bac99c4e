import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Answer, DnsRecord, LookupResult, Question } from '../../../src/core/answers/dns-answer.ts';
import { questionKey } from '../../../src/core/answers/dns-answer.ts';
import type { Judgement } from '../../../src/core/judgement/judgement.ts';
import type { Observation } from '../../../src/core/judgement/observation.ts';
import { checkSpf } from '../../../src/core/spf/check.ts';
import { createSeededRandom } from '../../support/dns/seeded-random.ts';
import { readTimes } from '../../support/load/full-run.ts';
import { explainMissingJudge } from '../../support/verifiers/judge.ts';
import { judgeSpf, SPF_JUDGES, type SpfCase } from '../../support/verifiers/spf-judges.ts';
import { buildSpfCase, OWN_MECHANISM, SENDERS } from './spf-records.ts';

// What we call VERIFIED, receivers must accept; what receivers accept must not stay unverified. AUTOSEND_TEST_TIMES=20000 for the long run.

const random = createSeededRandom();
const cases = Array.from({ length: readTimes(500) }, () => buildSpfCase(random));

describe('SPF: our verdict and that of other implementations', () => {
  for (const judge of SPF_JUDGES)
    test(`${judge.name} agrees on ${cases.length} random records`, async (t) => {
      const missing = await explainMissingJudge(judge);
      if (missing) return t.skip(missing);
      t.diagnostic(`AUTOSEND_TEST_SEED=${random.seed} repeats the choices of this run`);
      const results = await judgeSpf(judge, cases);
      assert.equal(results.length, cases.length);
      const wrong: string[] = [];
      for (const [index, each] of cases.entries()) {
        const judgement = judgeOurselves(each);
        const theirs = results[index] ?? [];
        const txt = each.zone[each.domain]?.TXT ?? [];
        const told = `${JSON.stringify(each.zone[each.domain])} ${theirs.join(' ')} ${JSON.stringify(judgement)}`;
        if (judgement?.status === 'verified' && !protectsUs(theirs))
          wrong.push(`VERIFIED, and ${judge.name} does not accept it: ${told}`);
        if (
          judgement?.status !== 'verified' &&
          protectsUs(theirs) &&
          !theirs.includes('permerror') &&
          !isKnownToBeStricter(judgement, judge.name, txt)
        )
          wrong.push(`not VERIFIED, and ${judge.name} accepts it: ${told}`);
      }
      assert.deepEqual(wrong.slice(0, 10), [], `${wrong.length} differences, AUTOSEND_TEST_SEED=${random.seed}`);
    });
});

test(`what is suggested for any of ${cases.length} random records is right, and not what is there`, () => {
  for (const each of cases) {
    const txt = each.zone[each.domain]?.TXT ?? [];
    for (const { facts } of judgeOurselves(each)?.observations ?? []) {
      if (!('suggestion' in facts) || facts.suggestion === undefined) continue;
      const { suggestion } = facts;
      assert.ok(txt.length > 1 || txt[0] !== suggestion, `suggests what is there: ${suggestion}`);
      const again = judgeOurselves({
        ...each,
        zone: { ...each.zone, [each.domain]: { ...each.zone[each.domain], TXT: [suggestion] } },
      });
      assert.equal(
        again?.status,
        'verified',
        `${JSON.stringify(txt)} suggests ${suggestion}, AUTOSEND_TEST_SEED=${random.seed}`,
      );
    }
  }
});

/** Records that we refuse and others take, each with what makes ours right. docs/verification.md lists them. */
const STRICTER: readonly {
  readonly because: string;
  readonly isSo: (seen: Observation, judge: string, txt: readonly string[]) => boolean;
}[] = [
  {
    because:
      'we do not follow our mechanism, and the operator\u2019s addresses change: they may be among those that a term before turns away',
    isSo: ({ code }) => code === 'spf_mechanism_not_reached',
  },
  {
    because:
      'RFC 7208 \u00a77.1, \u00a76: a character that no macro-string has, and a modifier with a broken macro, are syntax errors (\u00a74.6)',
    isSo: ({ code, facts }, judge) =>
      judge === 'pyspf' &&
      code === 'spf_syntax' &&
      'what' in facts.problem &&
      facts.problem.what === 'term' &&
      ['character', 'odd_characters', 'percent'].includes(facts.problem.problem.what),
  },
  {
    because: 'RFC 7208 \u00a74.6.4: more than 10 MX records behind one mx are a permerror',
    isSo: ({ code, facts }, judge) =>
      judge === 'Mail::SPF' && code === 'spf_too_many_lookups' && facts.what === 'mail_servers',
  },
  {
    because:
      'RFC 7208 \u00a75.2: an include of a name without an SPF record is a permerror; an empty TXT record is none',
    isSo: ({ code, facts }, judge) =>
      judge === 'Mail::SPF' && code === 'spf_syntax' && JSON.stringify(facts).includes('empty-name.example'),
  },
  {
    because:
      'RFC 7208 \u00a73.4: a record should fit into one UDP packet; what is longer than 4,096 octets is not read',
    isSo: ({ code, facts }) => code === 'spf_syntax' && facts.problem.what === 'too_long',
  },
  {
    because:
      'RFC 7208 \u00a76 lets an unknown modifier be repeated; pyspf, which many receivers run, stops at one all the same',
    isSo: ({ code, facts }, judge) =>
      judge === 'Mail::SPF' &&
      code === 'spf_syntax' &&
      'what' in facts.problem &&
      facts.problem.what === 'modifier_twice' &&
      !['redirect', 'exp'].includes(facts.problem.name),
  },
  {
    because: 'RFC 7208 \u00a75: an ip6 mechanism matches no sender over IPv4',
    isSo: (_, judge, [record = '']) => judge === 'Mail::SPF' && /\bip6:::\//i.test(record),
  },
];

function isKnownToBeStricter(judgement: Judgement | null, judge: string, txt: readonly string[]): boolean {
  return judgement?.observations.some((seen) => STRICTER.some(({ isSo }) => isSo(seen, judge, txt))) ?? false;
}

/** Whether mail of ours passes, over IPv4 and IPv6, and no stranger does. A record that makes receivers stop for others is never right. */
function protectsUs(results: readonly string[]): boolean {
  const ours = results.slice(0, SENDERS.ours.length);
  const strangers = results.slice(SENDERS.ours.length);
  return ours.every((result) => result === 'pass') && strangers.every((result) => result !== 'pass');
}

/** Feeds the zone of a case to our rule until it is done: the loop that the service runs, without a network. */
function judgeOurselves({ zone, domain }: SpfCase): Judgement | null {
  const txt = zone[domain]?.TXT ?? [];
  const lookups = new Map<string, LookupResult>();
  for (let rounds = 0; rounds < 40; rounds++) {
    const step = checkSpf({ domain, txt, expectedMechanism: OWN_MECHANISM, lookups });
    if (step.done) return step.value.status === 'undecided' ? null : step.value;
    for (const question of step.ask) lookups.set(questionKey(question), answer(zone, question));
  }
  throw new Error(`The rule asks without end for ${JSON.stringify(txt)}`);
}

function answer(zone: SpfCase['zone'], question: Question): LookupResult {
  const source = { server: 'zone', address: '192.0.2.53', via: 'authoritative', rttMs: 0 } as const;
  const entry = zone[question.name.replace(/\.$/, '')];
  const records = toRecords(entry, question.type);
  const said: Answer =
    records.length > 0
      ? { outcome: 'found', records, ttlSeconds: 60, source }
      : { outcome: 'absent', reason: entry ? 'nodata' : 'nxdomain', negativeTtlSeconds: 60, source };
  return { question, aliases: [], zone: undefined, answers: [said] };
}

function toRecords(entry: SpfCase['zone'][string] | undefined, type: Question['type']): DnsRecord[] {
  switch (type) {
    case 'TXT':
      return (entry?.TXT ?? []).map((text) => ({ type, strings: [text] }));
    case 'MX':
      return (entry?.MX ?? []).map(([preference, exchange]) => ({ type, preference, exchange }));
    case 'A':
    case 'AAAA':
      return (entry?.[type] ?? []).map((address) => ({ type, address }));
    default:
      return [];
  }
}
