import type { Budget } from './budget.ts';
import { createDeadlines, type Deadlines, type Waiting } from './deadlines.ts';

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
  /** The one who waited longest first. */
  readonly waiting: Waiter[];
  readonly leave: Leave;
}

/** Builds the limiter; lanes exist only while something is under way. */
export function createInFlightLimiter(maxPerAddress: number, deadlines = createDeadlines()): InFlightLimiter {
  const lanes = new Map<string, Lane>();

  function openLane(address: string): Lane {
    const lane: Lane = {
      running: 0,
      waiting: [],
      leave: () => {
        const next = lane.waiting.shift();
        if (next) {
          next.settle(lane.leave); // the place goes straight to the one who waited longest
          return;
        }
        lane.running -= 1;
        if (lane.running === 0) lanes.delete(address);
      },
    };
    lanes.set(address, lane);
    return lane;
  }

  return {
    enter: (address, budget) => {
      const lane = lanes.get(address) ?? openLane(address);
      if (lane.running >= maxPerAddress) {
        return new Promise((resolve) => lane.waiting.push(new Waiter(lane, budget, deadlines, resolve)));
      }
      lane.running += 1;
      return lane.leave;
    },
  };
}

/** Somebody who waits for a place, no longer than a budget lasts. */
class Waiter implements Waiting {
  readonly endsAtMs: number;
  place = -1;
  readonly #lane: Lane;
  readonly #deadlines: Deadlines;
  readonly #withdraw: () => void;
  readonly #resolve: (result: Leave | null) => void;

  constructor(lane: Lane, budget: Budget, deadlines: Deadlines, resolve: (result: Leave | null) => void) {
    this.#lane = lane;
    this.#deadlines = deadlines;
    this.#resolve = resolve;
    this.endsAtMs = performance.now() + budget.remainingMs();
    this.#withdraw = budget.onCancel(() => this.expire());
    deadlines.add(this);
  }

  expire(): void {
    const place = this.#lane.waiting.indexOf(this);
    if (place >= 0) this.#lane.waiting.splice(place, 1);
    this.settle(null);
  }

  settle(result: Leave | null): void {
    this.#deadlines.delete(this);
    this.#withdraw();
    this.#resolve(result);
  }
}
