import type { Budget } from './budget.ts';

/** Keeps the questions that are under way to one address under a limit, so that a check never floods a server. */
export interface InFlightLimiter {
  /** Waits for a place. Null when the budget ran out first; else a function that gives the place back. */
  enter(address: string, budget: Budget): Promise<(() => void) | null>;
}

interface Lane {
  running: number;
  readonly waiting: Set<() => void>;
}

/** Builds the limiter; lanes exist only while something is under way. */
export function createInFlightLimiter(maxPerAddress: number): InFlightLimiter {
  const lanes = new Map<string, Lane>();

  function leave(address: string, lane: Lane): void {
    const [next] = lane.waiting;
    if (next) {
      next(); // the place goes straight to the one who waited longest
      return;
    }
    lane.running -= 1;
    if (lane.running === 0) lanes.delete(address);
  }

  return {
    enter: (address, budget) => {
      const lane = lanes.get(address) ?? { running: 0, waiting: new Set() };
      lanes.set(address, lane);
      const place = () => leave(address, lane);
      if (lane.running < maxPerAddress) {
        lane.running += 1;
        return Promise.resolve(place);
      }
      return new Promise((resolve) => {
        const settle = (result: (() => void) | null) => {
          lane.waiting.delete(go);
          clearTimeout(timer);
          withdraw();
          resolve(result);
        };
        const go = () => settle(place);
        lane.waiting.add(go);
        const withdraw = budget.onCancel(() => settle(null));
        const timer = setTimeout(() => settle(null), budget.remainingMs());
      });
    },
  };
}
