import { deepEqual, equal } from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { PlannedChange } from './planned-change.ts';
import type { Publication } from './publication.ts';
import type { PublishProblem } from './publish-state.ts';
import { formatMx, formatTxt } from './rdata.ts';
import type { RrSet } from './rr-set.ts';
import { choosePublishing, concludeTurn, type TurnStart } from './turn.ts';

const txt = (name: string, ...texts: string[]): RrSet => ({
  name,
  type: 'TXT',
  ttlSeconds: 3600,
  rdata: texts.map((text) => formatTxt(text)),
});
const wrote = (after: RrSet, before: RrSet | null = null): Publication => ({
  name: after.name,
  type: after.type,
  before,
  after,
});
const planned = (action: PlannedChange['action'], before: RrSet | null, after: RrSet | null): PlannedChange => {
  const { name = '', type = 'TXT' } = after ?? before ?? {};
  return { name, type, action, before, after, reason: null, consent: action === 'conflict' ? 'TXT:x:0' : null };
};

const KEY = txt('autosend._domainkey.example.com', 'v=DKIM1; p=one');
const OLD_KEY = txt('old._domainkey.example.com', 'v=DKIM1; p=old');
const MX: RrSet = { name: 'asend.example.com', type: 'MX', ttlSeconds: 60, rdata: [formatMx(10, 'mx.example.net')] };

describe('what is published without asking', () => {
  it('is what the plan creates and adds, and nothing that needs a consent', () => {
    const ours = { ...MX, rdata: [formatMx(10, 'feedback.example.org')] };
    const { changes, conflicts, drift, stale } = choosePublishing(
      [planned('create', null, KEY), planned('conflict', MX, ours)],
      [],
      [MX],
    );
    deepEqual(changes, [{ before: null, after: KEY }]);
    deepEqual(
      conflicts.map(({ type }) => type),
      ['MX'],
    );
    deepEqual([drift, stale], [[], []]);
  });

  for (const [what, standing, action] of [
    ['somebody took away', null, 'create'],
    ['somebody changed', txt(KEY.name, 'v=DKIM1; p=other'), 'conflict'],
  ] as const)
    it(`is nothing that ${what} since: that is told`, () => {
      const zone = standing ? [standing] : [];
      const choice = choosePublishing([planned(action, standing, KEY)], [wrote(KEY)], zone);
      deepEqual([choice.changes, choice.conflicts], [[], []]);
      deepEqual(choice.drift, [{ before: KEY, after: standing, isRight: false }]);
    });

  it('is not put back where what stands there is as right', () => {
    const standing = txt(KEY.name, 'v=DKIM1; k=rsa; p=one');
    const { drift } = choosePublishing([planned('keep', standing, standing)], [wrote(KEY)], [standing]);
    deepEqual(drift, [{ before: KEY, after: standing, isRight: true }]);
  });

  it('is the withdrawal of a key that is not wanted any more, where it stands as we left it', () => {
    const plan = [planned('keep', KEY, KEY)];
    const { changes, stale } = choosePublishing(plan, [wrote(KEY), wrote(OLD_KEY)], [KEY, OLD_KEY]);
    deepEqual(changes, [{ before: OLD_KEY, after: null }]);
    deepEqual(stale, [wrote(OLD_KEY)]);
    const changed = txt(OLD_KEY.name, 'v=DKIM1; p=theirs');
    const left = choosePublishing(plan, [wrote(KEY), wrote(OLD_KEY)], [KEY, changed]);
    deepEqual(left.changes, []);
    deepEqual(left.stale, [wrote(OLD_KEY)], 'it is theirs by now');
  });
});

const NOW = new Date('2026-11-29T05:00:00.000Z');
const START: TurnStart = { attempts: 0, problem: null, drift: [] };
const problem = (reason: PublishProblem['reason'], ...names: string[]): PublishProblem => ({
  reason,
  message: 'It is so.',
  zone: 'example.com',
  conflicts: names.map((name) => ({ name, type: 'TXT', reason: 'It is in the way.' })),
});

describe('the end of a turn', () => {
  it('in which all was done is followed by the next comparison in a day, and nothing is told', () => {
    const end = concludeTurn(
      { ...START, attempts: 3, problem: problem('throttled') },
      { problem: null, drift: [] },
      NOW,
      0,
    );
    deepEqual([end.attempts, end.problem, end.isProblemTold, end.newDrift], [0, null, false, []]);
    equal(end.nextAt?.getTime(), NOW.getTime() + 24 * 3_600_000);
  });

  it('tells what somebody has to put right once, and again when it is given up', () => {
    let start = START;
    const told: number[] = [];
    for (let turn = 1; turn <= 7; turn += 1) {
      const end = concludeTurn(start, { problem: problem('unauthorized') }, NOW, 0);
      if (end.isProblemTold) told.push(turn);
      equal(end.nextAt === null, turn === 7);
      start = end;
    }
    deepEqual(told, [1, 7]);
  });

  it('tells what is in the way once, until something else is', () => {
    const first = concludeTurn(START, { problem: problem('needs_consent', 'a'), drift: [] }, NOW, 0);
    const second = concludeTurn(first, { problem: problem('needs_consent', 'a'), drift: [] }, NOW, 0);
    const third = concludeTurn(second, { problem: problem('needs_consent', 'a', 'b'), drift: [] }, NOW, 0);
    deepEqual(
      [first, second, third].map(({ isProblemTold }) => isProblemTold),
      [true, false, true],
    );
    deepEqual([first.attempts, first.nextAt !== null], [0, true]);
  });

  it('tells drift once for each change, and keeps what it knew where the zone was not read', () => {
    const gone = { before: KEY, after: null, isRight: false };
    const first = concludeTurn(START, { problem: null, drift: [gone] }, NOW, 0);
    deepEqual(first.newDrift, [gone]);
    const unread = concludeTurn(first, { problem: problem('unreachable') }, NOW, 0);
    deepEqual([unread.drift, unread.newDrift], [[gone], []]);
    const changed = { ...gone, after: txt(KEY.name, 'theirs') };
    deepEqual(concludeTurn(unread, { problem: null, drift: [changed] }, NOW, 0).newDrift, [changed]);
    deepEqual(concludeTurn(unread, { problem: null, drift: [] }, NOW, 0).drift, []);
  });

  it('waits as long as the provider asked for', () => {
    const { nextAt } = concludeTurn(START, { problem: problem('throttled'), retryAfterSeconds: 90 }, NOW, 0);
    equal(nextAt?.getTime(), NOW.getTime() + 90_000);
  });
});
