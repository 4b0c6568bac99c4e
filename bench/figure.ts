/** One line of the table. `value` is in `unit`; a ratio is ours to the reference, of runs that took turns. */
export interface Row {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** The rate of what ours is compared with, in the same unit; null where the goal is a plain number. */
  readonly reference: number | null;
  readonly ratio: { readonly min: number; readonly median: number; readonly max: number } | null;
  /** Null: shown for comparison, without a goal. */
  readonly goal: string | null;
  readonly reached: boolean | null;
}

/** What a figure may be told: how often to repeat, and sizes that replace its own. */
export interface BenchOptions {
  readonly repeats: number;
  readonly questions: number;
  readonly checks: number;
  readonly domains: number;
  /** Whether a sweep tells which statements it spends PostgreSQL's time on. */
  readonly statements: boolean;
}

/** So many units of work, and how long they took where only a part of it counts. */
export interface Work {
  readonly units: number;
  readonly seconds: number;
}

/** Something whose speed is measured: does its work once and says how many units that was. */
export type Contestant = () => Promise<number | Work>;

/**
 * Lets all contestants take turns, so that a machine that is slower for a while is slower for all of them.
 * Gives the rates of each in units a second, one for each round; a first round that warms up is not counted.
 */
export async function alternate<Name extends string>(
  contestants: Readonly<Record<Name, Contestant>>,
  repeats: number,
): Promise<Record<Name, number[]>> {
  const names = Object.keys(contestants) as Name[];
  const rates = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  for (let round = 0; round <= repeats; round += 1) {
    for (const name of names) {
      const startedAt = performance.now();
      const done = await contestants[name]();
      const seconds = (performance.now() - startedAt) / 1000;
      const rate = typeof done === 'number' ? done / seconds : done.units / done.seconds;
      if (round > 0) rates[name].push(rate);
    }
  }
  return rates;
}

/** Builds the row of a comparison; the goal is held against the median of the ratios. */
export function compare(options: {
  name: string;
  unit: string;
  ours: readonly number[];
  reference: readonly number[];
  /** The least ratio; null for a row that only informs. */
  atLeast: number | null;
}): Row {
  const { name, unit, ours, reference, atLeast } = options;
  const ratios = ours.map((rate, round) => rate / (reference[round] ?? Number.NaN));
  const ratio = { min: Math.min(...ratios), median: median(ratios), max: Math.max(...ratios) };
  return {
    name,
    value: median(ours),
    unit,
    reference: median(reference),
    ratio,
    goal: atLeast === null ? null : `≥ ${atLeast} ×`,
    reached: atLeast === null ? null : ratio.median >= atLeast,
  };
}

/** Builds the row of a plain number without a goal. @param reference what is shown beside it */
export function showNumber(name: string, value: number, unit: string, reference: number | null = null): Row {
  return { name, value, unit, reference, ratio: null, goal: null, reached: null };
}

/** Builds the row of a plain number that has a bound. */
export function boundAbove(name: string, value: number, unit: string, atMost: number): Row {
  return { name, value, unit, reference: null, ratio: null, goal: `≤ ${atMost}`, reached: value <= atMost };
}

/** The same with a bound below. */
export function boundBelow(name: string, value: number, unit: string, atLeast: number): Row {
  return { name, value, unit, reference: null, ratio: null, goal: `≥ ${atLeast}`, reached: value >= atLeast };
}

/** Does `work` for 0, 1, … up to `count`, so many at once. */
export async function workThrough(count: number, atOnce: number, work: (index: number) => Promise<void>) {
  let next = 0;
  const lane = async () => {
    while (next < count) {
      const index = next;
      next += 1;
      await work(index);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
}

/** The middle of some numbers. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.floor(middle)] ?? Number.NaN) + (sorted[Math.ceil(middle) - 1] ?? Number.NaN)) / 2;
}
