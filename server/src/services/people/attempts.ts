import { createHash } from 'node:crypto';
import { findNetwork } from '../../core/access/address-network.ts';
import { findPauseMs } from '../../core/access/sign-in-delay.ts';
import { AppError } from '../../core/errors.ts';
import type { UserId } from '../../core/ids.ts';
import * as table from '../../db/queries/people/sign-in-attempts.ts';
import type { Context } from '../context.ts';
import type { Visitor } from '../ports.ts';
import { readDevice } from './devices.ts';

/*
 * Limits on guessing that cannot keep the right person out. Wrong passwords are counted for the browser, where it has
 * signed in to this account before, and otherwise for the account and the network together, with a pause that grows
 * with what the account sees from everywhere. So whoever guesses closes the door for their own network, never for the
 * browsers of the owner, and for the owner in a new place at most for a pause. Counts are in the database: all nodes
 * share them.
 */

type AttemptContext = Pick<Context, 'db' | 'clock' | 'signer' | 'publicUrl'>;

const MINUTE_MS = 60_000;
/** How long attempts are counted together. */
const WINDOW_MS = 15 * MINUTE_MS;
/** How long the pause of an account remembers. */
const ACCOUNT_WINDOW_MS = 60 * MINUTE_MS;
/** Wrong ones in a window from one network for one account, from one known browser, or in one session. */
const MAX_IN_ONE_PLACE = 10;
/** Wrong ones in a window from one network, for whatever accounts. */
const MAX_FOR_NETWORK = 50;

/** Who tries what. */
export interface Guess {
  readonly visitor: Visitor;
  /** What is guessed at: an address, or what else names an account. */
  readonly account: string;
  /** The account, where there is one. */
  readonly userId: UserId | null;
  /** The session in which it is tried, by somebody who is signed in. */
  readonly sessionId?: string;
  /** Wrong ones in an hour from all strangers together; left out, there is no such limit. */
  readonly maxForAccount?: number;
}

/**
 * Runs something that a secret decides, within the limits. The attempt is counted before it is made, so that guesses sent at
 * the same moment are counted too; one that was right is taken back.
 * @throws AppError RATE_LIMIT_EXCEEDED
 */
export async function limitAttempts<T>(
  ctx: AttemptContext,
  guess: Guess,
  attempt: () => Promise<T | null>,
): Promise<T | null> {
  await table.deleteEndedAttempts(ctx.db, ctx.clock.now());
  const own = findOwnPlace(ctx, guess);
  if (own !== null) {
    await charge(ctx, toKey(own), MAX_IN_ONE_PLACE);
    const result = await attempt();
    if (result !== null) await table.forgetAttempts(ctx.db, [toKey(own)]);
    return result;
  }
  const { account, place, network } = findKeys(guess);
  const gapMs = findPauseMs(await table.readAttempts(ctx.db, account, ctx.clock.now()));
  await charge(ctx, place, MAX_IN_ONE_PLACE, gapMs);
  await charge(ctx, network, MAX_FOR_NETWORK);
  await charge(ctx, account, guess.maxForAccount ?? Number.POSITIVE_INFINITY, 0, ACCOUNT_WINDOW_MS);
  const result = await attempt();
  if (result !== null) {
    await table.forgetAttempts(ctx.db, [account, place]);
    await table.uncountAttempt(ctx.db, network);
  }
  return result;
}

/** Forgets what was counted for an account here, because it has another password now. */
export function forgetAttempts(ctx: Pick<Context, 'db'>, guess: Guess): Promise<void> {
  const { account, place } = findKeys(guess);
  return table.forgetAttempts(ctx.db, [account, place]);
}

/** A place that strangers have no part in: an open session, or a browser that has signed in to this account before. */
function findOwnPlace(ctx: AttemptContext, { visitor, account, userId, sessionId }: Guess): string | null {
  if (sessionId !== undefined) return `session:${sessionId} ${account}`;
  const device = userId === null ? null : readDevice(ctx, visitor, userId);
  return device === null ? null : `device:${device} ${account}`;
}

function findKeys({ visitor, account }: Guess) {
  const network = findNetwork(visitor.address);
  return {
    account: toKey(`account:${account}`),
    place: toKey(`place:${network} ${account}`),
    network: toKey(`address:${network}`),
  };
}

async function charge(ctx: AttemptContext, key: Buffer, max: number, gapMs = 0, windowMs = WINDOW_MS): Promise<void> {
  const now = ctx.clock.now();
  const windowEndsAt = new Date(now.getTime() + windowMs);
  const counted = await table.countAttempt(ctx.db, key, { now, windowEndsAt, gapMs });
  const { isLateEnough, attempts } = counted;
  if (isLateEnough && attempts <= max) return;
  // One that came too early was not counted: the next one would be.
  const isClosed = attempts >= (isLateEnough ? max + 1 : max);
  throw tooMany((isClosed ? counted.windowEndsAt.getTime() : counted.lastAt.getTime() + gapMs) - now.getTime());
}

function tooMany(waitMs: number): AppError {
  return new AppError('RATE_LIMIT_EXCEEDED', 'Too many sign-in attempts. Try again later.', {
    retryAfterSeconds: Math.max(1, Math.ceil(waitMs / 1000)),
  });
}

function toKey(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
