/** What waits, but no longer than until `endsAtMs` on the scale of `performance.now()`. */
export interface Waiting {
  readonly endsAtMs: number;
  /** Where it stands among all that wait: -1 at first, and kept here. */
  place: number;
  /** Called once that is over, unless it was deleted before. */
  expire(): void;
}

/** Everything that waits, under one timer. */
export interface Deadlines {
  /** `endsAtMs` must not change while it waits here. */
  add(waiting: Waiting): void;
  delete(waiting: Waiting): void;
}

/**
 * Creates it. Nearly every question is answered long before its deadline, so a timer of its own, set and cleared, costs more
 * than reading the answer. Here the timer is set to the deadline that was next when it was set; whatever waits when it
 * fires, some hundred questions at most, is gone through. It holds the process only while something waits.
 *
 * An array, and not a `Set`: of one that is always changing, V8 leaves behind tables that keep what was in them until the next
 * collection of everything, and each question was then copied twice. For the same reason it never gets shorter.
 */
export function createDeadlines(): Deadlines {
  const all: (Waiting | undefined)[] = [];
  let count = 0;
  let timer: NodeJS.Timeout | undefined;
  let firesAtMs = Number.POSITIVE_INFINITY;

  function setTimer(endsAtMs: number): void {
    clearTimeout(timer);
    firesAtMs = endsAtMs;
    timer = setTimeout(fire, Math.max(1, Math.ceil(endsAtMs - performance.now())));
  }

  function fire(): void {
    timer = undefined;
    firesAtMs = Number.POSITIVE_INFINITY;
    const now = performance.now();
    const waiting = all.filter((each) => each !== undefined);
    const over = waiting.filter(({ endsAtMs }) => endsAtMs <= now).sort((a, b) => a.endsAtMs - b.endsAtMs);
    const next = waiting.reduce(
      (nextMs, { endsAtMs }) => (endsAtMs > now ? Math.min(nextMs, endsAtMs) : nextMs),
      firesAtMs,
    );
    if (next < Number.POSITIVE_INFINITY) setTimer(next);
    for (const waiting of over) if (remove(waiting)) waiting.expire();
  }

  /** The last one takes its place. */
  function remove(waiting: Waiting): boolean {
    const { place } = waiting;
    const last = all[place] === waiting ? all[count - 1] : undefined;
    if (!last) return false;
    all[place] = last;
    last.place = place;
    count -= 1;
    all[count] = undefined;
    waiting.place = -1;
    if (count === 0) timer?.unref();
    return true;
  }

  return {
    add: (waiting) => {
      waiting.place = count;
      all[count] = waiting;
      count += 1;
      if (waiting.endsAtMs < firesAtMs) setTimer(waiting.endsAtMs);
      else if (count === 1) timer?.ref();
    },
    delete: remove,
  };
}
