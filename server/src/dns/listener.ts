/**
 * Who waits for a result, without a promise: a question passes so many layers that their promises, kept while it waits for its turn, cost
 * more than asking it (docs/performance.md, `sweep`). One of the two is called, once.
 */
export interface Listener<T> {
  onResult(result: T): void;
  /** For what DNS never does: a mistake of ours. */
  onFault(error: unknown): void;
}

/** Waits for it with a promise, where there is one question and not a thousand. */
export function toPromise<T>(start: (listener: Listener<T>) => void): Promise<T> {
  return new Promise((resolve, reject) => start({ onResult: resolve, onFault: reject }));
}
