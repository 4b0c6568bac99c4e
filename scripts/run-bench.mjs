// Runs the figures of bench/ on an embedded PostgreSQL of their own, with the settings that it has in production, or on the server that AUTOSEND_TEST_DATABASE_URL names.
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { startStatementServer } from '../bench/statement-server.ts';
import { startEmbeddedServer } from '../server/src/db/embedded/server.ts';
import { findClosedFolder } from '../server/src/system/closed-folder.ts';
import { ROOT } from './runtime.mjs';
import { takeTestUser } from './test-user.mjs';

// Standard output belongs to the table, or to the JSON.
const report = (details, message) => console.error(message, details);
const log = { info() {}, warn: report, error: report };

let runner = null;
let stopSignal = null;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    stopSignal ??= signal;
    runner?.kill(signal);
  });
}

// As root the database runs as another user, who cannot enter a private temporary folder of root's.
const user = await takeTestUser();
if (user && (await findClosedFolder(tmpdir(), user))) process.env.TMPDIR = '/tmp';

const dataDir = await mkdtemp(join(tmpdir(), 'autosend-bench-'));
try {
  const server = await startServer();
  try {
    process.exitCode = stopSignal ? 1 : await runFigures(server.url);
  } finally {
    await server.stop();
  }
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  await rm(dataDir, { recursive: true, force: true });
  user?.release();
}
if (stopSignal) process.exitCode = 128 + constants.signals[stopSignal];

/** The server that is named, one that counts statements where these are asked for, or the embedded one. */
async function startServer() {
  const given = process.env.AUTOSEND_TEST_DATABASE_URL;
  if (given) return { url: given, stop: async () => {} };
  return process.argv.includes('--statements')
    ? startStatementServer(dataDir, user)
    : startEmbeddedServer({ dataDir, user, log });
}

function runFigures(url) {
  runner = spawn(process.execPath, [join(ROOT, 'bench', 'run.ts'), ...process.argv.slice(2)], {
    cwd: ROOT,
    stdio: 'inherit',
    env: { ...process.env, AUTOSEND_TEST_DATABASE_URL: url },
  });
  return new Promise((resolve, reject) => {
    runner.once('error', reject);
    runner.once('exit', (code) => resolve(code ?? 1));
  });
}
