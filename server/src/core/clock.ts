/** Time, handed in, so that a week can pass in a test. */
export interface Clock {
  now(): Date;
  /** Milliseconds that no setting of the clock moves, on the scale of `performance.now()`; only differences mean anything. */
  monotonicMs(): number;
  /** Resolves after `ms` milliseconds, or at once when the signal is aborted; never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}
