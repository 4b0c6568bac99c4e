import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SeenByCheck } from '../../api/domains.ts';
import { describeSeen } from './describe-seen.ts';

const NOTHING: SeenByCheck = {
  checkedAt: '2026-01-01T00:00:00.000Z',
  isFresh: true,
  answeringServers: 2,
  silentServers: 0,
  rightRecords: 0,
  missingRecords: 0,
  wrongRecords: 0,
  unansweredRecords: 0,
};

const cases: readonly [seen: Partial<SeenByCheck>, said: string][] = [
  [{ rightRecords: 2, missingRecords: 3 }, 'Checked 2 name servers just now: 3 records still missing.'],
  [{ rightRecords: 5 }, 'Checked 2 name servers just now: all 5 records are right.'],
  [
    { answeringServers: 1, missingRecords: 1, wrongRecords: 1 },
    'Checked 1 name server just now: 1 record to fix, 1 record still missing.',
  ],
  [
    { silentServers: 1, unansweredRecords: 5 },
    'Checked 3 name servers just now (1 did not answer): no answer for 5 records.',
  ],
  [
    { answeringServers: 0, silentServers: 2, unansweredRecords: 5 },
    'Checked 2 name servers just now: no answer for 5 records.',
  ],
  [{ answeringServers: 0, unansweredRecords: 5 }, 'Checked just now: no answer for 5 records.'],
  [{ isFresh: false, missingRecords: 5 }, 'Checked 2 name servers a moment ago: 5 records still missing.'],
  [{ checkedAt: null }, 'Still checking. The result will appear here.'],
];
for (const [seen, said] of cases)
  test(`what a check saw is said in numbers: ${said}`, () => assert.equal(describeSeen({ ...NOTHING, ...seen }), said));
