import { Worker } from 'node:worker_threads';
import type { Config } from './config.ts';
import { AppError } from './core/errors.ts';
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

/** What a thread tells: that it makes checks, why it can't, or what it has measured. */
export type CheckThreadAnswer =
  | { readonly kind: 'ready' }
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'read'; readonly id: number; readonly metrics: MetricsJson };

/** The threads that make scheduled checks, so that requests don't wait for them. */
export interface CheckThreads {
  /** Waits until all of them make checks. @throws AppError SERVICE_UNAVAILABLE where one can't, in words for whoever started the process */
  ready(): Promise<void>;
  /** What each of them has measured: where one doesn't answer within a second, what it answered last, so that no counter goes down. */
  readMetrics(): Promise<MetricsJson[]>;
  /** Ends their checks, has them give back what they hold, and waits until they are gone: whichever isn't in time is ended. */
  stop(): Promise<void>;
}

const READ_MS = 1_000;
/** Less than a step of the shutdown may take. */
const STOP_MS = 18_000;
const ENTRY = new URL('./check-thread.ts', import.meta.url);

/**
 * Starts `config.checkThreads` of them. A thread that fails ends the process, as any fault does that nobody caught: whoever
 * supervises it starts a whole one.
 */
export function startCheckThreads(
  config: Config,
  { connection, secretKey }: CheckThreadStart['storage'],
  { entry = ENTRY, stopMs = STOP_MS }: { readonly entry?: URL; readonly stopMs?: number } = {},
): CheckThreads {
  const concurrency = Math.ceil(config.workerConcurrency / config.checkThreads);
  const start: CheckThreadStart = { config, storage: { connection, secretKey }, concurrency };
  const threads = Array.from({ length: config.checkThreads }, () => startThread(entry, start, stopMs));
  return {
    ready: async () => void (await Promise.all(threads.map(({ ready }) => ready))),
    readMetrics: async () => (await Promise.all(threads.map(({ read }) => read()))).filter((read) => read !== null),
    stop: async () => void (await Promise.all(threads.map(({ stop }) => stop()))),
  };
}

function startThread(entry: URL, workerData: CheckThreadStart, stopMs: number) {
  // What the process was started with is for the process: V8 has its options already, and the launcher is followed once.
  const worker = new Worker(entry, { workerData, name: 'checks', execArgv: [] });
  const ready = Promise.withResolvers<void>();
  // Whoever stops while it starts doesn't wait for it.
  ready.promise.catch(() => undefined);
  const ended = Promise.withResolvers<void>();
  const waiting = new Map<number, () => void>();
  let lastId = 0;
  let lastRead: MetricsJson | null = null;
  let isStopping = false;
  const tell = (message: CheckThreadMessage): void => worker.postMessage(message);
  // Nobody listens to `error`, so that it is thrown.
  worker.on('message', (answer: CheckThreadAnswer) => {
    if (answer.kind === 'ready') ready.resolve();
    else if (answer.kind === 'failed') ready.reject(new AppError('SERVICE_UNAVAILABLE', answer.reason));
    else {
      lastRead = answer.metrics;
      waiting.get(answer.id)?.();
    }
  });
  worker.on('exit', () => {
    ended.resolve();
    for (const settle of waiting.values()) settle();
    if (!isStopping) throw new Error('A thread that makes checks ended unexpectedly.');
  });
  return {
    ready: ready.promise,
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
      if (!isStopping) tell({ kind: 'stop' });
      isStopping = true;
      const late = setTimeout(() => void worker.terminate(), stopMs);
      await ended.promise;
      clearTimeout(late);
    },
  };
}
