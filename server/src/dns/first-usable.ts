import type { Budget } from './budget.ts';
import type { Listener } from './listener.ts';

/** One way to a result; no wider than the budget it is given. */
export type Attempt<T> = (budget: Budget, listener: Listener<T>) => void;

/** What came of the attempts, in their order; `usable` is undefined where none was. */
export interface FirstUsable<T> {
  readonly usable: T | undefined;
  readonly results: readonly T[];
}

/**
 * Makes attempts in order until one is usable: the next one starts when the last failed, or after `staggerMs` beside it,
 * so that one silent server does not eat the time of a check. What still runs when one was usable is cancelled.
 */
export function firstUsable<T>(
  attempts: readonly Attempt<T>[],
  isUsable: (result: T) => boolean,
  budget: Budget,
  staggerMs: number,
  listener: Listener<FirstUsable<T>>,
): void {
  const [only] = attempts;
  if (!only) listener.onResult({ usable: undefined, results: [] });
  else if (attempts.length > 1) new Race(attempts, isUsable, budget, staggerMs, listener).startNext();
  else
    only(budget, {
      onResult: (result) => listener.onResult({ usable: isUsable(result) ? result : undefined, results: [result] }),
      onFault: (error) => listener.onFault(error),
    });
}

class Race<T> {
  readonly #attempts: readonly Attempt<T>[];
  readonly #isUsable: (result: T) => boolean;
  readonly #branch: Budget & { cancel(): void };
  readonly #staggerMs: number;
  readonly #listener: Listener<FirstUsable<T>>;
  readonly #results = new Map<number, T>();
  #started = 0;
  #isSettled = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    attempts: readonly Attempt<T>[],
    isUsable: (result: T) => boolean,
    budget: Budget,
    staggerMs: number,
    listener: Listener<FirstUsable<T>>,
  ) {
    this.#attempts = attempts;
    this.#isUsable = isUsable;
    this.#branch = budget.branch();
    this.#staggerMs = staggerMs;
    this.#listener = listener;
  }

  startNext(): void {
    clearTimeout(this.#timer);
    const index = this.#started;
    const attempt = this.#attempts[index];
    if (!attempt || this.#isSettled) return;
    this.#started += 1;
    if (this.#started < this.#attempts.length) this.#timer = setTimeout(() => this.startNext(), this.#staggerMs);
    attempt(this.#branch, {
      onResult: (result) => this.#take(index, result),
      onFault: (error) => {
        if (this.#settle()) this.#listener.onFault(error);
      },
    });
  }

  #take(index: number, result: T): void {
    if (this.#isSettled) return;
    this.#results.set(index, result);
    const isLast = this.#results.size === this.#attempts.length;
    const usable = this.#isUsable(result) ? result : undefined;
    if (usable === undefined && !isLast) this.startNext();
    else if (this.#settle()) {
      const results = this.#attempts.flatMap((_, at) => this.#results.get(at) ?? []);
      this.#listener.onResult({ usable, results });
    }
  }

  /** @returns false where it was settled before */
  #settle(): boolean {
    if (this.#isSettled) return false;
    this.#isSettled = true;
    clearTimeout(this.#timer);
    this.#branch.cancel();
    return true;
  }
}
