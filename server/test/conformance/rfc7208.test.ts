import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { parseAllDocuments } from 'yaml';
import type { Answer, DnsRecord, LookupResult, Question } from '../../src/core/answers/dns-answer.ts';
import { questionKey } from '../../src/core/answers/dns-answer.ts';
import { AT_RECORD } from '../../src/core/answers/failure.ts';
import type { Judgement, Undecided } from '../../src/core/judgement/judgement.ts';
import { checkSpf } from '../../src/core/spf/check.ts';
import { findVectors } from '../support/dns/vectors.ts';

// The public RFC 7208 suite of the openspf project: for each scenario a zone and senders with the result they must get.
// A domain's owner is judged for all senders at once, so of each test we take what concerns the record: whether there is
// one, and whether receivers can evaluate it.

type ZoneEntry = 'TIMEOUT' | Readonly<Record<string, string | readonly (string | number)[]>>;
type Zone = ReadonlyMap<string, readonly ZoneEntry[]>;
interface SuiteTest {
  readonly scenario: string;
  readonly name: string;
  readonly domain: string;
  readonly expected: readonly string[];
  readonly zone: Zone;
}

type Outcome = 'none' | 'permerror' | 'undecided' | 'evaluated';

/** Tests that end otherwise for an owner than for the one sender of the test, each with the reason. */
const EXCLUDED: Readonly<Record<string, string>> = {
  'include-at-limit':
    'the sender of the test matches ip4:1.2.3.4 before the last mx; a sender that matches nothing needs that mx too, which is look-up 11',
};

const path = findVectors('rfc7208-tests.yml');

describe('RFC 7208 suite, as far as it concerns the owner of a record', { skip: path === null }, () => {
  const tests = path === null ? [] : readSuite(path);
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
  const own = resolve(test.zone, { name: test.domain, type: 'TXT', servers: 'every' });
  const [answer] = own.answers;
  if (answer?.outcome === 'failed') return { outcome: 'undecided', judgement: null };
  const txt = (answer?.outcome === 'found' ? answer.records : []).flatMap((record) =>
    record.type === 'TXT' ? [record.strings.join('')] : [],
  );
  const lookups = new Map<string, LookupResult>();
  for (let rounds = 0; rounds < 20; rounds++) {
    const step = checkSpf({ domain: test.domain, txt, expectedMechanism: 'include:own.invalid', lookups });
    if (!step.done) {
      for (const question of step.ask) lookups.set(questionKey(question), resolve(test.zone, question));
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

function readSuite(file: string): SuiteTest[] {
  return parseAllDocuments(readFileSync(file, 'utf8')).flatMap((document) => {
    assert.deepEqual(document.errors, []);
    const scenario = document.toJS() as {
      description: string;
      tests: Record<string, { mailfrom: string; helo: string; result: string | string[] }>;
      zonedata: Record<string, ZoneEntry[]>;
    };
    const zone = new Map(Object.entries(scenario.zonedata).map(([name, entries]) => [name.toLowerCase(), entries]));
    return Object.entries(scenario.tests).map(([name, { mailfrom, helo, result }]) => ({
      scenario: scenario.description,
      name,
      // RFC 7208 §2.4: an empty MAIL FROM stands for postmaster at the HELO name.
      domain: (mailfrom === '' ? helo : mailfrom.slice(mailfrom.lastIndexOf('@') + 1)).toLowerCase(),
      expected: [result].flat(),
      zone,
    }));
  });
}

/** Answers from a zone as the suite means it: SPF records are served as TXT where a name lists no TXT of its own. */
function resolve(zone: Zone, question: Question): LookupResult {
  let name = question.name;
  let entries = zone.get(name);
  for (let hops = 0; hops < 8; hops++) {
    const cname = entries?.flatMap((entry) => (entry !== 'TIMEOUT' && entry.CNAME ? [String(entry.CNAME)] : []))[0];
    if (cname === undefined) break;
    name = cname.toLowerCase();
    entries = zone.get(name);
  }
  const hasTxt = entries?.some((entry) => entry !== 'TIMEOUT' && 'TXT' in entry);
  const records = (entries ?? []).flatMap((entry) =>
    entry === 'TIMEOUT' ? [] : toRecords(entry, question.type, hasTxt === true),
  );
  const answer = toAnswer(records, entries);
  return { question, aliases: [], zone: undefined, answers: [answer] };
}

function toAnswer(records: readonly DnsRecord[], entries: readonly ZoneEntry[] | undefined): Answer {
  const source = { server: 'suite', address: '127.0.0.1', via: 'authoritative', rttMs: 0 } as const;
  if (records.length > 0) return { outcome: 'found', records, ttlSeconds: 60, source };
  if (entries?.includes('TIMEOUT'))
    return { outcome: 'failed', reason: 'timeout', kind: 'silent', transport: 'udp', step: AT_RECORD, source };
  return { outcome: 'absent', reason: entries ? 'nodata' : 'nxdomain', negativeTtlSeconds: 60, source };
}

function toRecords(entry: Exclude<ZoneEntry, 'TIMEOUT'>, type: Question['type'], hasTxt: boolean): DnsRecord[] {
  const [[entryType, value] = ['', '']] = Object.entries(entry);
  const served = entryType === 'SPF' && !hasTxt ? 'TXT' : entryType;
  if (served !== type || value === 'NONE') return [];
  if (type === 'TXT') return [{ type, strings: [value].flat().map(String) }];
  if (type === 'MX') return [{ type, preference: Number(value[0]), exchange: String(value[1]).toLowerCase() }];
  if (type === 'A' || type === 'AAAA') return [{ type, address: String(value) }];
  return [];
}
