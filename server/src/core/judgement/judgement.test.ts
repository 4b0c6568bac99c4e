import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Answer } from '../answers/dns-answer.ts';
import { AT_RECORD } from '../answers/failure.ts';
import { combineServers, type JudgedStatus, type RecordStatus } from './judgement.ts';

const source = (server: string) => ({ server, address: '192.0.2.1', via: 'authoritative', rttMs: 1 }) as const;
const answers = {
  failed: (server: string): Answer => ({
    outcome: 'failed',
    reason: 'timeout',
    kind: 'silent',
    transport: 'udp',
    step: AT_RECORD,
    source: source(server),
  }),
  answered: (server: string): Answer => ({ outcome: 'found', records: [], ttlSeconds: 60, source: source(server) }),
};

type View = JudgedStatus | 'failed' | 'undecided';

function combine(...views: View[]) {
  return combineServers(
    views.map((view, index) => {
      const server = `ns${index + 1}`;
      if (view === 'failed') return { answer: answers.failed(server), judgement: null };
      const judgement =
        view === 'undecided' ? { status: view, names: ['x.example.net'] } : { status: view, observations: [] };
      return { answer: answers.answered(server), judgement };
    }),
  );
}

const CASES: [string, View[], RecordStatus, string[]][] = [
  ['all servers silent', ['failed', 'failed'], 'unknown', ['no_nameserver_answered']],
  ['an answer that leads to a name nobody could ask', ['undecided'], 'unknown', ['referenced_name_unanswered']],
  ['one right, one that could not be decided', ['verified', 'undecided'], 'unknown', ['referenced_name_unanswered']],
  ['one wrong, one that could not be decided', ['undecided', 'missing'], 'unknown', ['referenced_name_unanswered']],
  ['one right, one silent', ['verified', 'failed'], 'verified', ['nameserver_unreachable']],
  ['one missing, one silent', ['missing', 'failed'], 'missing', ['nameserver_unreachable']],
  ['all right', ['verified', 'verified', 'verified'], 'verified', []],
  ['one of three not yet right', ['verified', 'verified', 'missing'], 'unknown', ['nameservers_disagree']],
  ['one of three no longer wrong', ['mismatched', 'verified', 'mismatched'], 'unknown', ['nameservers_disagree']],
  ['wrong in two ways', ['missing', 'mismatched'], 'mismatched', ['nameservers_disagree']],
  ['wrong in three ways', ['missing', 'mismatched', 'conflicting'], 'conflicting', ['nameservers_disagree']],
];

for (const [name, views, status, codes] of CASES) {
  test(`${name}: ${status}`, () => {
    const combined = combine(...views);
    assert.equal(combined.status, status);
    assert.deepEqual(
      combined.observations.map(({ code }) => code),
      codes,
    );
  });
}

test('a server that failed is never what decides, in whatever order the servers stand', () => {
  assert.equal(combine('failed', 'verified').status, 'verified');
  assert.equal(combine('failed', 'missing').status, 'missing');
  assert.equal(combine('failed', 'failed', 'verified').status, 'verified');
});

test('what nobody could tell does not read as if nobody had answered', () => {
  assert.deepEqual(combine('undecided').observations[0]?.facts, { what: 'names', names: ['x.example.net'] });
  const failure = { server: 'ns1', address: '192.0.2.1', via: 'authoritative', reason: 'timeout' };
  assert.deepEqual(combine('failed').observations[0]?.facts, {
    failures: [{ ...failure, failure: { kind: 'silent', transport: 'udp', step: AT_RECORD } }],
    count: 1,
  });
});

test('of many servers the first are named, and all are counted', () => {
  const right = Array.from({ length: 9 }, () => 'verified' as const);
  const [split] = combine(...right, 'missing').observations;
  assert.deepEqual(split?.facts, {
    verified: { names: ['ns1', 'ns2', 'ns3', 'ns4', 'ns5', 'ns6'], count: 9 },
    missing: { names: ['ns10'], count: 1 },
  });
  const [silence] = combine(...Array.from({ length: 9 }, () => 'failed' as const)).observations;
  assert.ok(silence?.code === 'no_nameserver_answered');
  assert.deepEqual([silence.facts.failures.length, silence.facts.count], [4, 9]);
});
