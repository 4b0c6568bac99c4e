import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Config } from './config.ts';
import type { Connection } from './db/connector.ts';
import type { MetricsJson } from './http/metrics/checks.ts';

/** What a thread is started with. */
export interface CheckThreadStart {
  readonly config: Config;
  readonly storage: { readonly connection: Connection; readonly secretKey: string };
  /** How many checks it makes at once. */
  readonly concurrency: number;
}

/** What a thread is told. */
export type CheckThreadMessage = { readonly kind: 'read'; readonly id: number } | { readonly kind: 'stop' };

/** What a thread answers to `read`. */
export interface CheckThreadAnswer {
  readonly id: number;
  readonly metrics: MetricsJson;
}

/** The threads that make scheduled checks, so that requests don't wait for them. */
export interface CheckThreads {
  /** What each of them has measured: where one doesn't answer within a second, what it answered last, so that no counter goes down. */
  readMetrics(): Promise<MetricsJson[]>;
  /** Ends their checks, has them give back what they hold, and waits until they are gone. */
  stop(): Promise<void>;
}

const READ_MS = 1_000;
const ENTRY = new URL('./check-thread.ts', import.meta.url);

/**
 * Starts `config.checkThreads` of them. A thread that fails ends the process, as any fault does that nobody caught: whoever
 * supervises it starts a whole one.
 */
export function startCheckThreads(
  config: Config,
  { connection, secretKey }: CheckThreadStart['storage'],
  entry = ENTRY,
): CheckThreads {
  const concurrency = Math.ceil(config.workerConcurrency / config.checkThreads);
  const start: CheckThreadStart = { config, storage: { connection, secretKey }, concurrency };
  const threads = Array.from({ length: config.checkThreads }, () => startThread(entry, start));
  return {
    readMetrics: async () => (await Promise.all(threads.map(({ read }) => read()))).filter((read) => read !== null),
    stop: async () => void (await Promise.all(threads.map(({ stop }) => stop()))),
  };
}

function startThread(entry: URL, workerData: CheckThreadStart) {
  // What the process was started with is for the process: V8 has its options already, and the launcher is followed once.
  const worker = new Worker(entry, { workerData, name: 'checks', execArgv: [] });
  const waiting = new Map<number, () => void>();
  let lastId = 0;
  let lastRead: MetricsJson | null = null;
  let isStopping = false;
  const tell = (message: CheckThreadMessage): void => worker.postMessage(message);
  // Nobody listens to `error`, so that it is thrown.
  worker.on('message', ({ id, metrics }: CheckThreadAnswer) => {
    lastRead = metrics;
    waiting.get(id)?.();
  });
  worker.on('exit', () => {
    for (const settle of waiting.values()) settle();
    if (!isStopping) throw new Error('A thread that makes checks ended unexpectedly.');
  });
  return {
    async read(): Promise<MetricsJson | null> {
      lastId += 1;
      const id = lastId;
      const { promise, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, READ_MS);
      waiting.set(id, resolve);
      tell({ kind: 'read', id });
      await promise;
      clearTimeout(timer);
      waiting.delete(id);
      return lastRead;
    },
    async stop(): Promise<void> {
      if (isStopping) return;
      isStopping = true;
      const ended = once(worker, 'exit');
      tell({ kind: 'stop' });
      await ended;
    },
  };
}
