/*
 * The clock of a test project, which can be hurried. It is real time and an offset that only grows, in the project's row, so
 * that any node reads the same. `advanceClock` goes from one time at which something is due to the next: it sets the clock to
 * that time, runs what is due then by the same functions as the background workers, and goes on. Claims on domains and
 * deliveries keep real time. Whoever dies halfway has moved the clock to a time at which all before was run, and what was due
 * then is taken up when its claim has run out.
 */

import { AppError, validationError } from '../../core/errors.ts';
import type { ProjectId } from '../../core/ids.ts';
import * as domains from '../../db/queries/due-domains.ts';
import * as table from '../../db/queries/test-projects.ts';
import { createCheckStore } from '../checks/check-store.ts';
import { runCheck } from '../checks/verification.ts';
import type { Context } from '../context.ts';
import { listOutlets } from '../events/note-events.ts';
import { startClaim } from '../node/claims.ts';
import type { Project } from '../projects/projects.ts';
import { claimDeliveries, createDelivering, type DueDelivery, releaseDeliveries } from '../webhooks/deliver.ts';

/** One call is as much work as thousands of others: a node does a few of them at once, and one for a project. */
export const ADVANCE_TURNS = { ofOwner: 1, total: 2, waiting: 20 };
/** No clock goes further ahead than this: ten years. */
const MAX_AHEAD_MS = 3_653 * 86_400_000;
/** So long one call works; what is left then is told. */
const WORK_MS = 20_000;
/** So long it waits for another call that moves the same clock. */
const WAIT_MS = 10_000;
/** Longer than a call works, with the last delivery that it tries. */
const LEASE_MS = 60_000;
const POLL_MS = 50;
/** So many checks and deliveries at once. */
const AT_ONCE = 16;
/** What is due within this time of each other is run together, when the last of it is due. */
const TOGETHER_MS = 1_000;

/** What came of an advance. */
export interface Advance {
  readonly seconds: number;
  /** What is left of them where there was more to run than one call does; else 0. */
  readonly remainingSeconds: number;
  /** What the clock of the project shows now. */
  readonly now: Date;
  readonly checks: number;
  readonly deliveries: number;
  readonly events: number;
}

/**
 * Moves the clock of a test project ahead, and runs what becomes due on the way, in the order of time: checks, with the
 * rotation of keys, and tries of deliveries.
 * @throws AppError NOT_A_TEST_PROJECT, VALIDATION_FAILED where the clock would be too far ahead, RATE_LIMIT_EXCEEDED while
 *   somebody else moves it for long
 */
export async function advanceClock(ctx: Context, project: Project, seconds: number): Promise<Advance> {
  if (!project.isTest)
    throw new AppError(
      'NOT_A_TEST_PROJECT',
      `"${project.name}" isn't a test project, so its clock can't be moved. Create one: npx autosend projects create <name> --test`,
    );
  const owner = `clock-${ctx.randomBytes(8).toString('hex')}`;
  const offsetMs = await claimClock(ctx, project.id, owner);
  try {
    const clock = createProjectClock(ctx, project.id, offsetMs);
    const targetMs = clock.nowMs() + seconds * 1000;
    if (targetMs - ctx.realClock.now().getTime() > MAX_AHEAD_MS)
      throw validationError(
        'seconds',
        'The clock of a test project can be at most ten years ahead. Create a new project.',
      );
    const before = await table.readLastEventId(ctx.db);
    const ran = await runUntil(ctx, project.id, clock, targetMs);
    return {
      ...ran,
      seconds,
      remainingSeconds: Math.max(0, Math.ceil((targetMs - clock.nowMs()) / 1000)),
      now: new Date(clock.nowMs()),
      events: await table.countEventsAfter(ctx.db, project.id, before),
    };
  } finally {
    await table.releaseClock(ctx.db, project.id, owner);
  }
}

/** The clock of a project, for whoever may move it. */
interface ProjectClock {
  nowMs(): number;
  /** Sets it to a time, unless it is past that already. */
  setTo(atMs: number): Promise<void>;
}

function createProjectClock(ctx: Context, id: ProjectId, offset: number): ProjectClock {
  let offsetMs = offset;
  const realMs = () => ctx.realClock.now().getTime();
  return {
    nowMs: () => realMs() + offsetMs,
    async setTo(atMs) {
      if (atMs - realMs() <= offsetMs) return;
      offsetMs = atMs - realMs();
      await table.raiseClockOffset(ctx.db, id, offsetMs);
    },
  };
}

