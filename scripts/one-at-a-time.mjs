// Lets one command of this project at a time do what would not stand a second one beside it, such as installing. Plain JavaScript for Node.js 18.
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

const LOOK_EVERY_MS = 200;
/** Longer than an installation takes. A number may be another process's by now: in a container that was started again, even our own. */
const HELD_MS = 300_000;

/**
 * Does `work` when no other process does it that holds the same file; whoever died with it holds nothing, and nobody holds it for more than five minutes.
 * @param file where the process that works writes its number
 * @param what what is said while another one is waited for
 */
export function oneAtATime(file, what, work) {
  let isTold = false;
  while (!take(file)) {
    if (!isTold) console.error(`Waiting for another command that is ${what} ...`);
    isTold = true;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LOOK_EVERY_MS);
  }
  try {
    return work();
  } finally {
    rmSync(file, { force: true });
  }
}

function take(file) {
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    // Where nothing can be written, the work says so in its own words.
    if (error.code !== 'EEXIST') return true;
  }
  const holder = readHolder(file);
  // Null: it has just been let go, or its number isn't written yet.
  const isHeld = holder === null || (holder !== process.pid && isAlive(holder));
  if (!isHeld || isOld(file)) rmSync(file, { force: true });
  return false;
}

function readHolder(file) {
  try {
    return Number.parseInt(readFileSync(file, 'utf8'), 10) || null;
  } catch {
    return null;
  }
}

function isOld(file) {
  const info = statSync(file, { throwIfNoEntry: false });
  return info !== undefined && Date.now() - info.mtimeMs > HELD_MS;
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Somebody else's process is alive, too.
    return error.code === 'EPERM';
  }
}
