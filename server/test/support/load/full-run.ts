import type { TestContext } from 'node:test';

/** How often a fault is to happen: as often as `npm run faults` wants (`AUTOSEND_TEST_TIMES`), or the few times that do for `npm test`. */
export function readTimes(short: number): number {
  const given = Number(process.env.AUTOSEND_TEST_TIMES);
  return Number.isSafeInteger(given) && given > 0 ? given : short;
}

/** Whether `npm run faults` runs this: then what ends by itself after half a minute is waited for. */
export function isFullRun(): boolean {
  return process.env.AUTOSEND_TEST_TIMES !== undefined;
}

/** Tells what was done and how often; `npm run faults` adds it up. */
export function tellDone(t: TestContext, count: number, what: string): void {
  t.diagnostic(`done: ${count} ${what}`);
}

/** Tells how many things were lost or wrong, each with a line, so that a test which fails says how much. */
export function tellWrong(t: TestContext, wrong: readonly string[]): void {
  t.diagnostic(`wrong: ${wrong.length}`);
  for (const line of wrong.slice(0, 20)) t.diagnostic(line);
}
