import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MAIL_ALLOWANCES, takeOne } from './mail-allowances.ts';

const DAY_MS = 86_400_000;

test('a project has two hundred, which come back over a day', () => {
  const allowance = MAIL_ALLOWANCES.project;
  assert.deepEqual(takeOne(null, allowance, 0), { used: 1 });
  assert.deepEqual(takeOne({ used: 199, atMs: 0 }, allowance, 0), { used: 200 });
  assert.deepEqual(takeOne({ used: 200, atMs: 0 }, allowance, 0), { waitSeconds: 432 });
  assert.deepEqual(takeOne({ used: 200, atMs: 0 }, allowance, 432_000), { used: 200 });
  assert.deepEqual(takeOne({ used: 200, atMs: 0 }, allowance, DAY_MS), { used: 1 });
  assert.deepEqual(
    takeOne({ used: 200, atMs: DAY_MS }, allowance, 0),
    { waitSeconds: 432 },
    'a clock that is behind gives nothing',
  );
});
