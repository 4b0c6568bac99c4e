import type { Fault } from '../core/answers/failure.ts';
import { Stops } from './stops.ts';

/** What one check may use. All look-ups of a check share one, so that nothing a customer publishes makes it long or large. */
export interface Budget {
  /** The deadline as given, in milliseconds. */
  readonly totalMs: number;
  /** A person waits: servers that are left alone, and zones that were out of reach a moment ago, are asked all the same. */
  readonly force: boolean;
  /** Whose check it is, and whether answers serve it that another's was given a moment ago; null: they are not shared. */
  readonly sharing: Sharing | null;
  /** Notes that an answer was used that another's check was given. */
  noteShared(): void;
  /** How many such answers were used. */
  sharedUsed(): number;
  /** Zero once the deadline has passed or the check was cancelled. */
  remainingMs(): number;
  /** Counts one question on the wire; false once none is left. */
  takeQuery(): boolean;
  /** Counts octets of answers that are kept; false once none are left. */
  keepOctets(octets: number): boolean;
  /** How many octets of answers came so far. */
  octetsUsed(): number;
  /** Whether no time or no question is left. */
  isSpent(): boolean;
  /** How many questions may go out in all. */
  readonly maxQueries: number;
  /** How many questions went out so far. */
  queriesUsed(): number;
  /** Calls `stop` when the budget is cancelled. Gives back a function that withdraws it. */
  onCancel(stop: () => void): () => void;
  /** Whether it is of the same check as the other one and ends no later: work within it needn't be timed by who waits for it. */
  endsBy(other: Budget): boolean;
  /** A part of this budget with the same counters, that can be cancelled alone and may end earlier by `reserveMs`. */
  branch(reserveMs?: number): Budget & { cancel(): void };
}

/** How a check shares answers with those of others. */
export interface Sharing {
  /** Answers are shared between owners only: who asks again wants to know what is there now. */
  readonly owner: string;
  readonly takes: boolean;
}

/** The limits of `verification.md` §1; a check of five records over 13 servers stays under them. */
const DEFAULT_DEADLINE_MS = 10_000;
const DEFAULT_QUERIES = 200;
/** More octets of answers than these are not kept in one check. */
export const MAX_KEPT_OCTETS = 1024 * 1024;

/** How a budget may differ from the limits of `verification.md` §1. */
export interface BudgetOptions {
  readonly deadlineMs?: number;
  readonly queries?: number;
  readonly signal?: AbortSignal;
  /** Another end, on the scale of `performance.now()`; the earlier one counts. */
  readonly endsAtMs?: number;
  /** False unless told. */
  readonly force?: boolean;
  readonly sharing?: Sharing | undefined;
}

/** Starts the budget of one check, now. */
export function startBudget(options: BudgetOptions = {}): Budget {
  const { deadlineMs = DEFAULT_DEADLINE_MS, signal, endsAtMs = Number.POSITIVE_INFINITY } = options;
  const shared: Shared = {
    totalMs: deadlineMs,
    force: options.force ?? false,
    sharing: options.sharing ?? null,
    maxQueries: options.queries ?? DEFAULT_QUERIES,
    queries: 0,
    octets: 0,
    answers: 0,
  };
  const parent = signal ? findSignalParent(signal) : UNCANCELLED;
  return new PartialBudget(shared, Math.min(performance.now() + deadlineMs, endsAtMs), parent);
}

/** What all parts of a budget have in common. */
interface Shared {
  readonly totalMs: number;
  readonly force: boolean;
  readonly sharing: Sharing | null;
  readonly maxQueries: number;
  queries: number;
  octets: number;
  /** Those that another's check was given. */
  answers: number;
}

interface Parent {
  isCancelled(): boolean;
  onCancel(stop: () => void): () => void;
}

const UNCANCELLED: Parent = { isCancelled: () => false, onCancel: () => () => undefined };

/** A signal of the whole program: all checks under way share one listener, which is there while any of them waits. */
class SignalParent implements Parent {
  readonly #signal: AbortSignal;
  readonly #stops = new Stops();
  readonly #stopAll = () => this.#stops.call();

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  isCancelled(): boolean {
    return this.#signal.aborted;
  }

