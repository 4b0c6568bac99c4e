import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { mapFlags } from '../records/record.ts';
import { DEFAULT_SCHEDULE, type NextCheckInput, nextCheckAt } from './schedule.ts';
import { type DomainState, INITIAL_STATE, type VerificationStatus } from './status.ts';

const S = 1000;
const MIN = 60 * S;
const H = 60 * MIN;
const now = new Date('2026-01-01T00:00:00.000Z');
const ago = (ms: number): Date => new Date(now.getTime() - ms);

function makeState(status: VerificationStatus, verifyAgoMs: number, missed = false): DomainState {
  const up = { value: true, misses: 0, firstMissedAt: null };
  const flags = { ...mapFlags(() => up), ...(missed && { dkim: { value: true, misses: 1, firstMissedAt: now } }) };
  return { ...INITIAL_STATE, status, flags, verifyRequestedAt: ago(verifyAgoMs) };
}

/** The wait in the middle of the jitter. */
function findWait(input: Partial<NextCheckInput> & { state: DomainState }): number {
  const next = nextCheckAt({ createdAt: ago(100 * H), allFound: false, attempt: 1000, now, random: 0.5, ...input });
  return next.getTime() - now.getTime();
}

/** A pending domain that nobody asked to verify, with a record found so long ago. */
function makeUnasked(progressAgoMs?: number): DomainState {
  return { ...INITIAL_STATE, progressAt: progressAgoMs === undefined ? null : ago(progressAgoMs) };
}

test('the checks after verify come quickly first, then every ten minutes', () => {
  const state = makeState('PENDING_CONFIGURATION', 0);
  const waits = Array.from({ length: 12 }, (_, i) => findWait({ state, attempt: i + 1 }));
  assert.deepEqual(waits, [
    ...[5 * S, 10 * S, 20 * S, 40 * S, MIN, 2 * MIN, 5 * MIN, 10 * MIN],
    ...[10 * MIN, 10 * MIN, 10 * MIN, 10 * MIN],
  ]);
  assert.equal(findWait({ state, attempt: 0 }), 5 * S);
});

test('without verify, checks follow at 10 s, then after twice as long each time, to every ten minutes', () => {
  const waits = Array.from({ length: 9 }, (_, i) =>
    findWait({ state: makeUnasked(), createdAt: ago(H), attempt: i + 1 }),
  );
  assert.deepEqual(waits, [...[10, 20, 40, 80, 160, 320, 600, 600, 600].map((seconds) => seconds * S)]);
});

const DAY = 24 * H;
const recent = 71 * H;
const long = 73 * H;
const cases: readonly [name: string, input: Partial<NextCheckInput> & { state: DomainState }, wait: number][] = [
  [
    'a pending domain near its 72 h is checked every ten minutes',
    { state: makeState('PENDING_CONFIGURATION', recent) },
    10 * MIN,
  ],
  [
    'a pending domain that stayed silent past its 72 h is checked daily',
    { state: makeState('PENDING_CONFIGURATION', long), noneAnswered: true },
    24 * H,
  ],
  [
    'a verified domain in order is checked every six hours',
    { state: makeState('VERIFIED', long), allFound: true },
    6 * H,
  ],
  [
    'a domain that is all found in its first check is at rest',
    { state: makeState('VERIFIED', 0), allFound: true, attempt: 1 },
    6 * H,
  ],
  [
    'a verified domain that still lacks MAIL FROM stays on the quick checks',
    { state: makeState('VERIFIED', MIN), attempt: 3 },
    20 * S,
  ],
  ['a verified domain that lacks MAIL FROM for three days is at rest', { state: makeState('VERIFIED', long) }, 6 * H],
  ['a missed record is looked for every 15 minutes', { state: makeState('VERIFIED', long, true) }, 15 * MIN],
  [
    'a missed record is looked for every 15 minutes also soon after verify',
    { state: makeState('VERIFIED', recent, true) },
    15 * MIN,
  ],
  [
    'a missed record is looked for at once for somebody who pressed verify',
    { state: makeState('VERIFIED', 0, true), attempt: 1 },
    5 * S,
  ],
  [
    'a verified domain for which nothing answers is asked again in 15 minutes',
    { state: makeState('VERIFIED', long), noneAnswered: true },
    15 * MIN,
  ],
  ['a domain at risk is checked every 15 minutes', { state: makeState('TEMPORARY_FAILURE', long) }, 15 * MIN],
  [
    'a domain at risk is checked quickly for somebody who pressed verify',
    { state: makeState('TEMPORARY_FAILURE', 0), attempt: 2 },
    10 * S,
  ],
  [
    'a domain that was added and never verified is checked every ten minutes for 72 h',
    { state: makeUnasked(), createdAt: ago(72 * H - 1) },
    10 * MIN,
  ],
  ['… then every hour', { state: makeUnasked(), createdAt: ago(72 * H) }, H],
  ['… until it is 14 days old', { state: makeUnasked(), createdAt: ago(14 * DAY - 1) }, H],
  ['… and then daily', { state: makeUnasked(), createdAt: ago(14 * DAY) }, DAY],
  [
    'a record that appears late starts 72 h of checks every ten minutes',
    { state: makeUnasked(72 * H - 1), createdAt: ago(300 * DAY) },
    10 * MIN,
  ],
  ['… then every hour again', { state: makeUnasked(72 * H), createdAt: ago(300 * DAY) }, H],
  [
    'a domain that became verified without verify and lacks MAIL FROM is checked as while it is being set up',
    { state: { ...makeState('VERIFIED', 0), verifyRequestedAt: null }, createdAt: ago(MIN), attempt: 3 },
    40 * S,
  ],
  ['a failed domain is checked daily', { state: makeState('FAILED', long) }, 24 * H],
];
for (const [name, input, wait] of cases) test(name, () => assert.equal(findWait(input), wait));

test('jitter moves every wait by a tenth at most, and never into the past', () => {
  const statuses = fc.constantFrom<VerificationStatus>(
    'PENDING_CONFIGURATION',
    'VERIFIED',
    'TEMPORARY_FAILURE',
    'FAILED',
  );
  fc.assert(
    fc.property(
      fc.record({ status: statuses, verifyAgoMs: fc.nat(200 * H), missed: fc.boolean() }),
      fc.record({ allFound: fc.boolean(), noneAnswered: fc.boolean(), attempt: fc.nat(1000) }),
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      ({ status, verifyAgoMs, missed }, rest, random) => {
        const state = makeState(status, verifyAgoMs, missed);
        const middle = findWait({ state, ...rest });
        const wait = findWait({ state, ...rest, random });
        assert.ok(Math.abs(wait - middle) <= middle * 0.1 + 1);
        assert.ok(wait >= 4500 && wait <= 24 * H * 1.1);
      },
    ),
  );
});

test('the schedule can be changed', () => {
  const schedule = { ...DEFAULT_SCHEDULE, verifiedMs: 1000, jitter: 0 };
  const input = {
    state: makeState('VERIFIED', long),
    createdAt: ago(long),
    allFound: true,
    attempt: 9,
    now,
    random: 0.9,
  };
  assert.deepEqual(nextCheckAt(input, schedule), new Date(now.getTime() + 1000));
});
