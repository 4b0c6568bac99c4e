import type { Fault } from '../core/answers/failure.ts';

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
  const given = {
    totalMs: options.deadlineMs ?? DEFAULT_DEADLINE_MS,
    force: options.force ?? false,
    sharing: options.sharing ?? null,
  };
  const counters = { queries: 0, maxQueries: options.queries ?? DEFAULT_QUERIES, octets: 0, shared: 0 };
  const { signal, endsAtMs = Number.POSITIVE_INFINITY } = options;
  return createBudget(given, Math.min(performance.now() + given.totalMs, endsAtMs), counters, {
    isCancelled: () => signal?.aborted ?? false,
    onCancel: (stop) => {
      signal?.addEventListener('abort', stop, { once: true });
      return () => signal?.removeEventListener('abort', stop);
    },
  });
}

interface Counters {
  queries: number;
  readonly maxQueries: number;
  octets: number;
  shared: number;
}

interface Parent {
  isCancelled(): boolean;
  onCancel(stop: () => void): () => void;
}

function createBudget(
  given: Pick<Budget, 'totalMs' | 'force' | 'sharing'>,
  endsAt: number,
  counters: Counters,
  parent: Parent,
): Budget & { cancel(): void } {
  const stops = new Set<() => void>();
  let cancelled = false;
  let leaveParent: (() => void) | null = null;
  const cancel = () => {
    cancelled = true;
    for (const stop of [...stops]) stop();
  };
  const isCancelled = () => cancelled || parent.isCancelled();
  // The parent is only listened to while somebody waits here: a signal of the whole program must not collect listeners.
  const onCancel = (stop: () => void) => {
    if (stops.size === 0) leaveParent = parent.onCancel(cancel);
    stops.add(stop);
    return () => {
      if (stops.delete(stop) && stops.size === 0) leaveParent?.();
    };
  };
  const remainingMs = () => (isCancelled() ? 0 : Math.max(0, endsAt - performance.now()));
  return {
    ...given,
    noteShared: () => {
      counters.shared += 1;
    },
    sharedUsed: () => counters.shared,
    maxQueries: counters.maxQueries,
    remainingMs,
    isSpent: () => remainingMs() <= 0 || counters.queries >= counters.maxQueries,
    takeQuery: () => {
      if (counters.queries >= counters.maxQueries) return false;
      counters.queries += 1;
      return true;
    },
    keepOctets: (octets) => {
      counters.octets += octets;
      return counters.octets <= MAX_KEPT_OCTETS;
    },
    octetsUsed: () => counters.octets,
    queriesUsed: () => counters.queries,
    onCancel,
    branch: (reserveMs = 0) => createBudget(given, endsAt - reserveMs, counters, { isCancelled, onCancel }),
    cancel,
  };
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
