import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Answer, type LookupResult, questionKey } from '../answers/dns-answer.ts';
import { mapFlags, RECORD_KINDS } from '../records/record.ts';
import { DEFAULT_LABELS } from '../records/record-input.ts';
import { buildDnsRecords } from '../records/records.ts';
import { checkDomain, listQuestions, startCheckMemo } from './check.ts';

const records = buildDnsRecords({
  domainName: 'example.com',
  ownershipToken: '0'.repeat(32),
  selector: 'autosend',
  publicKey: 'MIIB',
  region: { key: 'x', mailFromHost: 'feedback.example.net', spfMechanism: 'include:example.net' },
  labels: DEFAULT_LABELS,
});
const expected = { name: 'example.com', records, isUp: mapFlags(() => false) };
const questions = listQuestions(records);

/** Look-ups in which nothing is there but this many servers' SPF records. */
function makeLookups(texts: readonly string[]): Map<string, LookupResult> {
  const source = (n: number) =>
    ({ server: `ns${n}.example.com`, address: '192.0.2.1', via: 'authoritative', rttMs: 1 }) as const;
  const spf = texts.map(
    (text, n): Answer => ({
      outcome: 'found',
      records: [{ type: 'TXT', strings: [text] }],
      ttlSeconds: 300,
      source: source(n),
    }),
  );
  const absent: Answer = { outcome: 'absent', reason: 'nxdomain', negativeTtlSeconds: 300, source: source(0) };
  return new Map(
    Object.entries(questions).map(([kind, question]) => [
      questionKey(question),
      { question, answers: kind === 'mail_from_spf' ? spf : [absent], aliases: [], zone: undefined },
    ]),
  );
}

/** Calls the check until it asks or is done; how many turns it took, and how many different answers it judged. */
function play(texts: readonly string[]) {
  const memo = startCheckMemo();
  const lookups = makeLookups(texts);
  for (let turns = 1; ; turns += 1) {
    const step = checkDomain(expected, lookups, memo);
    if (step.done || step.ask.length > 0) return { turns, judged: memo.judged.size, step };
    assert.ok(turns < 100, 'it goes on for ever');
  }
}

const own = `v=spf1 include:example.net ~all`;
const long = (n: number) => `v=spf1 ${'ip4:192.0.2.1 '.repeat(250)}include:example.net ?all x=${n}`;

test('servers that show the same are judged once', () => {
  // One judgement for each kind of record, but for DMARC, which asks about the parent first.
  assert.equal(play(Array(13).fill(own)).judged, RECORD_KINDS.length - 1);
});

test('an ordinary domain is judged in one turn', () => {
  assert.equal(play([own, own]).turns, 1);
});

test('where servers show long records that differ, each takes a turn, and the verdict is that of one turn', () => {
  const texts = Array.from({ length: 13 }, (_, n) => long(n));
  const { turns, step } = play(texts);
  assert.ok(turns >= 13, `${turns} turns`);
  assert.deepEqual(step, checkDomain(expected, makeLookups(texts)));
});

test('a record of 32 KB is refused before it is read, and a finding says so', () => {
  const { step } = play([`v=spf1 ${'a '.repeat(16_000)}`]);
  assert.ok(step.done === false || step.value.mail_from_spf.status === 'mismatched');
  const lookups = makeLookups([`v=spf1 ${'a '.repeat(16_000)}`]);
  lookups.set('TXT com', {
    ...(lookups.get(questionKey(questions.dkim)) as LookupResult),
    question: { name: 'com', type: 'TXT', servers: 'any' },
  });
  lookups.set('TXT _dmarc.com', { ...(lookups.get('TXT com') as LookupResult) });
  const whole = checkDomain(expected, lookups);
  assert.ok(whole.done, JSON.stringify(whole));
  assert.deepEqual(
    whole.value.mail_from_spf.observations.map(({ code, facts }) => [code, facts]),
    [['spf_syntax', { problem: { what: 'too_long', length: 32_007, limit: 4_096 } }]],
  );
});
