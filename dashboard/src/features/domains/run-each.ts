import { RequestError } from '../../api/request-error.ts';

/** One that could not be done, and why. */
export interface Failure<T> {
  readonly item: T;
  readonly error: Error;
}

/** So many requests of one person at a time leave the service room for others. */
const AT_A_TIME = 4;
const MAX_TRIES = 5;

/**
 * Does something with each of many, a few at a time; what fails does not stop the others. Where the service asks to wait, it
 * is tried again after that.
 * @param onProgress is told how many are through
 * @param signal ends it: what has begun is done, and nothing else begins
 */
export async function runEach<T>(
  items: readonly T[],
  run: (item: T) => Promise<unknown>,
  onProgress: (done: number) => void,
  signal?: AbortSignal,
): Promise<Failure<T>[]> {
  const failures: Failure<T>[] = [];
  const waiting = [...items];
  let done = 0;
  const work = async (): Promise<void> => {
    for (let item = waiting.shift(); item !== undefined && !signal?.aborted; item = waiting.shift()) {
      try {
        await runPatiently(item, run);
      } catch (error) {
        failures.push({ item, error: error instanceof Error ? error : new Error(String(error)) });
      }
      done += 1;
      onProgress(done);
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, work));
  return failures;
}

async function runPatiently<T>(item: T, run: (item: T) => Promise<unknown>): Promise<void> {
  for (let tries = 1; ; tries += 1)
    try {
      await run(item);
      return;
    } catch (error) {
      const isBusy = error instanceof RequestError && error.code === 'RATE_LIMIT_EXCEEDED';
      if (!isBusy || error.retryAfter === null || tries === MAX_TRIES) throw error;
      await new Promise((resolve) => setTimeout(resolve, 1_000 * (error.retryAfter ?? 0)));
    }
}
