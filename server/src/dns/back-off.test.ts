import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createBackOff } from './back-off.ts';

const ADDRESS = '192.0.2.1';

function open(maxAddresses = 10) {
  let now = 0;
  const backOff = createBackOff(() => now, { firstRestMs: 1000, maxAddresses });
  return {
    ...backOff,
    pass: (ms: number) => {
      now += ms;
    },
    /** Asks in vain, as often as told. */
    beSilent: (times: number, address = ADDRESS) => {
      for (let i = 0; i < times; i++) backOff.report(address, 'silent', backOff.admit(address));
    },
  };
}

test('an address rests after three exchanges in a row without an answer, and no other address does', () => {
  const backOff = open();
  backOff.beSilent(2);
  assert.equal(backOff.admit(ADDRESS), 'free');
  backOff.report(ADDRESS, 'answered', 'free');
  backOff.beSilent(2);
  assert.equal(backOff.admit(ADDRESS), 'free', 'an answer starts the count again');
  backOff.beSilent(1);
  assert.equal(backOff.admit(ADDRESS), 'resting');
  assert.equal(backOff.admit('192.0.2.2'), 'free');
});

test('the rest doubles after each trial in vain, from a second to a minute, and one trial goes out at a time', () => {
  const backOff = open();
  backOff.beSilent(3);
  for (const restMs of [1, 2, 4, 8, 16, 32, 60, 60].map((seconds) => seconds * 1000)) {
    backOff.pass(restMs - 1);
    assert.equal(backOff.admit(ADDRESS), 'resting', `${restMs} ms`);
    backOff.pass(1);
    assert.equal(backOff.isBackingOff(ADDRESS), false);
    assert.equal(backOff.admit(ADDRESS), 'trial');
    assert.equal(backOff.admit(ADDRESS), 'resting', 'another trial is under way');
    backOff.report(ADDRESS, 'silent', 'trial');
  }
});

test('exchanges that were under way when the rest began do not make it longer', () => {
  const backOff = open();
  for (let i = 0; i < 20; i++) backOff.report(ADDRESS, 'silent', 'free');
  backOff.pass(1000);
  assert.equal(backOff.admit(ADDRESS), 'trial');
});

test('any answer ends the rest, also one to a question that was asked all the same', () => {
  for (const admission of ['trial', 'resting'] as const) {
    const backOff = open();
    backOff.beSilent(3);
    backOff.report(ADDRESS, 'answered', admission);
    assert.equal(backOff.admit(ADDRESS), 'free');
  }
});

test('a trial that was cancelled proves nothing, and the next question is the trial', () => {
  const backOff = open();
  backOff.beSilent(3);
  backOff.pass(1000);
  assert.equal(backOff.admit(ADDRESS), 'trial');
  backOff.report(ADDRESS, 'unclear', 'trial');
  assert.equal(backOff.admit(ADDRESS), 'trial');
});

test('a silence that is a minute older than its rest is forgotten: five questions at once are asked, not one', () => {
  const backOff = open();
  backOff.beSilent(3);
  backOff.pass(61_000);
  for (let i = 0; i < 5; i++) assert.equal(backOff.admit(ADDRESS), 'free');
});

test('a bounded number of addresses is remembered', () => {
  const backOff = open(2);
  for (const address of ['a', 'b', 'c']) backOff.beSilent(3, address);
  assert.deepEqual(
    ['a', 'b', 'c'].map((address) => backOff.isBackingOff(address)),
    [false, true, true],
  );
});
