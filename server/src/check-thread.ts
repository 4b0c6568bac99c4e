/*
 * The entry of a thread that makes scheduled checks: it joins what checks need, as `main.ts` does for the process, and runs
 * the due work until it is told to stop. It shares nothing with the other threads but the database, as a further node does.
 */

import { parentPort, workerData } from 'node:worker_threads';
import type { CheckThreadAnswer, CheckThreadMessage, CheckThreadStart } from './check-threads.ts';
import { compose, createLog, createTextDestination, systemClock } from './compose.ts';
import { createThreadMetrics } from './http/metrics/checks.ts';
import { startDueWork } from './jobs/checks.ts';
import { isOutOfDescriptors } from './services/node/descriptors.ts';
import { explainStart, waitForDatabase } from './services/node/wait-for-database.ts';

const port = parentPort;
if (port === null) throw new Error('check-thread.ts is started by check-threads.ts.');
const { config, storage, concurrency } = workerData as CheckThreadStart;

// As in the process itself: what could open no file or socket can be had again a moment later.
process.on('uncaughtException', (error) => {
  if (!isOutOfDescriptors(error)) throw error;
});
const log = createLog(config.logLevel, config.logFormat === 'text' ? createTextDestination(process.stdout) : undefined);
const { ctx, stopChecking, close } = compose(config, storage, log, { keyPoolSize: 0 });
const metrics = createThreadMetrics(ctx);
let work: ReturnType<typeof startDueWork> | null = null;
let isStopping = false;

port.on('message', (message: CheckThreadMessage) => void (message.kind === 'stop' ? stop() : answer(message.id)));
await start();

/** Takes all its connections at once, as the process does, so that a shortage shows now. */
async function start(): Promise<void> {
  try {
    await waitForDatabase(() => ctx.db.open(), systemClock, log);
  } catch (error) {
    // What was closed meanwhile is no failure.
    if (isStopping) return;
    const reason = explainStart(error);
    if (reason === null) throw error;
    tell({ kind: 'failed', reason });
    return;
  }
  if (isStopping) return;
  work = startDueWork(ctx, concurrency);
  tell({ kind: 'ready' });
}

function tell(what: CheckThreadAnswer): void {
  port?.postMessage(what);
}

async function answer(id: number): Promise<void> {
  tell({ kind: 'read', id, metrics: await metrics.getMetricsAsJSON() });
}

async function stop(): Promise<void> {
  isStopping = true;
  stopChecking();
  await work?.stop();
  await close();
  port?.close();
}
