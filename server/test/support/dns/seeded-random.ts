/** A source of random numbers that a failure can be repeated with: `AUTOSEND_TEST_SEED`, or a new seed. */
export interface SeededRandom {
  readonly seed: number;
  /** A whole number from 0, less than `limit`. */
  below(limit: number): number;
  /** One of them, which must not be none. */
  pick<T>(from: readonly T[]): T;
}

/** Starts the source (mulberry32: small, and good enough to choose with). */
export function createSeededRandom(): SeededRandom {
  const given = Number(process.env.AUTOSEND_TEST_SEED);
  const seed = Number.isSafeInteger(given) && given > 0 ? given : Math.floor(Math.random() * 2 ** 31) + 1;
  let state = seed >>> 0;
  const below = (limit: number): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  };
  return {
    seed,
    below,
    pick<T>(from: readonly T[]): T {
      if (from.length === 0) throw new Error('There is nothing to pick from.');
      return from[below(from.length)] as T;
    },
  };
}
