import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FLAGS, RECORD_KINDS, RECORDS, type RecordKind } from '../../../../server/src/core/records/record.ts';
import type { State } from '../../components/StateMark.tsx';
import { describeDomain } from './headline.ts';
import type { RecordRow } from './record-rows.ts';

const ALL = RECORD_KINDS.length;

type Status = Parameters<typeof describeDomain>[0]['verificationStatus'];

function describe(verificationStatus: Status, states: Partial<Record<RecordKind, State>>, otherwise: State) {
  const rows = RECORD_KINDS.map((kind) => ({
    ...({ kind, isRequired: FLAGS[RECORDS[kind].flag].isRequired, state: states[kind] ?? otherwise } as RecordRow),
  }));
  return describeDomain({ verificationStatus, domainName: 'example.com' }, rows);
}

for (const { status, states, otherwise, headline } of [
  {
    status: 'VERIFIED',
    states: {},
    otherwise: 'verified',
    headline: ['verified', 'Verified', 'yes', /is ready to send/],
  },
  {
    status: 'VERIFIED',
    states: { dkim: 'wrong' },
    otherwise: 'verified',
    headline: ['wrong', 'DKIM is broken', 'risky', /failing DKIM right now/],
  },
  {
    status: 'VERIFIED',
    states: { dkim: 'wrong', ownership: 'wrong' },
    otherwise: 'verified',
    headline: ['wrong', 'Ownership and DKIM are broken', 'risky', /failing DKIM right now/],
  },
  {
    status: 'VERIFIED',
    states: { ownership: 'wrong' },
    otherwise: 'verified',
    headline: ['wrong', 'Ownership is broken', 'risky', /still being sent/],
  },
  {
    status: 'VERIFIED',
    states: { dkim: 'unknown' },
    otherwise: 'verified',
    headline: ['verified', 'Verified', 'yes', /can send mail\. Its name servers didn’t tell us about DKIM/],
  },
  {
    status: 'VERIFIED',
    states: { ownership: 'verified', dkim: 'verified' },
    otherwise: 'waiting',
    headline: ['verified', 'Verified', 'yes', new RegExp(`can send mail\\. ${ALL - 2} recommended records aren’t`)],
  },
  {
    status: 'VERIFIED',
    states: { dmarc: 'wrong' },
    otherwise: 'verified',
    headline: ['verified', 'Verified', 'yes', /can send mail\. 1 recommended record isn’t/],
  },
  {
    status: 'TEMPORARY_FAILURE',
    states: { dkim: 'wrong' },
    otherwise: 'verified',
    headline: ['attention', 'At risk: DKIM is broken', 'risky', /failing DKIM/],
  },
  {
    status: 'TEMPORARY_FAILURE',
    states: {},
    otherwise: 'verified',
    headline: ['attention', 'At risk', 'risky', /still being sent/],
  },
  {
    status: 'PENDING_CONFIGURATION',
    states: {},
    otherwise: 'waiting',
    headline: ['waiting', `0 of ${ALL} records found`, 'no', /can’t send yet\. Required: ownership and DKIM\./],
  },
  {
    status: 'PENDING_CONFIGURATION',
    states: { ownership: 'verified' },
    otherwise: 'waiting',
    headline: ['waiting', `1 of ${ALL} records found`, 'no', /Required: DKIM\./],
  },
  {
    status: 'PENDING_CONFIGURATION',
    states: { dkim: 'wrong', dmarc: 'wrong' },
    otherwise: 'waiting',
    headline: ['wrong', '2 records need fixing', 'no', /can’t send yet/],
  },
  {
    status: 'PENDING_CONFIGURATION',
    states: { ownership: 'verified', dkim: 'verified' },
    otherwise: 'waiting',
    headline: ['waiting', `2 of ${ALL} records found`, 'no', /as soon as the next check/],
  },
  {
    status: 'FAILED',
    states: {},
    otherwise: 'waiting',
    headline: ['wrong', 'Verification failed', 'no', /can’t send yet/],
  },
] as const)
  test(`${status} with ${JSON.stringify(states)}, otherwise ${otherwise}: ${headline[1]}`, () => {
    const { state, word, sends, answer } = describe(status, states, otherwise);
    assert.deepEqual([state, word, sends], headline.slice(0, 3));
    assert.match(answer, headline[3]);
  });

test('a new key that is not live yet is a step of its own, and no reason for receivers to trust mail less', () => {
  const rows = [
    ...RECORD_KINDS.map((kind) => ({
      kind,
      isRequired: FLAGS[RECORDS[kind].flag].isRequired,
      state: 'verified' as const,
    })),
    { kind: 'key:s2' as const, isRequired: false, state: 'waiting' as const },
  ];
  const { state, sends, answer } = describeDomain({ verificationStatus: 'VERIFIED', domainName: 'example.com' }, rows);
  assert.deepEqual([state, sends], ['verified', 'yes']);
  assert.match(answer, /ready to send\. Publish the record of the new key/);
});

const WITH_CNAMES = RECORD_KINDS.flatMap((kind): (RecordKind | 'dkim:second')[] =>
  kind === 'dkim' ? [kind, 'dkim:second'] : [kind],
);

for (const { status, first, second, headline } of [
  {
    status: 'PENDING_CONFIGURATION',
    first: 'verified',
    second: 'waiting',
    headline: ['waiting', `${ALL} of ${ALL + 1} records found`, 'no', /can’t send yet\. Required: DKIM\./],
  },
  {
    status: 'VERIFIED',
    first: 'verified',
    second: 'wrong',
    headline: ['wrong', 'DKIM is broken', 'risky', /may be failing DKIM, and its key can’t be rotated/],
  },
  {
    status: 'VERIFIED',
    first: 'wrong',
    second: 'verified',
    headline: ['wrong', 'DKIM is broken', 'risky', /may be failing DKIM/],
  },
  {
    status: 'TEMPORARY_FAILURE',
    first: 'wrong',
    second: 'wrong',
    headline: ['attention', 'At risk: DKIM is broken', 'risky', /is failing DKIM right now/],
  },
  {
    status: 'VERIFIED',
    first: 'verified',
    second: 'unknown',
    headline: ['verified', 'Verified', 'yes', /didn’t tell us about DKIM/],
  },
] as const)
  test(`${status} with two CNAMEs, the first ${first} and the second ${second}: ${headline[1]}`, () => {
    const states: Partial<Record<string, State>> = { dkim: first, 'dkim:second': second };
    const rows = WITH_CNAMES.map((kind) => ({
      kind,
      isRequired: FLAGS[RECORDS[kind === 'dkim:second' ? 'dkim' : kind].flag].isRequired,
      state: states[kind] ?? ('verified' as const),
    }));
    const { state, word, sends, answer } = describeDomain(
      { verificationStatus: status, domainName: 'example.com' },
      rows,
    );
    assert.deepEqual([state, word, sends], headline.slice(0, 3));
    assert.match(answer, headline[3]);
  });
