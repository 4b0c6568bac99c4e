/** One that could not be done, and why. */
export interface Failure<T> {
  readonly item: T;
  readonly message: string;
}

/** So many requests of one person at a time leave the service room for others. */
const AT_A_TIME = 4;

/**
 * Does something with each of many, a few at a time; what fails does not stop the others.
 * @param onProgress is told how many are through
 */
export async function runEach<T>(
  items: readonly T[],
  run: (item: T) => Promise<unknown>,
  onProgress: (done: number) => void,
): Promise<Failure<T>[]> {
  const failures: Failure<T>[] = [];
  const waiting = [...items];
  let done = 0;
  const work = async (): Promise<void> => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) {
      try {
        await run(item);
      } catch (error) {
        failures.push({ item, message: error instanceof Error ? error.message : String(error) });
      }
      done += 1;
      onProgress(done);
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, work));
  return failures;
}
