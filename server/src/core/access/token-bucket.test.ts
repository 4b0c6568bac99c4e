import assert from 'node:assert/strict';
import { test } from 'node:test';
import { adoptLevel, buildAllowance, fillBucket, isWorthTelling, takeToken } from './token-bucket.ts';

const ALLOWANCE = buildAllowance(10);

function takeMany(bucket: ReturnType<typeof fillBucket>, count: number, nowMs: number): number {
  return Array.from({ length: count }, () => takeToken(bucket, ALLOWANCE, nowMs)).filter(Boolean).length;
}

test('a burst is twice the rate, and the rate goes on', () => {
  const bucket = fillBucket(ALLOWANCE, 0);
  assert.equal(takeMany(bucket, 100, 0), 20);
  assert.equal(takeMany(bucket, 100, 500), 5);
  assert.equal(takeMany(bucket, 100, 10_000), 20);
});

test('a quarter of a burst is worth telling, and what was taken before a pause that filled it is not', () => {
  const bucket = fillBucket(ALLOWANCE, 0);
  takeMany(bucket, 4, 0);
  assert.equal(isWorthTelling(bucket, ALLOWANCE), false);
  takeMany(bucket, 1, 100);
  assert.equal(isWorthTelling(bucket, ALLOWANCE), true);
  takeMany(bucket, 1, 2_200);
  assert.equal(bucket.untold, 1);
});

test('what other nodes took is missing here; what all took too much is waited for', () => {
  const bucket = fillBucket(ALLOWANCE, 0);
  takeMany(bucket, 5, 0);
  bucket.untold = 0;
  adoptLevel(bucket, ALLOWANCE, 15, 0);
  assert.equal(takeMany(bucket, 100, 0), 5);
  bucket.untold = 2;
  adoptLevel(bucket, ALLOWANCE, 25, 0);
  assert.equal(takeMany(bucket, 100, 700), 0);
  assert.equal(takeMany(bucket, 100, 800), 1);
});

test('an answer that comes late gives nothing back that was taken meanwhile', () => {
  const bucket = fillBucket(ALLOWANCE, 0);
  takeMany(bucket, 5, 0);
  bucket.untold = 0;
  assert.equal(takeMany(bucket, 8, 60_000), 8);
  adoptLevel(bucket, ALLOWANCE, 5, 0);
  assert.equal(takeMany(bucket, 100, 60_000), 12);
});

test('a clock that is set back gives nothing and takes nothing away', () => {
  const bucket = fillBucket(ALLOWANCE, 10_000);
  assert.equal(takeMany(bucket, 15, 10_000), 15);
  assert.equal(takeMany(bucket, 100, 0), 5);
});