  onCancel(stop: () => void): () => void {
    if (this.#stops.isEmpty) this.#signal.addEventListener('abort', this.#stopAll, { once: true });
    this.#stops.add(stop);
    return () => {
      if (this.#stops.delete(stop) && this.#stops.isEmpty) this.#signal.removeEventListener('abort', this.#stopAll);
    };
  }
}

const signalParents = new WeakMap<AbortSignal, SignalParent>();

function findSignalParent(signal: AbortSignal): SignalParent {
  const known = signalParents.get(signal) ?? new SignalParent(signal);
  signalParents.set(signal, known);
  return known;
}

/** A class, since one is made for each question: its functions are made once (docs/performance.md, `dns-client`). */
class PartialBudget implements Budget, Parent {
  readonly #shared: Shared;
  readonly #endsAtMs: number;
  readonly #parent: Parent;
  readonly #stops = new Stops();
  #leaveParent: (() => void) | null = null;
  #cancelled = false;

  constructor(shared: Shared, endsAtMs: number, parent: Parent) {
    this.#shared = shared;
    this.#endsAtMs = endsAtMs;
    this.#parent = parent;
  }

  get totalMs(): number {
    return this.#shared.totalMs;
  }

  get force(): boolean {
    return this.#shared.force;
  }

  get sharing(): Sharing | null {
    return this.#shared.sharing;
  }

  get maxQueries(): number {
    return this.#shared.maxQueries;
  }

  noteShared(): void {
    this.#shared.answers += 1;
  }

  sharedUsed(): number {
    return this.#shared.answers;
  }

  remainingMs(): number {
    return this.isCancelled() ? 0 : Math.max(0, this.#endsAtMs - performance.now());
  }

  isSpent(): boolean {
    return this.remainingMs() <= 0 || this.#shared.queries >= this.#shared.maxQueries;
  }

  takeQuery(): boolean {
    if (this.#shared.queries >= this.#shared.maxQueries) return false;
    this.#shared.queries += 1;
    return true;
  }

  keepOctets(octets: number): boolean {
    this.#shared.octets += octets;
    return this.#shared.octets <= MAX_KEPT_OCTETS;
  }

  octetsUsed(): number {
    return this.#shared.octets;
  }

  queriesUsed(): number {
    return this.#shared.queries;
  }

  isCancelled(): boolean {
    return this.#cancelled || this.#parent.isCancelled();
  }

  onCancel(stop: () => void): () => void {
    // The parent is only listened to while somebody waits here: a signal of the whole program must not collect listeners.
    if (this.#stops.isEmpty) this.#leaveParent = this.#parent.onCancel(() => this.cancel());
    this.#stops.add(stop);
    return () => {
      if (this.#stops.delete(stop) && this.#stops.isEmpty) this.#leaveParent?.();
    };
  }

  endsBy(other: Budget): boolean {
    return other instanceof PartialBudget && other.#shared === this.#shared && this.#endsAtMs <= other.#endsAtMs;
  }

  branch(reserveMs = 0): Budget & { cancel(): void } {
    return new PartialBudget(this.#shared, this.#endsAtMs - reserveMs, this);
  }

  cancel(): void {
    this.#cancelled = true;
    this.#stops.call();
  }
}

/** What of a budget is used up that has no time or no questions left. */
export function spentFault(budget: Budget): Fault {
  return budget.remainingMs() > 0 ? { kind: 'out_of_questions', limit: budget.maxQueries } : { kind: 'out_of_time' };
}

/** Waits for work that somebody else leads, no longer than this budget lasts; null when it ran out first. */
export async function waitWithin<T>(budget: Budget, work: Promise<T>): Promise<T | null> {
  let end: (() => void) | undefined;
  const over = new Promise<null>((resolve) => {
    const timer = setTimeout(() => resolve(null), budget.remainingMs());
    const withdraw = budget.onCancel(() => resolve(null));
    end = () => {
      clearTimeout(timer);
      withdraw();
    };
  });
  try {
    return await Promise.race([work, over]);
  } finally {
    end?.();
  }
}
