/*
 * The entry of a thread that makes scheduled checks: it joins what checks need, as `main.ts` does for the process, and runs
 * the due work until it is told to stop. It shares nothing with the other threads but the database, as a further node does.
 */

import { parentPort, workerData } from 'node:worker_threads';
import type { CheckThreadAnswer, CheckThreadMessage, CheckThreadStart } from './check-threads.ts';
import { compose, createLog, createTextDestination } from './compose.ts';
import { createCheckMetrics } from './http/metrics/checks.ts';
import { startDueWork } from './jobs/checks.ts';
import { isOutOfDescriptors } from './services/node/descriptors.ts';

const port = parentPort;
if (port === null) throw new Error('check-thread.ts is started by check-threads.ts.');
const { config, storage, concurrency } = workerData as CheckThreadStart;

// As in the process itself: what could open no file or socket can be had again a moment later.
process.on('uncaughtException', (error) => {
  if (!isOutOfDescriptors(error)) throw error;
});
const log = createLog(config.logLevel, config.logFormat === 'text' ? createTextDestination(process.stdout) : undefined);
const { ctx, stopChecking, close } = compose(config, storage, log, { keyPoolSize: 0 });
const metrics = createCheckMetrics(ctx.meters);
const work = startDueWork(ctx, concurrency);

port.on('message', (message: CheckThreadMessage) => void (message.kind === 'stop' ? stop() : answer(message.id)));

async function answer(id: number): Promise<void> {
  port?.postMessage({ id, metrics: await metrics.getMetricsAsJSON() } satisfies CheckThreadAnswer);
}

async function stop(): Promise<void> {
  stopChecking();
  await work.stop();
  await close();
  port?.close();
}
