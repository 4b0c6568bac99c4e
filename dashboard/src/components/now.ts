import { useSyncExternalStore } from 'react';

const TICK_MS = 1_000;
let aheadMs = 0;
let now = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;
const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  now = readTime();
  timer ??= setInterval(tick, TICK_MS);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

function tick(): void {
  now = readTime();
  for (const each of listeners) each();
}

/** What the clock of this page shows, in milliseconds: the real time, or that of the test project it is about. */
export function readTime(): number {
  return Date.now() + aheadMs;
}

/** Sets the clock of this page ahead of real time: to that of a test project, or back with 0. */
export function setTimeAhead(ms: number): void {
  if (ms === aheadMs) return;
  aheadMs = ms;
  tick();
}

/** The time in milliseconds, renewed every second: one clock for all that is relative on a page. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => now);
}
