// Runs the tests on an embedded PostgreSQL of their own, or on the server that AUTOSEND_TEST_DATABASE_URL names.
import { spawn } from 'node:child_process';
import { access, constants as fileConstants, mkdtemp, rm, statfs } from 'node:fs/promises';
import { availableParallelism, constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedServer } from '../server/src/db/embedded/server.ts';
import { findClosedFolder } from '../server/src/system/closed-folder.ts';
import { ROOT } from './runtime.mjs';
import { chooseTestFiles } from './test-files.mjs';
import { takeTestUser } from './test-user.mjs';

// Standard output belongs to the test runner: its closing lines are the last ones.
const log = { info() {}, warn: report, error: report };

const turn = process.argv.find((argument) => argument.startsWith('--turn='))?.slice('--turn='.length);
if (turn !== undefined && !/^\d+$/.test(turn)) {
  console.error(`--turn=${turn} is not a whole number.`);
  process.exit(1);
}

const SHARED_MEMORY = '/dev/shm';
/** The data takes some 260 MB, and PostgreSQL may keep 1 GB of its log. */
const ENOUGH_MEMORY = 2 * 1024 ** 3;

let runner = null;
let stopSignal = null;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    stopSignal ??= signal;
    runner?.kill(signal);
  });
}

// As root the databases run as another user, who cannot enter a private temporary folder of root's.
const user = await takeTestUser();
if (user && (await findClosedFolder(tmpdir(), user))) process.env.TMPDIR = '/tmp';

const groupFolder = await mkdtemp(join(tmpdir(), 'autosend-test-groups-'));
const givenUrl = process.env.AUTOSEND_TEST_DATABASE_URL;
const database = givenUrl ? { url: givenUrl, stop: async () => {} } : await startDatabase();
try {
  process.exitCode = stopSignal ? 1 : await runTests(database.url);
} finally {
  await database.stop();
  await rm(groupFolder, { recursive: true, force: true });
  user?.release();
}
if (stopSignal) process.exitCode = 128 + constants.signals[stopSignal];

async function startDatabase() {
  const dataDir = await mkdtemp(join(await findFolderForData(), 'autosend-test-'));
  const remove = () => rm(dataDir, { recursive: true, force: true });
  try {
    const server = await startEmbeddedServer({ dataDir, user, log, fsync: false });
    return { url: server.url, stop: () => server.stop().finally(remove) };
  } catch (error) {
    await remove();
    user?.release();
    console.error(error.message);
    process.exit(1);
  }
}

/**
 * Memory, where there is enough of it. Each test file makes and drops a database of 300 files, and to find an inode for a new file, ext4
 * goes through all that were freed in the last few seconds: a quarter of PostgreSQL's time.
 */
async function findFolderForData() {
  try {
    await access(SHARED_MEMORY, fileConstants.W_OK);
    const { bavail, bsize } = await statfs(SHARED_MEMORY);
    return bavail * bsize >= ENOUGH_MEMORY ? SHARED_MEMORY : tmpdir();
  } catch {
    return tmpdir();
  }
}

function runTests(url) {
  const given = process.argv.slice(2);
  const part = ['heavy', 'e2e'].find((name) => given.includes(`--${name}`));
  const options = given.filter((argument) => argument.startsWith('-') && !/^--(?:(?:heavy|e2e)$|turn=)/.test(argument));
  const patterns = given.filter((argument) => !argument.startsWith('-'));
  const files = chooseTestFiles(ROOT, groupFolder, {
    given: patterns,
    part,
    turn: turn === undefined ? undefined : Number(turn),
  });
  // Browsers, name servers, restarts and bounds leave the cores idle for a fifth of the time, so one process more than there are.
  const concurrency = `--test-concurrency=${availableParallelism() + 1}`;
  runner = spawn(process.execPath, ['--test', concurrency, ...options, ...files], {
    cwd: ROOT,
    stdio: 'inherit',
    env: {
      ...process.env,
      AUTOSEND_TEST_DATABASE_URL: url,
      // Types are stripped and code is compiled once for all processes, and for the next run.
      NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? join(ROOT, 'node_modules/.cache/autosend-tests'),
    },
  });
  return new Promise((resolve, reject) => {
    runner.once('error', reject);
    runner.once('exit', (code) => resolve(code ?? 1));
  });
}

function report(details, message) {
  console.error(message, details);
}
