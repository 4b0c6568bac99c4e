import type { Budget } from './budget.ts';

/** Gives a place back. */
export type Leave = () => void;

/** Keeps the questions that are under way to one address under a limit, so that a check never floods a server. */
export interface InFlightLimiter {
  /** Gives a place, at once where one is free. Null when the budget ran out first. */
  enter(address: string, budget: Budget): Leave | Promise<Leave | null>;
}

/** All places of a lane are given back by the same function. */
interface Lane {
  running: number;
  readonly waiting: Set<() => void>;
  readonly leave: Leave;
}

/** Builds the limiter; lanes exist only while something is under way. */
export function createInFlightLimiter(maxPerAddress: number): InFlightLimiter {
  const lanes = new Map<string, Lane>();

  function openLane(address: string): Lane {
    const lane: Lane = {
      running: 0,
      waiting: new Set(),
      leave: () => {
        const [next] = lane.waiting;
        if (next) {
          next(); // the place goes straight to the one who waited longest
          return;
        }
        lane.running -= 1;
        if (lane.running === 0) lanes.delete(address);
      },
    };
    lanes.set(address, lane);
    return lane;
  }

  function wait({ waiting, leave }: Lane, budget: Budget): Promise<Leave | null> {
    return new Promise((resolve) => {
      const settle = (result: Leave | null) => {
        waiting.delete(go);
        clearTimeout(timer);
        withdraw();
        resolve(result);
      };
      const go = () => settle(leave);
      waiting.add(go);
      const withdraw = budget.onCancel(() => settle(null));
      const timer = setTimeout(() => settle(null), budget.remainingMs());
    });
  }

  return {
    enter: (address, budget) => {
      const lane = lanes.get(address) ?? openLane(address);
      if (lane.running >= maxPerAddress) return wait(lane, budget);
      lane.running += 1;
      return lane.leave;
    },
  };
}
