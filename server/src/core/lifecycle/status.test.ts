import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FLAG_NAMES, mapFlags } from '../records/record.ts';
import {
  applyCheck,
  applyVerifyRequest,
  type CheckOutcome,
  DEFAULT_RULES,
  type DomainState,
  type FlagOutcome,
  findAtRisk,
  findDeadline,
  INITIAL_STATE,
  isVerificationInProgress,
} from './status.ts';

const HOUR = 60;
const START = Date.parse('2026-01-01T00:00:00.000Z');
const at = (minutes: number): Date => new Date(START + minutes * 60_000);
const ALL: CheckOutcome = mapFlags(() => 'right');
const NONE: CheckOutcome = mapFlags(() => 'wrong');

const LETTERS: Record<string, FlagOutcome> = { r: 'right', w: 'wrong', u: 'unknown' };

/** Reads "rw" as ownership right, dkim wrong; MAIL FROM and DMARC right, or as the third and fourth letter say. */
function readOutcome(letters: string): CheckOutcome {
  const [ownership, dkim, mailFrom, dmarc] = [...letters.padEnd(4, 'r')].map((letter) => LETTERS[letter] ?? 'unknown');
  assert.ok(ownership && dkim && mailFrom && dmarc);
  return { ...ALL, ownership, dkim, mailFrom, dmarc };
}

/** Plays a history such as "0 verify, 5 rw" (minutes and what happened); returns the last state and the changes of the domain. */
function play(history: string, from: DomainState = INITIAL_STATE): { state: DomainState; changes: string } {
  let state = from;
  const changes: string[] = [];
  for (const event of history === '' ? [] : history.split(', ')) {
    const [minutes, what] = event.split(' ');
    assert.ok(minutes && what);
    const now = at(Number(minutes));
    if (what === 'verify') {
      state = applyVerifyRequest(state, now);
      continue;
    }
    const result = applyCheck(state, readOutcome(what), now);
    state = result.state;
    for (const { type } of result.changes) if (type.startsWith('domain.')) changes.push(`${minutes} ${type}`);
  }
  return { state, changes: changes.join(', ') };
}

const VERIFIED = '0 verify, 0 rr';
const AT_RISK = `${VERIFIED}, 100 wr, 130 wr, 160 wr`;
const FAILED = '0 verify, 4320 ww';

