import type { Budget } from './budget.ts';
import { createDeadlines, type Deadlines, type Waiting } from './deadlines.ts';

/** Gives a place back. */
export type Leave = () => void;

/** Who wants a place. */
export interface Entrant {
  readonly budget: Budget;
  /** Called once; null when the budget ran out first. */
  onPlace(leave: Leave | null): void;
}

/** Keeps the questions that are under way to one address under a limit, so that a check never floods a server. */
export interface InFlightLimiter {
  /** Gives a place, at once where one is free. */
  enter(address: string, entrant: Entrant): void;
}

/** All places of a lane are given back by the same function. */
interface Lane {
  running: number;
  isHandingOn: boolean;
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
      isHandingOn: false,
      waiting: [],
      leave: () => {
        lane.running -= 1;
        handOn(lane);
        if (lane.running === 0) lanes.delete(address);
      },
    };
    lanes.set(address, lane);
    return lane;
  }

  /** In a loop: whoever gets a place may give it back before `settle` returns, and thousands may wait. */
  function handOn(lane: Lane): void {
    if (lane.isHandingOn) return;
    lane.isHandingOn = true;
    while (lane.running < maxPerAddress) {
      const next = lane.waiting.shift();
      if (!next) break;
      lane.running += 1;
      next.settle(lane.leave);
    }
    lane.isHandingOn = false;
  }

  return {
    enter: (address, entrant) => {
      const lane = lanes.get(address) ?? openLane(address);
      if (lane.running >= maxPerAddress) {
        lane.waiting.push(new Waiter(lane, entrant, deadlines));
        return;
      }
      lane.running += 1;
      entrant.onPlace(lane.leave);
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
  readonly #entrant: Entrant;

  constructor(lane: Lane, entrant: Entrant, deadlines: Deadlines) {
    this.#lane = lane;
    this.#deadlines = deadlines;
    this.#entrant = entrant;
    this.endsAtMs = performance.now() + entrant.budget.remainingMs();
    this.#withdraw = entrant.budget.onCancel(() => this.expire());
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
    this.#entrant.onPlace(result);
  }
}
