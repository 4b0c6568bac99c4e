import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  CHECK_ALLOWANCES,
  type CountedCheck,
  EXPECTED_QUESTIONS,
  type Level,
  settleCheck,
  takeCheck,
} from './check-allowances.ts';

function start() {
  let nowMs = 1_000_000;
  const levels = new Map<string, Level>();
  return {
    take: (check: CountedCheck) => takeCheck(levels, check, nowMs),
    settle: (questions: number) => settleCheck(levels, 'example.com', questions, nowMs),
    advance: (ms: number) => {
      nowMs += ms;
    },
  };
}
const ofDomain = (domain: string, project = 'p'): CountedCheck => ({
  checks: [
    { kind: 'domain', id: domain },
    { kind: 'project', id: project },
  ],
  unproved: null,
});
const ofNobody = (project: string): CountedCheck => ({
  checks: [],
  unproved: { registrable: 'example.com', own: `example.com ${project}` },
});

test('a verified domain may be checked 20 times at once, then once in five seconds', () => {
  const { take, advance } = start();
  const ask = () => take(ofDomain('example.com')).waitSeconds;
  for (let n = 0; n < 20; n += 1) assert.equal(ask(), null);
  assert.equal(ask(), 5);
  advance(5_000);
  assert.deepEqual([ask(), ask()], [null, 5]);
});

test('a project may have 100 checks at once, then 10 in a second, over all of its domains', () => {
  const { take, advance } = start();
  let n = 0;
  const ask = () => take(ofDomain(`d${n++}.example.com`)).waitSeconds;
  while (n < 100) assert.equal(ask(), null);
  assert.equal(ask(), 1);
  advance(1_000);
  for (let left = 10; left > 0; left -= 1) assert.equal(ask(), null);
  assert.equal(ask(), 1);
});

test('a check that is refused by one limit takes nothing from another', () => {
  const { take } = start();
  for (let n = 0; n < 50; n += 1) take(ofDomain('one.example.com'));
  for (let n = 0; n < 80; n += 1) assert.equal(take(ofDomain(`d${n}.example.com`)).waitSeconds, null, `${n}`);
});

test('a clock that is set back, or behind that of another node, gives nothing', () => {
  const { take, advance } = start();
  for (let n = 0; n < 20; n += 1) take(ofDomain('example.com'));
  advance(-60_000);
  assert.notEqual(take(ofDomain('example.com')).waitSeconds, null);
});

/** Lets projects ask for ten checks a second each for so many seconds; gives the questions of each, and the longest wait of any. */
function askForLong(projects: number, seconds: number, questionsEach: number) {
  const { take, settle, advance } = start();
  const asked: number[] = [];
  const lastOf = new Map<number, number>();
  let longest = 0;
  for (let second = 0; second < seconds; second += 1) {
    let now = 0;
    for (let n = 0; n < 10 * projects; n += 1) {
      const project = n % projects;
      if (take(ofNobody(`${project}`)).waitSeconds !== null) continue;
      settle(questionsEach);
      now += questionsEach;
      longest = Math.max(longest, second - (lastOf.get(project) ?? 0));
      lastOf.set(project, second);
    }
    asked.push(now);
    advance(1_000);
  }
  return { asked, longest };
}
const sum = (numbers: readonly number[]) => numbers.reduce((total, each) => total + each, 0);

test('about a name that nobody has proved 50 questions go out in a second, and each project has a check in ten seconds', () => {
  const { perSecond, capacity } = CHECK_ALLOWANCES.registrable;
  for (const questions of [1, 40, 200]) {
    const { asked, longest } = askForLong(3, 120, questions);
    // Three projects' own checks may come on top once, and the last check goes past the end.
    const most = capacity + 120 * perSecond + 4 * Math.max(questions, EXPECTED_QUESTIONS);
    assert.ok(sum(asked) <= most, `${sum(asked)} questions in two minutes, of at most ${most}`);
    assert.ok(longest <= 12, `somebody waited ${longest} s at ${questions} questions a check`);
  }
});

test('where there are more projects than the name has checks, each waits for its turn, and it gets no more questions', () => {
  const { asked, longest } = askForLong(100, 600, 35);
  const { perSecond } = CHECK_ALLOWANCES.registrable;
  const later = sum(asked.slice(300)) / 300;
  assert.ok(later <= perSecond * 1.1, `${later} questions a second`);
  // A hundred checks of 35 questions take 70 seconds.
  assert.ok(longest <= 100, `somebody waited ${longest} s`);
});

test('who has not asked about a name yet is served at once, whatever others ask', () => {
  const { take } = start();
  for (let n = 0; n < 1_000; n += 1) take(ofNobody('loud'));
  assert.deepEqual(take(ofNobody('new')), { waitSeconds: null, isScarce: true });
});

test('a share link has one check in five seconds', () => {
  const { take, advance } = start();
  const ask = (link: string) => take({ checks: [{ kind: 'link', id: link }], unproved: null }).waitSeconds;
  assert.deepEqual([ask('l'), ask('l'), ask('m')], [null, 5, null]);
  advance(5_000);
  assert.equal(ask('l'), null);
});