// 72 h are 4320 minutes.
// biome-ignore format: one history a line
const histories: readonly [guarantee: string, events: string, status: string, changes: string][] = [
  ['a domain that was only added stays pending', '', 'PENDING_CONFIGURATION', ''],
  ['both records found make a domain verified at once', VERIFIED, 'VERIFIED', '0 domain.verified'],
  ['ownership alone is not enough', '0 verify, 1 rw', 'PENDING_CONFIGURATION', ''],
  ['DKIM alone is not enough', '0 verify, 1 wr', 'PENDING_CONFIGURATION', ''],
  ['MAIL FROM and DMARC never hold a domain back', '0 verify, 1 rrww', 'VERIFIED', '1 domain.verified'],
  ['the two records may be seen in different checks', '0 verify, 1 ru, 2 ur', 'VERIFIED', '2 domain.verified'],
  ['a record that was just missed does not make a domain verified, although its flag is still up', '0 verify, 1 rw, 2 wr', 'PENDING_CONFIGURATION', ''],
  ['one minute before 72 h a domain is still pending', '0 verify, 4319 ww', 'PENDING_CONFIGURATION', ''],
  ['72 h after verify a domain without its records fails', FAILED, 'FAILED', '4320 domain.failed'],
  ['the clock does not start before verify is called', '4320 ww', 'PENDING_CONFIGURATION', ''],
  ['without verify, records that are right make a domain verified', '0 rr', 'VERIFIED', '0 domain.verified'],
  ['without verify, a domain never fails for want of its records', '0 ww, 54000 ww', 'PENDING_CONFIGURATION', ''],
  ['verified without verify, a domain that loses its records fails like any other', '0 rr, 100 wr, 130 wr, 160 wr, 4420 wr', 'FAILED', '0 domain.verified, 160 domain.at_risk, 4420 domain.failed'],
  ['verify pressed again starts the 72 h again', '0 verify, 3600 verify, 4320 ww, 7860 ww', 'PENDING_CONFIGURATION', ''],
  ['silence never fails a pending domain', '0 verify, 4320 uu, 54000 uu', 'PENDING_CONFIGURATION', ''],
  ['a pending domain does not fail when all that was answered is right', '0 verify, 5400 ru', 'PENDING_CONFIGURATION', ''],
  ['a pending domain fails when one record is wrong, whatever the silent one holds', '0 verify, 4320 uw', 'FAILED', '4320 domain.failed'],
  ['a pending domain does not fail for MAIL FROM and DMARC', '0 verify, 5400 uuww', 'PENDING_CONFIGURATION', ''],
  ['both found in the last check wins over the clock', '0 verify, 4800 rr', 'VERIFIED', '4800 domain.verified'],
  ['a failed domain stays failed while nothing answers', `${FAILED}, 5000 uu`, 'FAILED', '4320 domain.failed'],
  ['a failed domain comes back by itself', `${FAILED}, 9000 rr`, 'VERIFIED', '4320 domain.failed, 9000 domain.verified'],
  ['verify takes a failed domain back to pending', `${FAILED}, 5000 verify`, 'PENDING_CONFIGURATION', '4320 domain.failed'],
  ['a failed domain gets another 72 h, not one check', `${FAILED}, 5000 verify, 5000 ww, 9319 ww`, 'PENDING_CONFIGURATION', '4320 domain.failed'],
  ['one miss does not un-verify', `${VERIFIED}, 100 ww`, 'VERIFIED', '0 domain.verified'],
  ['two misses do not un-verify', `${VERIFIED}, 100 ww, 300 ww`, 'VERIFIED', '0 domain.verified'],
  ['three misses within 59 minutes do not un-verify', `${VERIFIED}, 100 wr, 130 wr, 159 wr`, 'VERIFIED', '0 domain.verified'],
  ['a hundred misses within 59 minutes do not un-verify', `${VERIFIED}, ${Array.from({ length: 100 }, (_, i) => `${100 + i * 0.59} wr`).join(', ')}`, 'VERIFIED', '0 domain.verified'],
  ['three misses over an hour put a domain at risk', AT_RISK, 'TEMPORARY_FAILURE', '0 domain.verified, 160 domain.at_risk'],
  ['misses of different records are not added up', `${VERIFIED}, 100 wr, 130 rw, 160 wr, 190 rw`, 'VERIFIED', '0 domain.verified'],
  ['a find between misses begins the count again', `${VERIFIED}, 100 wr, 130 wr, 160 rr, 190 wr, 250 wr`, 'VERIFIED', '0 domain.verified'],
  ['silence between misses neither counts nor forgives', `${VERIFIED}, 100 wr, 110 uu, 130 wr, 150 uu, 155 uu, 160 wr`, 'TEMPORARY_FAILURE', '0 domain.verified, 160 domain.at_risk'],
  ['two misses and any silence do not un-verify', `${VERIFIED}, 100 wr, 130 wr, 500 uu, 9000 uu`, 'VERIFIED', '0 domain.verified'],
  ['MAIL FROM and DMARC that fall leave the domain verified', `${VERIFIED}, 100 rrww, 130 rrww, 160 rrww`, 'VERIFIED', '0 domain.verified'],
  ['verify does not lower a verified domain', `${VERIFIED}, 100 verify, 100 ww`, 'VERIFIED', '0 domain.verified'],
  ['verify does not lower a domain at risk', `${AT_RISK}, 170 verify`, 'TEMPORARY_FAILURE', '0 domain.verified, 160 domain.at_risk'],
  ['a domain at risk is restored when its record is found again', `${AT_RISK}, 200 rr`, 'VERIFIED', '0 domain.verified, 160 domain.at_risk, 200 domain.restored'],
  ['one minute before its deadline a domain at risk still sends', `${AT_RISK}, 4419 wr`, 'TEMPORARY_FAILURE', '0 domain.verified, 160 domain.at_risk'],
  ['a domain at risk fails 72 h after the first miss', `${AT_RISK}, 4420 wr`, 'FAILED', '0 domain.verified, 160 domain.at_risk, 4420 domain.failed'],
  ['verify does not move the deadline of a domain at risk', `${AT_RISK}, 4000 verify, 4420 wr`, 'FAILED', '0 domain.verified, 160 domain.at_risk, 4420 domain.failed'],
  ['silence never fails a domain at risk', `${AT_RISK}, 9000 uu, 99999 uu`, 'TEMPORARY_FAILURE', '0 domain.verified, 160 domain.at_risk'],
  ['the other record being right does not fail a domain at risk', `${AT_RISK}, 9000 ur`, 'TEMPORARY_FAILURE', '0 domain.verified, 160 domain.at_risk'],
  ['a state is never skipped: misses that come after the deadline first put a domain at risk', `${VERIFIED}, 100 wr, 9000 wr, 9001 wr, 9002 wr`, 'FAILED', '0 domain.verified, 9001 domain.at_risk, 9002 domain.failed'],
  ['a clock that was set back cannot keep a missed flag up', `${VERIFIED}, 99999 wr, 100 wr, 160 wr`, 'TEMPORARY_FAILURE', '0 domain.verified, 160 domain.at_risk'],
];

for (const [guarantee, events, status, changes] of histories)
  test(guarantee, () => {
    const end = play(events);
    assert.equal(end.state.status, status);
    assert.equal(end.changes, changes);
  });

