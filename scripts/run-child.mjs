// Runs one program as if this process were that program: same terminal, same signals, same exit code.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { join, relative } from 'node:path';
import { openProject } from './open-project.mjs';
import { ROOT } from './runtime.mjs';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];
const WATCH_PARENT_MS = 200;
// Compiled code is kept beside the packages: a start takes a fifth less. Node.js goes without where it cannot write.
const NODE_COMPILE_CACHE = join(ROOT, 'node_modules', '.cache', 'node');

/**
 * Runs a program of the project on the pinned Node.js, as `runAsThis` does; from a copy where root's project is closed to others.
 * @param options.before flags for Node.js
 * @param options.withTests whether the copy is to have what tests read
 */
export function runProgram(node, program, args, { before = [], withTests = false, cwd } = {}) {
  let root;
  try {
    root = openProject(ROOT, { withTests });
  } catch (error) {
    console.error(error.message);
    process.exit(1);
  }
  const inside = relative(ROOT, node);
  const runtime = inside.startsWith('..') ? node : join(root, inside);
  runAsThis(runtime, [...before, join(root, program), ...args], { cwd: cwd ?? (withTests ? root : ROOT) });
}

/**
 * Runs the pinned Node.js with `args` and ends this process as it ends.
 *
 * Ctrl-C reaches everyone in the terminal's process group, and npm passes on what it gets as well, so that one Ctrl-C arrives
 * here up to twice. The first signal is passed on and the rest are dropped. The child may still see two (the terminal's own and
 * ours): it takes every signal after the first as the same request to stop.
 *
 * The child also stops when this process or the npm that started it is killed: nobody would be left to stop it.
 */
export function runAsThis(node, args, { cwd = ROOT } = {}) {
  const follow = new URL('./follow-launcher.mjs', import.meta.url).href;
  const stdio = ['inherit', 'inherit', 'inherit', 'ipc'];
  const env = { NODE_COMPILE_CACHE, ...process.env };
  const child = spawn(node, ['--import', follow, ...args], { cwd, stdio, env });
  if (process.getuid?.() === 0) child.once('message', ({ runsAs }) => runsAs && stopBeingRoot(runsAs));
  let isStopping = false;
  const stop = (signal) => {
    if (isStopping) return;
    isStopping = true;
    child.kill(signal);
  };
  for (const signal of SIGNALS) process.on(signal, () => stop(signal));
  if (process.env.npm_lifecycle_event) {
    const parent = process.ppid;
    setInterval(() => process.ppid !== parent && stop('SIGTERM'), WATCH_PARENT_MS).unref();
  }
  child.on('error', (error) => {
    console.error(`${node} could not be started: ${error.message}`);
    process.exit(1);
  });
  child.on('exit', (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)));
}

/** The child runs as another user: passing on a signal takes no more than being the same one. */
function stopBeingRoot({ uid, gid }) {
  process.setgroups([]);
  process.setgid(gid);
  process.setuid(uid);
}
