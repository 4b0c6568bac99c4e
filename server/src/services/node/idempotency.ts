import { createHash } from 'node:crypto';
import { AppError } from '../../core/errors.ts';
import type { Db } from '../../db/db.ts';
import * as table from '../../db/queries/idempotency-keys.ts';
import type { Context } from '../context.ts';

/** What is answered, and answered again. */
export interface StoredAnswer {
  readonly status: number;
  readonly response: unknown;
}

const REMEMBER_MS = 24 * 3_600_000;
const LOCK_MS = 30_000;
/** How soon the database that went away under a request is tried again. */
const RETRY_MS = 500;

type Needs = Pick<Context, 'db' | 'clock' | 'randomBytes' | 'background' | 'stopping'>;

/**
 * Runs a request once for its key: the same key with the same body gets the first answer again (`api.md`, Idempotency).
 * `work` must store its answer with `finish` in the transaction of its effect, so that either both are there or neither,
 * also when the process dies between.
 * @param fingerprint the request; another one under the same key is refused
 * @throws AppError IDEMPOTENCY_KEY_IN_USE, IDEMPOTENCY_KEY_MISMATCH, and what `work` throws
 */
export async function runOnce(
  ctx: Needs,
  request: table.RequestKey,
  fingerprint: string,
  work: (finish: (tx: Db, answer: StoredAnswer) => Promise<void>) => Promise<StoredAnswer>,
): Promise<StoredAnswer & { replayed: boolean }> {
  const now = ctx.clock.now();
  const lockedBy = ctx.randomBytes(8).toString('hex');
  const lockedUntil = new Date(now.getTime() + LOCK_MS);
  const requestHash = createHash('sha256').update(fingerprint).digest();
  await table.deleteExpiredRequests(ctx.db, new Date(now.getTime() - REMEMBER_MS), request);
  const finish = async (tx: Db, answer: StoredAnswer): Promise<void> => {
    const stored = { status: answer.status, response: JSON.stringify(answer.response) };
    if (!(await table.finishRequest(tx, request, lockedBy, stored)))
      throw new AppError('IDEMPOTENCY_KEY_IN_USE', 'Another request is using this Idempotency-Key.');
  };
  try {
    const first = await table.beginRequest(ctx.db, { ...request, requestHash, lockedBy, lockedUntil, createdAt: now });
    if (first) {
      if (!first.requestHash.equals(requestHash))
        throw new AppError(
          'IDEMPOTENCY_KEY_MISMATCH',
          'This Idempotency-Key was already used for a different request. Use a new key for each new request.',
        );
      if (first.status !== null && first.response !== null)
        return { status: first.status, response: JSON.parse(first.response), replayed: true };
      const isRunning = first.lockedUntil !== null && first.lockedUntil > now;
      if (isRunning || !(await table.takeOverRequest(ctx.db, first, lockedBy, lockedUntil)))
        throw new AppError(
          'IDEMPOTENCY_KEY_IN_USE',
          'The first request with this Idempotency-Key is still running. Try again shortly.',
          { retryAfterSeconds: 1 },
        );
    }
    return { ...(await work(finish)), replayed: false };
  } catch (error) {
    // Also of a beginning whose answer was lost: nobody else has this lock.
    await table
      .abandonRequest(ctx.db, request, lockedBy)
      .catch(() => ctx.background.run(abandonWhenBack(ctx, request, lockedBy, lockedUntil)));
    throw error;
  }
}

/** Forgets a request under which the database went away, as soon as it is back: a repeat need not wait for the end of the lock. */
async function abandonWhenBack(ctx: Needs, request: table.RequestKey, lockedBy: string, until: Date): Promise<void> {
  for (let isDone = false; !isDone && ctx.clock.now() < until; ) {
    await ctx.clock.sleep(RETRY_MS, ctx.stopping);
    if (ctx.stopping.aborted) return;
    isDone = await table.abandonRequest(ctx.db, request, lockedBy).then(
      () => true,
      () => false,
    );
  }
}

/** Forgets answers that are older than a day. */
export function deleteExpiredRequests(ctx: Pick<Context, 'db' | 'clock'>): Promise<void> {
  return table.deleteExpiredRequests(ctx.db, new Date(ctx.clock.now().getTime() - REMEMBER_MS));
}
