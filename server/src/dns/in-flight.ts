import type { Budget } from './budget.ts';
import { createDeadlines, type Deadlines, type Waiting } from './deadlines.ts';

/** Questions under way to one address, unless told otherwise: those of eight checks (docs/decisions/0003-dns-client.md). */
export const MAX_IN_FLIGHT_PER_ADDRESS = 40;

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
  /** Those who wait, linked in the order in which they came: an array that grows and shrinks all the time costs what it does in `deadlines.ts`. */
  first: Waiter | null;
  last: Waiter | null;
  readonly leave: Leave;
}

/** Builds the limiter; lanes exist only while something is under way. */
export function createInFlightLimiter(maxPerAddress: number, deadlines = createDeadlines()): InFlightLimiter {
  const lanes = new Map<string, Lane>();

  function openLane(address: string): Lane {
    const lane: Lane = {
      running: 0,
      isHandingOn: false,
      first: null,
      last: null,
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
      const next = lane.first;
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
        new Waiter(lane, entrant, deadlines).begin();
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
  #before: Waiter | null = null;
  #after: Waiter | null = null;
  readonly #lane: Lane;
  readonly #deadlines: Deadlines;
  #withdraw: (() => void) | null = null;
  readonly #entrant: Entrant;

  constructor(lane: Lane, entrant: Entrant, deadlines: Deadlines) {
    this.#lane = lane;
    this.#deadlines = deadlines;
    this.#entrant = entrant;
    this.endsAtMs = performance.now() + entrant.budget.remainingMs();
  }

  begin(): void {
    const { last } = this.#lane;
    this.#before = last;
    if (last) last.#after = this;
    else this.#lane.first = this;
    this.#lane.last = this;
    this.#withdraw = this.#entrant.budget.onCancel(() => this.expire());
    this.#deadlines.add(this);
  }

  expire(): void {
    this.settle(null);
  }

  /** What has left points at nobody: to the garbage collector, an old waiter would keep all that came after it. */
  settle(result: Leave | null): void {
    const before = this.#before;
    const after = this.#after;
    if (before) before.#after = after;
    else this.#lane.first = after;
    if (after) after.#before = before;
    else this.#lane.last = before;
    this.#before = null;
    this.#after = null;
    this.#deadlines.delete(this);
    this.#withdraw?.();
    this.#entrant.onPlace(result);
  }
}