/** Waits for the right to move a clock. @returns how far it is ahead, in milliseconds */
async function claimClock(ctx: Context, id: ProjectId, owner: string): Promise<number> {
  const endsAtMs = ctx.realClock.monotonicMs() + WAIT_MS;
  do {
    const now = ctx.realClock.now();
    const offsetMs = await table.claimClock(ctx.db, id, { owner, until: new Date(now.getTime() + LEASE_MS) }, now);
    if (offsetMs !== null) return offsetMs;
    await ctx.realClock.sleep(POLL_MS, ctx.stopping);
  } while (ctx.realClock.monotonicMs() < endsAtMs && !ctx.stopping.aborted);
  throw new AppError('RATE_LIMIT_EXCEEDED', 'Another request is moving the clock of this project. Try again.', {
    retryAfterSeconds: 1,
  });
}

/** Goes from one time at which something is due to the next, until the last of them or the end of its time. */
async function runUntil(
  ctx: Context,
  id: ProjectId,
  clock: ProjectClock,
  targetMs: number,
): Promise<Pick<Advance, 'checks' | 'deliveries'>> {
  const endsAtMs = ctx.realClock.monotonicMs() + WORK_MS;
  const runner = createRunner(ctx, id);
  const ran = { checks: 0, deliveries: 0 };
  try {
    while (ctx.realClock.monotonicMs() < endsAtMs && !ctx.stopping.aborted) {
      const { checks, deliveries } = await runner.run(new Date(clock.nowMs()));
      ran.checks += checks;
      ran.deliveries += deliveries;
      if (checks + deliveries > 0) continue;
      const due = (await table.listDueTimes(ctx.db, id, AT_ONCE)).map((at) => at.getTime());
      const [first] = due;
      // A worker has it, or the four deliveries at once of a webhook are under way.
      if (first !== undefined && first <= clock.nowMs()) await ctx.realClock.sleep(POLL_MS, ctx.stopping);
      else if (clock.nowMs() >= targetMs) break;
      else await clock.setTo(findNextStop(due, targetMs));
    }
  } finally {
    await runner.release();
  }
  return ran;
}

/** The last of the times that lie close behind the first; the target where all are later. */
function findNextStop(due: readonly number[], targetMs: number): number {
  const [first = Number.POSITIVE_INFINITY] = due;
  if (first > targetMs) return targetMs;
  return Math.max(...due.filter((at) => at <= Math.min(first + TOGETHER_MS, targetMs)));
}

/**
 * Waits until one more may be sent by the project, and to the receiver: the retries of days, which somebody runs in seconds, must
 * not become a flood of whoever is named there. In real time, by which the receiver lives.
 */
async function waitForTurn(
  { hurriedHosts, realClock, stopping }: Pick<Context, 'hurriedHosts' | 'realClock' | 'stopping'>,
  id: ProjectId,
  { delivery, startsBeforeMs }: DueDelivery,
): Promise<void> {
  for (const what of [`project ${id}`, new URL(delivery.webhook.url).host])
    while (!hurriedHosts.mayAsk(what)) {
      if (stopping.aborted || realClock.monotonicMs() >= startsBeforeMs) return;
      await realClock.sleep(POLL_MS, stopping);
    }
}

/** Runs what is due in one project, as the background workers do. */
function createRunner(given: Context, id: ProjectId) {
  // One check after the other: none waits for others that might share its statement.
  const ctx = { ...given, checks: createCheckStore(given.db, listOutlets(given), false) };
  const owner = `advance-${ctx.randomBytes(8).toString('hex')}`;
  const deliver = createDelivering(ctx);
  return {
    async run(now: Date): Promise<{ checks: number; deliveries: number }> {
      const claim = startClaim(ctx, owner);
      const realNow = ctx.realClock.now();
      const due = await domains.claimDueOfProject(ctx.db, id, { now, realNow }, claim, AT_ONCE);
      await Promise.all(due.map((domain) => runCheck(ctx, { domain, claim, reason: 'due' })));
      // After the checks, since those make news: a receiver gets it at the time at which it is.
      const waiting = [
        ...(await claimDeliveries(ctx, 'sound', owner, AT_ONCE, id)),
        ...(await claimDeliveries(ctx, 'failing', owner, AT_ONCE, id)),
      ];
      await Promise.all(
        waiting.map(async (due) => {
          await waitForTurn(ctx, id, due);
          await deliver(due);
        }),
      );
      return { checks: due.length, deliveries: waiting.length };
    },
    /** Gives back what it still holds, where something failed. */
    async release(): Promise<void> {
      await domains.releaseLeases(ctx.db, owner);
      await releaseDeliveries(ctx, owner);
    },
  };
}
