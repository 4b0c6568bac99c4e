/*
 * Background work. `startWorker` is the one engine: it claims what is due in a queue, runs it, rests between
 * pieces, backs off after failures, and gives claims back when it stops. `checks.ts` and `sending-providers.ts`
 * are queues for it, over tables in the database, so that any number of nodes share the work. What a piece does is
 * a use case in `services/`; a new kind of work is another queue.
 */

import { describeOutage } from '../db/failures.ts';
import type { Context } from '../services/context.ts';

/** Work that waits somewhere, for one node at a time to take and do: the tables differ, the engine does not. */
export interface Queue<T> {
  /** What stands in the log. */
  readonly name: string;
  /** Claims up to `limit` of what is due. A claim runs out automatically: whoever dies holds nothing forever. */
  claim(owner: string, limit: number): Promise<readonly T[]>;
  /**
   * Does one piece and stores what came of it.
   * @param leave gives up its place early: what is left to do holds up no other piece
   * @returns how long its place rests afterwards, in milliseconds
   */
  run(item: T, leave?: () => void): Promise<number>;
  /** What the log says of a piece. */
  describe(item: T): Readonly<Record<string, unknown>>;
  /** Gives back what a stopping worker holds, so that another one need not wait for the claims to run out. */
  releaseAll(owner: string): Promise<void>;
}

/** How fast a worker goes. */
export interface Pace {
  /** How many pieces at once. */
  readonly places: number;
  /** How many places have to be free before it claims again: one statement for many pieces. */
  readonly batch: number;
  /**
   * How many pieces may be claimed before there is a place for them, and no more than end in `AHEAD_MS`: where pieces end fast, a claim is for
   * more of them, and no place waits for it; where they are slow, nothing is held that another node could begin. Left out, none.
   */
  readonly ahead?: number;
  /** How long it waits when nothing more is due. */
  readonly idleMs: number;
  /** How long the place of a piece that failed rests. */
  readonly afterErrorMs: number;
  /** Where the end of a piece may make others due (a place with a limit of its own is free): how soon after it the next claim is made. Left out, an end changes nothing. */
  readonly afterEndMs?: number;
}

/** The background work of a node. */
export interface Worker {
  /** Takes nothing new, waits for what runs, gives back what is left. */
  stop(): Promise<void>;
}

const AHEAD_MS = 100;
/** With twice as many, checks of a sweep waited for a statement that stores them, while half of the machine was idle. */
const RUNNING_PER_PLACE = 4;
const AFTER_FAILURE_MS = 2_000;
/** For so long a stop waits for what runs: a statement that hangs must not keep the process. */
const STOP_MS = 9_000;
/** A fault of ours does not go away by trying: it is told again each time, ever more rarely. */
const MAX_AFTER_FAULT_MS = 60_000;

