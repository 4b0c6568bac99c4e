import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Answer, type DnsRecord, type LookupResult, questionKey } from '../answers/dns-answer.ts';
import type { RecordStatus } from '../judgement/judgement.ts';
import { mapFlags, mapKinds, RECORD_KINDS, RECORDS, type RecordKind } from '../records/record.ts';
import { DEFAULT_LABELS } from '../records/record-input.ts';
import { buildDnsRecords } from '../records/records.ts';
import type { RecordToPublish } from '../records/to-publish.ts';
import { checkDomain, type DomainJudgement, listQuestions, summarizeOutcome } from './check.ts';

const NAME = 'example.com';
const records = buildDnsRecords({
  domainName: NAME,
  ownershipToken: '0'.repeat(32),
  selector: 'autosend',
  publicKey: 'MIIB',
  region: { key: 'x', mailFromHost: 'feedback.example.net', spfMechanism: 'include:example.net' },
  labels: DEFAULT_LABELS,
});
const isUp = mapFlags(() => false);

function publish(record: RecordToPublish): DnsRecord {
  switch (record.type) {
    case 'TXT':
      return { type: 'TXT', strings: [record.value] };
    case 'MX':
      return { type: 'MX', preference: record.priority, exchange: record.value };
    case 'CNAME':
      return { type: 'CNAME', target: record.value };
  }
}

const source = (n: number) =>
  ({ server: `ns${n}.example.com`, address: `192.0.2.${n}`, via: 'authoritative', rttMs: 1 }) as const;
const found = (kind: RecordKind, n = 1): Answer => ({
  outcome: 'found',
  records: [publish(records[kind])],
  ttlSeconds: 300,
  source: source(n),
});
const absent = (n = 1): Answer => ({
  outcome: 'absent',
  reason: 'nxdomain',
  negativeTtlSeconds: 300,
  source: source(n),
});

/** Feeds the rules; what no record is asked for is nowhere. */
function check(answersOf: (kind: RecordKind) => readonly Answer[]): { judgement: DomainJudgement; asked: string[][] } {
  const questions = listQuestions(records, isUp);
  const lookups = new Map<string, LookupResult>();
  const asked: string[][] = [];
  for (;;) {
    const step = checkDomain({ name: NAME, records, isUp }, lookups);
    if (step.done) return { judgement: step.value, asked };
    asked.push(step.ask.map(questionKey));
    for (const question of step.ask) {
      const kind = RECORD_KINDS.find((each) => questionKey(questions[each]) === questionKey(question));
      const answers = kind ? answersOf(kind) : [absent()];
      lookups.set(questionKey(question), { question, answers, aliases: [], zone: undefined });
    }
  }
}

test('a domain in order costs one question for each record, all of them asked at once', () => {
  const { judgement, asked } = check((kind) => [found(kind)]);
  for (const kind of RECORD_KINDS) assert.equal(judgement[kind].status, 'verified', kind);
  assert.deepEqual(asked, [RECORD_KINDS.map((kind) => questionKey(records[kind]))]);
});

for (const missing of RECORD_KINDS)
  test(`a record that is missing takes nothing from the others: ${missing}`, () => {
    const { judgement } = check((kind) => [kind === missing ? absent() : found(kind)]);
    for (const kind of RECORD_KINDS) assert.equal(judgement[kind].status, kind === missing ? 'missing' : 'verified');
    const outcome = summarizeOutcome(judgement);
    assert.deepEqual(
      outcome,
      mapFlags((flag) => (flag === RECORDS[missing].flag ? 'wrong' : 'right')),
    );
  });

test('servers that do not agree leave a record unknown, and only that one', () => {
  const { judgement } = check((kind) => [found(kind), kind === 'dkim' ? absent(2) : found(kind, 2)]);
  for (const kind of RECORD_KINDS) assert.equal(judgement[kind].status, kind === 'dkim' ? 'unknown' : 'verified');
});

test('the same records in another order are judged alike', () => {
  const other: DnsRecord = { type: 'TXT', strings: ['v=DKIM1; k=rsa; p=AAAA'] };
  const [first, second] = [
    [publish(records.dkim), other],
    [other, publish(records.dkim)],
  ].map((set) => {
    const { judgement } = check((kind) => (kind === 'dkim' ? [{ ...found(kind), records: set }] : [found(kind)]));
    return judgement.dkim.observations.map(({ code, facts }) => ({ code, facts }));
  });
  assert.deepEqual(first, second);
});

test('a "no" is only validated where it would count against the domain', () => {
  const questions = listQuestions(records, { ...isUp, mailFrom: true });
  for (const kind of RECORD_KINDS)
    assert.equal(questions[kind].validateAbsence, RECORDS[kind].flag === 'mailFrom', kind);
  for (const question of Object.values(listQuestions(records))) assert.equal(question.validateAbsence, false);
});

const pairs: readonly [RecordStatus, RecordStatus, string][] = [
  ['verified', 'verified', 'right'],
  ['verified', 'unknown', 'unknown'],
  ['unknown', 'unknown', 'unknown'],
  ['unknown', 'missing', 'wrong'],
  ['verified', 'mismatched', 'wrong'],
  ['conflicting', 'verified', 'wrong'],
];
for (const [mx, spf, expected] of pairs)
  test(`MAIL FROM is ${expected} where its MX record is ${mx} and its SPF record ${spf}`, () => {
    const statuses: Partial<Record<RecordKind, RecordStatus>> = { mail_from_mx: mx, mail_from_spf: spf };
    const judgement = mapKinds((kind) => ({ status: statuses[kind] ?? 'verified', observations: [] }));
    assert.equal(summarizeOutcome(judgement).mailFrom, expected);
    assert.equal(summarizeOutcome(judgement).ownership, 'right');
  });
