import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { FastifyInstance } from 'fastify';
import { AppError } from '../core/errors.ts';

const RESOLUTION_MS = 10;
/** For so long the delay is measured before it is judged. */
const WINDOW_MS = 1_000;
const RETRY_AFTER_SECONDS = 2;

/** How late this process does what is due. */
export interface LoopDelay {
  /** Takes the mean delay since the last call, in milliseconds beyond what is usual, and begins anew. */
  takeMs(): number;
}

/** Measures it. Node.js counts by itself; nothing of ours runs in a timer, where a fault would end the process. */
export function measureLoopDelay(): LoopDelay & { stop(): void } {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  histogram.enable();
  return {
    takeMs() {
      const mean = histogram.mean / 1e6;
      histogram.reset();
      return Number.isFinite(mean) ? Math.max(0, mean - RESOLUTION_MS) : 0;
    },
    stop: () => void histogram.disable(),
  };
}

/**
 * Refuses requests while the event loop is late, before the process drowns in them. Whether it lives is answered all the
 * same: who ends a process that has much to do makes it worse.
 * @param maxDelayMs 0 refuses nothing
 */
export function shedLoad(app: FastifyInstance, maxDelayMs: number, delay: LoopDelay, nowMs = () => performance.now()) {
  if (maxDelayMs === 0) return;
  let takenAtMs = nowMs();
  let isLate = false;
  app.addHook('onRequest', async (request) => {
    const now = nowMs();
    if (now - takenAtMs >= WINDOW_MS) {
      takenAtMs = now;
      isLate = delay.takeMs() > maxDelayMs;
    }
    if (isLate && request.routeOptions.url !== '/health/live')
      throw new AppError('SERVICE_UNAVAILABLE', 'The server is overloaded. Please try again shortly.', {
        retryAfterSeconds: RETRY_AFTER_SECONDS,
      });
  });
}
