import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeReturn, readReturn } from './describe-return.ts';

test('what an address says of a return is read as one of a few words, and nothing of it is shown', () => {
  assert.equal(readReturn('returned'), 'returned');
  for (const value of [undefined, null, '', 'verified', '<b>', ['returned'], {}]) assert.equal(readReturn(value), null);
});

test('nobody is told that the records are there: only a check knows', () => {
  for (const outcome of ['returned', 'canceled', 'failed', 'used'] as const)
    assert.doesNotMatch(describeReturn(outcome).text, /verified|were added|are there/);
});
