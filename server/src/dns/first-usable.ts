import type { Budget } from './budget.ts';

/**
 * Makes attempts in order until one is usable: the next one starts when the last failed, or after `staggerMs` beside it,
 * so that one silent server does not eat the time of a check. What still runs when one was usable is cancelled.
 * @returns the results so far in the order of the attempts; `usable` is undefined where none was
 */
export function firstUsable<T>(
  attempts: readonly ((budget: Budget) => Promise<T>)[],
  isUsable: (result: T) => boolean,
  budget: Budget,
  staggerMs: number,
): Promise<{ usable: T | undefined; results: readonly T[] }> {
  if (attempts.length === 0) return Promise.resolve({ usable: undefined, results: [] });
  const [only] = attempts;
  if (only && attempts.length === 1) {
    return only(budget).then((result) => ({ usable: isUsable(result) ? result : undefined, results: [result] }));
  }
  return new Promise((resolve, reject) => {
    const results = new Map<number, T>();
    const branch = budget.branch();
    let started = 0;
    let isSettled = false;
    let timer: NodeJS.Timeout | undefined;
    const settle = (usable: T | undefined) => {
      isSettled = true;
      clearTimeout(timer);
      branch.cancel();
      resolve({ usable, results: attempts.flatMap((_, index) => results.get(index) ?? []) });
    };
    const startNext = () => {
      clearTimeout(timer);
      const index = started;
      const attempt = attempts[index];
      if (!attempt) return;
      started += 1;
      if (started < attempts.length) timer = setTimeout(startNext, staggerMs);
      attempt(branch).then((result) => {
        if (isSettled) return;
        results.set(index, result);
        if (isUsable(result)) settle(result);
        else if (results.size === attempts.length) settle(undefined);
        else startNext();
      }, reject);
    };
    startNext();
  });
}
