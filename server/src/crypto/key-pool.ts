import { AppError } from '../core/errors.ts';
import type { DkimKeyPair } from './dkim-keys.ts';

/** Keys made ahead, so that adding a domain does not wait for one. */
export interface KeyPool {
  /** Hands out a key that nobody else gets; where none is ready, makes one on the spot. */
  take(): Promise<DkimKeyPair>;
  /** How many keys are ready. */
  level(): number;
  /** Makes no more keys; resolves when those being made are done. */
  stop(): Promise<void>;
}

export interface KeyPoolOptions {
  /** How many keys to keep ready; 0 makes every key on the spot. */
  readonly size: number;
  readonly create: () => Promise<DkimKeyPair>;
  readonly log: { error(fields: Record<string, unknown>, message: string): void };
  /** The wait after a key could not be made. */
  readonly retryDelayMs?: number;
}

const RETRY_DELAY_MS = 1000;
/** How long nobody may have taken a key before the pool fills up again. */
const REST_MS = 1000;
/** The share of the pool that is filled up at any time. */
const RESERVE = 1 / 8;

/**
 * Creates a pool that fills itself in the background, one key at a time: a key costs some 30 ms of a whole core, and the
 * other cores are for answering. While keys are being taken it only keeps a reserve: a burst finds the cores free.
 */
export function createKeyPool({ size, create, log, retryDelayMs = RETRY_DELAY_MS }: KeyPoolOptions): KeyPool {
  const ready: DkimKeyPair[] = [];
  const running = new Set<Promise<void>>();
  let filling = false;
  let retryTimer: NodeJS.Timeout | undefined;
  let restTimer: NodeJS.Timeout | undefined;
  let stopped = false;
  const isLow = () => ready.length < size * RESERVE;

  function track<T>(work: Promise<T>): Promise<T> {
    const forget = (): void => {
      running.delete(settled);
    };
    const settled: Promise<void> = work.then(forget, forget);
    running.add(settled);
    return work;
  }

  /** Never rejects: what goes wrong is logged and tried again later. */
  async function fill(): Promise<void> {
    filling = true;
    try {
      while (!stopped && ready.length < size && (restTimer === undefined || isLow())) ready.push(await create());
    } catch (error) {
      log.error({ err: error }, "couldn't generate a DKIM key ahead of time; trying again");
      if (!stopped) {
        retryTimer = setTimeout(startFilling, retryDelayMs);
        retryTimer.unref();
      }
    } finally {
      filling = false;
    }
  }

  function startFilling(): void {
    retryTimer = undefined;
    if (stopped || filling || ready.length >= size) return;
    void track(fill());
  }

  function rest(): void {
    clearTimeout(restTimer);
    restTimer = setTimeout(() => {
      restTimer = undefined;
      if (retryTimer === undefined) startFilling();
    }, REST_MS);
    restTimer.unref();
  }

  startFilling();
  return {
    async take() {
      if (stopped) throw new AppError('SERVICE_UNAVAILABLE', 'The service is shutting down.', { retryAfterSeconds: 5 });
      const key = ready.shift();
      rest();
      // A pending retry keeps its time: every call starting another attempt would be a busy loop with the fault in it.
      if (retryTimer === undefined && isLow()) startFilling();
      return key ?? track(create());
    },
    level: () => ready.length,
    async stop() {
      stopped = true;
      clearTimeout(retryTimer);
      clearTimeout(restTimer);
      while (running.size > 0) await Promise.all(running);
    },
  };
}
