import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { runAlone } from './run-alone.ts';

const skip = process.platform !== 'linux' && 'only Linux has sockets without files';
const name = `autosend test ${process.pid}`;

test('work of one name is done one after the other, and what fails holds up nothing', { skip }, async () => {
  let running = 0;
  const work = async () => {
    running += 1;
    assert.equal(running, 1);
    await delay(1);
    running -= 1;
    throw new Error('failed');
  };
  const all = await Promise.allSettled([1, 2, 3].map(() => runAlone(name, work)));
  assert.deepEqual(
    all.map(({ status, ...rest }) => ('reason' in rest ? String(rest.reason) : status)),
    ['Error: failed', 'Error: failed', 'Error: failed'],
  );
});

test('a process that is killed at its work frees the name', { skip }, async () => {
  const path = JSON.stringify(new URL('run-alone.ts', import.meta.url).href);
  const program = `const { runAlone } = await import(${path});
    await runAlone(${JSON.stringify(name)}, () => new Promise(() => { setInterval(() => {}, 1000); console.log('held'); }));`;
  const holder = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(holder.stdout, 'data');
  let isDone = false;
  const mine = runAlone(name, async () => {
    isDone = true;
  });
  await delay(120);
  assert.equal(isDone, false);
  holder.kill('SIGKILL');
  await mine;
  assert.equal(isDone, true);
});