/** Claims what is due in a queue and runs it, until it is stopped. Any number of nodes do this side by side. */
export function startWorker<T>(
  ctx: Pick<Context, 'clock' | 'log' | 'randomBytes'>,
  queue: Queue<T>,
  pace: Pace,
): Worker {
  const stopping = new AbortController();
  const { signal } = stopping;
  const owner = `${queue.name}-${ctx.randomBytes(8).toString('hex')}`;
  const running = new Set<Promise<void>>();
  /** Claimed, and without a place. */
  const ahead: T[] = [];
  let taken = 0;
  /** With those that have left their places. */
  let unfinished = 0;
  const pieces = countPerSpan(() => ctx.clock.monotonicMs(), AHEAD_MS);
  let onEnd = (): void => undefined;
  let pausing = new AbortController();

  const runOne = async (item: T, leave: () => void): Promise<void> => {
    let restMs = pace.afterErrorMs;
    try {
      restMs = await queue.run(item, leave);
    } catch (error) {
      const details = { err: error, queue: queue.name, ...queue.describe(item) };
      const outage = describeOutage(error);
      if (outage !== null) ctx.log.warn(details, `${outage}; the work is retried when its claim expires`);
      else ctx.log.error(details, 'a background task failed; it is retried when its claim expires');
    }
    if (restMs > 0) await ctx.clock.sleep(restMs, signal);
  };

  const begin = (item: T): void => {
    let hasPlace = true;
    taken += 1;
    unfinished += 1;
    const leave = () => {
      if (hasPlace) {
        taken -= 1;
        pieces.add();
      }
      hasPlace = false;
      fill();
      onEnd();
    };
    const piece: Promise<void> = runOne(item, leave).finally(() => {
      running.delete(piece);
      unfinished -= 1;
      leave();
      if (pace.afterEndMs !== undefined) void shorten(pace.afterEndMs);
    });
    running.add(piece);
  };

  /** Ends the pause under way, or the next one, soon. Pieces that end meanwhile share the claim. */
  let isShortened = false;
  const shorten = async (ms: number): Promise<void> => {
    if (isShortened) return;
    isShortened = true;
    await ctx.clock.sleep(ms, signal);
    isShortened = false;
    pausing.abort();
  };

  const pause = async (ms: number): Promise<void> => {
    await ctx.clock.sleep(ms, pace.afterEndMs === undefined ? signal : AbortSignal.any([signal, pausing.signal]));
    pausing = new AbortController();
  };

  // Those that have left their places are bounded, too: where the end of pieces waits, so do their successors.
  const countFree = () => Math.min(pace.places - taken, RUNNING_PER_PLACE * pace.places - unfinished);

  const fill = (): void => {
    while (ahead.length > 0 && countFree() > 0 && !signal.aborted) begin(ahead.shift() as T);
  };

  /** Waits until there is enough to claim. @returns how much */
  const untilWanted = async (): Promise<number> => {
    while (!signal.aborted) {
      const ending = Math.min(pace.ahead ?? 0, pieces.read());
      const room = ending < pace.batch ? 0 : ending;
      const wanted = countFree() + room - ahead.length;
      // Half of what is ahead is begun while the rest is claimed.
      if (wanted >= Math.max(pace.batch, room / 2)) return wanted;
      await new Promise<void>((resolve) => {
        onEnd = resolve;
      });
    }
    return 0;
  };

  /** @returns how long to wait before the next claim */
  const claimSome = async (): Promise<number> => {
    const wanted = await untilWanted();
    if (signal.aborted) return 0;
    const claimed = await queue.claim(owner, wanted);
    // What was claimed while the stop came is given back, not begun.
    if (signal.aborted) return 0;
    ahead.push(...claimed);
    fill();
    return claimed.length < wanted ? pace.idleMs : 0;
  };

  const work = async (): Promise<void> => {
    let faults = 0;
    while (!signal.aborted) {
      let waitMs: number;
      try {
        waitMs = await claimSome();
        faults = 0;
      } catch (error) {
        const details = { err: error, queue: queue.name };
        const outage = describeOutage(error);
        if (outage !== null) {
          ctx.log.warn(details, `${outage}; background work resumes when that is over`);
          waitMs = AFTER_FAILURE_MS;
        } else {
          ctx.log.error(details, "can't claim background work; this is a bug, not a database problem");
          waitMs = Math.min(AFTER_FAILURE_MS * 2 ** faults, MAX_AFTER_FAULT_MS);
          faults += 1;
        }
      }
      if (waitMs > 0) await pause(waitMs);
    }
    await Promise.all(running);
    await queue.releaseAll(owner);
  };

  const done = work().catch((error: unknown) =>
    ctx.log.warn({ err: error, queue: queue.name }, "couldn't release the claims; they will expire"),
  );
  return {
    async stop() {
      stopping.abort();
      const isDone = new AbortController();
      const tooLate = ctx.clock.sleep(STOP_MS, isDone.signal).then(() => {
        if (isDone.signal.aborted) return;
        ctx.log.warn({ queue: queue.name }, "some background work didn't finish in time; its claims will expire");
      });
      await Promise.race([done, tooLate]).finally(() => isDone.abort());
    },
  };
}

/** Counts what happens in a span of time, by the span before this one and this one so far. */
function countPerSpan(nowMs: () => number, spanMs: number) {
  let span = 0;
  let before = 0;
  let count = 0;
  const moveOn = () => {
    const now = Math.floor(nowMs() / spanMs);
    if (now === span) return;
    before = now === span + 1 ? count : 0;
    span = now;
    count = 0;
  };
  return {
    add: () => {
      moveOn();
      count += 1;
    },
    read: () => {
      moveOn();
      return Math.max(before, count);
    },
  };
}
