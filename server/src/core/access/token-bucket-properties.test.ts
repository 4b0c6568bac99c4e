import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { adoptLevel, buildAllowance, fillBucket, isWorthTelling, takeToken } from './token-bucket.ts';

const rate = fc.integer({ min: 1, max: 50 });
/** Pauses between requests, in milliseconds; some set the clock back. */
const pauses = fc.array(fc.integer({ min: -500, max: 1_500 }), { minLength: 1, maxLength: 200 });

describe('a bucket', () => {
  it('starts full, with nothing to tell', () => {
    assert.deepEqual(fillBucket(buildAllowance(7), 1_000), { tokens: 14, atMs: 1_000, untold: 0 });
  });

  it('never gives out more than its burst and what came back since, whatever the clock does', () => {
    fc.assert(
      fc.property(rate, pauses, (perSecond, steps) => {
        const allowance = buildAllowance(perSecond);
        const bucket = fillBucket(allowance, 0);
        let [nowMs, forwardMs, taken] = [0, 0, 0];
        for (const step of steps) {
          nowMs += step;
          forwardMs += Math.max(0, step);
          if (takeToken(bucket, allowance, nowMs)) taken += 1;
          assert.ok(taken <= 2 * perSecond + (forwardMs * perSecond) / 1000 + 1e-6);
          assert.ok(bucket.tokens >= 0 && bucket.tokens <= allowance.capacity);
        }
      }),
    );
  });

  it('serves everybody who keeps to the rate', () => {
    fc.assert(
      fc.property(rate, fc.integer({ min: 1, max: 200 }), (perSecond, count) => {
        const bucket = fillBucket(buildAllowance(perSecond), 0);
        for (let at = 1; at <= count; at += 1)
          assert.ok(takeToken(bucket, buildAllowance(perSecond), Math.ceil((at * 1000) / perSecond)));
      }),
    );
  });

  it('a refusal takes nothing and has nothing to tell', () => {
    const allowance = buildAllowance(1);
    const bucket = fillBucket(allowance, 0);
    for (const isGiven of [true, true, false, false]) assert.equal(takeToken(bucket, allowance, 0), isGiven);
    assert.deepEqual(bucket, { tokens: 0, atMs: 0, untold: 2 });
    assert.equal(takeToken(bucket, allowance, 999), false);
    assert.equal(takeToken(bucket, allowance, 1_000), true);
  });

  for (const [pauseMs, untold] of [
    [2_000, 2],
    [2_001, 1],
  ] as const)
    it(`after a pause of ${pauseMs} ms, where 2 s fill it, ${untold} are to be told`, () => {
      const allowance = buildAllowance(5);
      const bucket = fillBucket(allowance, 0);
      takeToken(bucket, allowance, 0);
      takeToken(bucket, allowance, pauseMs);
      assert.equal(bucket.untold, untold);
    });
});

describe('what is worth telling', () => {
  for (const [perSecond, untold, isWorth] of [
    [1, 0, false],
    [1, 1, true],
    [2, 1, true],
    [3, 1, false],
    [3, 2, true],
    [100, 49, false],
    [100, 50, true],
  ] as const)
    it(`${untold} of ${2 * perSecond}: ${isWorth}`, () => {
      assert.equal(isWorthTelling({ tokens: 0, atMs: 0, untold }, buildAllowance(perSecond)), isWorth);
    });
});

describe('the level over all nodes is taken over', () => {
  /** Ten a second, bursts of twenty. */
  const ALLOWANCE = buildAllowance(10);
  for (const [why, bucket, level, atMs, after] of [
    ['nothing in use: all is there', { tokens: 3, atMs: 0, untold: 0 }, 0, 0, { tokens: 20, atMs: 0 }],
    ['all in use: nothing is there', { tokens: 20, atMs: 0, untold: 0 }, 20, 0, { tokens: 0, atMs: 0 }],
    ['more than all in use is owed', { tokens: 20, atMs: 0, untold: 0 }, 35, 0, { tokens: -15, atMs: 0 }],
    ['what was taken since is taken off', { tokens: 9, atMs: 0, untold: 4 }, 6, 0, { tokens: 10, atMs: 0 }],
    ['what came back since is added', { tokens: 9, atMs: 500, untold: 0 }, 10, 0, { tokens: 15, atMs: 500 }],
    ['but not beyond the burst', { tokens: 9, atMs: 9_000, untold: 3 }, 10, 0, { tokens: 17, atMs: 9_000 }],
    ['a later level sets the clock', { tokens: 9, atMs: 0, untold: 0 }, 10, 700, { tokens: 10, atMs: 700 }],
  ] as const)
    it(why, () => {
      const own = { ...bucket };
      adoptLevel(own, ALLOWANCE, level, atMs);
      assert.deepEqual(own, { ...after, untold: bucket.untold });
    });
});