test('each change is told once, with its data', () => {
  let { state } = play('0 verify');
  const told: unknown[] = [];
  for (const [minutes, outcome] of [
    [1, ALL],
    [2, ALL],
    [100, NONE],
    [130, NONE],
    [160, NONE],
    [190, NONE],
    [100 + 72 * HOUR, NONE],
    [200 + 72 * HOUR, NONE],
  ] as const) {
    const result = applyCheck(state, outcome, at(minutes));
    state = result.state;
    for (const { type, data } of result.changes) told.push([minutes, type, data]);
  }
  const deadlineAt = at(100 + 72 * HOUR).toISOString();
  const firstMissedAt = at(100).toISOString();
  assert.deepEqual(told, [
    ...FLAG_NAMES.map((record) => [1, 'record.verified', { record }]),
    [1, 'domain.verified', {}],
    ...FLAG_NAMES.map((record) => [160, 'record.missing', { record, firstMissedAt }]),
    [160, 'domain.at_risk', { missing: ['ownership', 'dkim'], deadlineAt }],
    [100 + 72 * HOUR, 'domain.failed', { missing: ['ownership', 'dkim'], deadlineAt }],
  ]);
});

test('verifiedAt is the first time, through failure and return', () => {
  const { state } = play(`${AT_RISK}, 4420 wr, 9000 rr`);
  assert.equal(state.status, 'VERIFIED');
  assert.deepEqual(state.verifiedAt, at(0));
});

test('a restored domain carries nothing over: the next loss gets its own 72 h', () => {
  const restored = play(`${AT_RISK}, 200 rr`).state;
  assert.equal(restored.firstMissedAt, null);
  const again = play('1000 wr, 1030 wr, 1060 wr', restored).state;
  assert.deepEqual(findDeadline(again), at(1000 + 72 * HOUR));
});

test('the deadline is told while a clock runs, and only then', () => {
  const cases: [string, Date | null][] = [
    ['', null],
    ['5 verify', at(5 + 72 * HOUR)],
    [VERIFIED, null],
    [AT_RISK, at(100 + 72 * HOUR)],
    [`${AT_RISK}, 200 rr`, null],
    [FAILED, null],
  ];
  for (const [events, deadline] of cases) assert.deepEqual(findDeadline(play(events).state), deadline);
});

test('verification is in progress from verify until a verdict, and never longer than 72 hours', () => {
  const cases: [events: string, minutes: number, expected: boolean][] = [
    ['', 0, false],
    ['0 ww', 1, false],
    ['0 verify', 1, true],
    ['0 verify, 4000 uu', 4319, true],
    ['0 verify, 9000 uu', 4320, false],
    [VERIFIED, 1, false],
    [`${VERIFIED}, 5 verify`, 6, false],
    [AT_RISK, 200, false],
    [FAILED, 4321, false],
    [`${FAILED}, 5000 verify`, 5001, true],
  ];
  for (const [events, minutes, expected] of cases)
    assert.equal(isVerificationInProgress(play(events).state, at(minutes)), expected, events);
});

test('the figures of the life cycle can be changed', () => {
  const rules = { ...DEFAULT_RULES, missesToFall: 1, missSpreadMs: 0, atRiskLimitMs: 60_000 };
  let { state } = play(VERIFIED);
  for (const [minutes, status] of [
    [10, 'TEMPORARY_FAILURE'],
    [11, 'FAILED'],
  ] as const) {
    state = applyCheck(state, NONE, at(minutes), rules).state;
    assert.equal(state.status, status);
  }
});

// Misses at minute 100: the flags fall an hour later at the earliest, by whatever check comes then.
for (const [guarantee, events, minutes] of [
  ['a domain in order is not on its way to be at risk', VERIFIED, null],
  ['a missed key ends VERIFIED an hour after the first miss at the earliest', `${VERIFIED}, 100 rw`, 160],
  ['… however many misses there were by then', `${VERIFIED}, 100 rw, 101 rw, 102 rw, 103 rw`, 160],
  ['of two that are missed, the first counts', `${VERIFIED}, 100 rw, 110 ww`, 160],
  ['what comes back in between begins anew', `${VERIFIED}, 100 rw, 110 rr, 120 rw`, 180],
  ['a recommended record puts nothing at risk', `${VERIFIED}, 100 rrww`, null],
  ['a domain at risk has a deadline, and this no more', AT_RISK, null],
  ['a pending one neither', '0 verify, 1 rw', null],
] as const)
  test(`${guarantee}: ${events}`, () => {
    const { state } = play(events);
    assert.equal(findAtRisk(state)?.getTime() ?? null, minutes === null ? null : at(minutes).getTime());
    // It is never later than what happens: a minute before, the same check does not end it.
    if (minutes === null) return;
    const isVerified = (minute: number) => applyCheck(state, NONE, at(minute)).state.status === 'VERIFIED';
    assert.equal(isVerified(minutes - 1), true);
  });
