import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { State } from '../../components/StateMark.tsx';
import type { RecordRow } from '../domain/record-rows.ts';
import { describeChanges, noteVisit } from './last-visit.ts';

const rowsOf = (state: State) => [{ kind: 'dkim', title: 'DKIM key', state } as RecordRow];
const HOUR_MS = 3_600_000;

for (const { was, is, says } of [
  { was: 'waiting', is: 'verified', says: ['DKIM key is live.'] },
  { was: 'wrong', is: 'verified', says: ['DKIM key is live.'] },
  { was: 'verified', is: 'wrong', says: ['DKIM key is no longer right.'] },
  { was: 'verified', is: 'waiting', says: ['DKIM key is no longer right.'] },
  { was: 'waiting', is: 'wrong', says: ['DKIM key was found, but needs fixing.'] },
  { was: 'waiting', is: 'waiting', says: [] },
  { was: 'wrong', is: 'waiting', says: [] },
] satisfies { was: State; is: State; says: string[] }[])
  test(`a record that was ${was} and is ${is} since the last visit: ${says.join() || 'nothing is said'}`, () => {
    assert.deepEqual(describeChanges(noteVisit(rowsOf(was), 0), rowsOf(is), HOUR_MS), says);
  });

test('a page that was reloaded, or was never open before, says nothing', () => {
  assert.deepEqual(describeChanges(noteVisit(rowsOf('waiting'), 0), rowsOf('verified'), 60_000), []);
  assert.deepEqual(describeChanges(null, rowsOf('verified'), HOUR_MS), []);
});

test('a record that is new since then is no change', () => {
  assert.deepEqual(describeChanges({ at: 0, states: {} }, rowsOf('verified'), HOUR_MS), []);
});
