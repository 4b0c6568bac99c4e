import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createBusyServers } from './busy-servers.ts';

const PORT = 53;

function open() {
  let at = 0;
  const quiet: string[] = [];
  const servers = createBusyServers(
    () => at,
    (address) => quiet.push(address),
  );
  const ask = (address: string, times: number, port = PORT) => {
    let isBusy = false;
    for (let i = 0; i < times; i += 1) isBusy = servers.note({ address, port });
    return isBusy;
  };
  const wait = (ms: number) => {
    at += ms;
  };
  return { ask, wait, quiet };
}

test('a server is busy from the 256th question of a minute on', () => {
  const { ask, wait } = open();
  assert.equal(ask('192.0.2.1', 255), false);
  assert.equal(ask('192.0.2.1', 1), true);
  wait(61_000);
  assert.equal(ask('192.0.2.1', 1), true, 'it was busy in the last minute');
});

test('questions that are spread out make no server busy, and one that is asked seldom stops being busy', () => {
  const { ask, wait, quiet } = open();
  for (let minute = 0; minute < 3; minute += 1) {
    assert.equal(ask('192.0.2.1', 200), false);
    wait(61_000);
  }
  assert.equal(ask('192.0.2.2', 256), true);
  wait(61_000);
  ask('192.0.2.2', 10);
  wait(61_000);
  assert.equal(ask('192.0.2.2', 1), false);
  assert.deepEqual(quiet, ['192.0.2.2']);
});

test('four are busy at most, until one of them has not been asked for two minutes', () => {
  const { ask, wait, quiet } = open();
  for (const n of [1, 2, 3, 4]) assert.equal(ask(`192.0.2.${n}`, 300), true);
  assert.equal(ask('192.0.2.5', 300), false);
  wait(100_000);
  for (const n of [2, 3, 4]) ask(`192.0.2.${n}`, 300);
  wait(21_000);
  assert.equal(ask('192.0.2.5', 300), true);
  assert.deepEqual(quiet, ['192.0.2.1']);
});

test('another port at a busy address is another server', () => {
  const { ask, quiet } = open();
  assert.equal(ask('192.0.2.1', 300), true);
  assert.equal(ask('192.0.2.1', 1, 54), false);
  assert.deepEqual(quiet, ['192.0.2.1']);
});

test('a thousand servers are counted at most, and the busy ones are not forgotten for others', () => {
  const { ask } = open();
  assert.equal(ask('192.0.2.1', 256), true);
  for (let n = 0; n < 5_000; n += 1) ask(`2001:db8::${n.toString(16)}`, 1);
  assert.equal(ask('192.0.2.1', 1), true);
  assert.equal(ask('2001:db8::1', 255), false, 'its first question was forgotten');
});
