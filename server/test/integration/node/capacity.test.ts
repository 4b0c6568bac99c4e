import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type CapacityInputs, calculateCapacity, calculateMillion } from '../../../docs/capacity.ts';

const SIX_HOURS_MS = 21_600_000;

/** Round numbers, so that the expected ones are worked out by hand. */
const INPUTS: CapacityInputs = {
  nodeMsPerCheck: 5,
  databaseMsPerCheck: 5,
  nodeMsPerCheckOfMillion: 10,
  databaseMsPerCheckOfMillion: 20,
  utilization: 0.5,
  measuredQuestions: 10,
  questionsPerCoreSecond: 1_000,
  zoneQuestions: 5,
  questionsPerNameServer: 5,
  nameServersPerZone: 3,
  questionBytes: 100,
  answerBytes: 150,
  transactionsPerCheck: 0.5,
  rowWritesPerCheck: 3,
  walBytesPerCheck: 4_000,
  bytesPerDomain: 5_000,
  bloat: 2,
  dollarsPerNodeCore: 20,
  dollarsPerDatabaseCore: 100,
  dollarsPerStoredGb: 1,
  dollarsPerSentGb: 0.1,
};

test('what domains take follows from the checks, and more name servers cost the nodes and not the database', () => {
  // 1,000 checks a second. A check: 5 ms for the database; for the node 5 ms, and 10 ms for the 10 questions more.
  assert.deepEqual(calculateCapacity(21_600_000, SIX_HOURS_MS, INPUTS), {
    'checks/s': 1_000,
    nodes: 30,
    'database cores': 10,
    'transactions/s': 500,
    'row writes/s': 3_000,
    'WAL, MB/s': 4,
    'disk, GB': 216,
    'questions/s': 20_000,
    'DNS, Mbit/s': 40,
    // 30 × 20 + 10 × 100 + 216 × 1, and 2 MB a second for 30 days: 5,184 GB × 0.1.
    '$ a month': 600 + 1_000 + 216 + 518.4,
  });
});

test('what a million domains take follows from the same numbers, without room to spare and without rounding', () => {
  // A million every six hours are 46.3 checks a second, four million a day.
  assert.deepEqual(calculateMillion(SIX_HOURS_MS, INPUTS), {
    'checks a second': 46.3,
    'cores for nodes': 0.93,
    'the same if zones have one name server, as measured': 0.46,
    'cores for PostgreSQL': 0.93,
    'size of the database, GB': 5,
    'written to the WAL, GB a day': 16,
    'rows written, millions a day': 12,
    'transactions, millions a day': 2,
  });
});
