/*
 * People and how they get in. The first account comes from the set-up link (`setup.ts`), every other from an
 * invitation (`invitations.ts`); `sign-in.ts` limits attempts and manages sessions through `authentication.ts`,
 * which wraps better-auth. `members.ts` has the roles of a project. Tokens in links are stored as hashes. API keys
 * are for programs, and in `projects/`.
 */

import { createHash } from 'node:crypto';
import { findNetwork } from '../../core/access/address-network.ts';
import { AppError } from '../../core/errors.ts';
import { isId, type UserId } from '../../core/ids.ts';
import * as attempts from '../../db/queries/sign-in-attempts.ts';
import * as users from '../../db/queries/users.ts';
import type { Context } from '../context.ts';
import type { Person, Visitor } from '../ports.ts';

type SignInContext = Pick<Context, 'db' | 'clock' | 'authentication'>;

/** How long attempts are counted together. */
const WINDOW_MS = 15 * 60_000;
/** Wrong passwords for one account in a window, from wherever they come. */
const MAX_FOR_ACCOUNT = 10;
/** Wrong passwords from one address in a window, for whatever accounts. */
const MAX_FOR_ADDRESS = 50;

/**
 * Signs somebody in. Whether an account exists shows neither in the answer nor in its time nor in what is counted.
 * @returns values of Set-Cookie
 * @throws AppError UNAUTHORIZED, RATE_LIMIT_EXCEEDED
 */
export async function signIn(
  ctx: SignInContext,
  visitor: Visitor,
  input: { email: string; password: string },
): Promise<{ cookies: string[]; userId: UserId }> {
  const signedIn = await limitAttempts(ctx, visitor, input.email, () => ctx.authentication.signIn(visitor, input));
  const user = signedIn && (await users.findUserByEmail(ctx.db, input.email));
  if (!user) throw new AppError('UNAUTHORIZED', 'Wrong email or password.');
  await users.deleteEndedSessions(ctx.db, user.id, ctx.clock.now());
  return { cookies: signedIn.cookies, userId: user.id };
}

/** Ends the session of `person`. @returns values of Set-Cookie that clear the cookie */
export async function signOut(ctx: SignInContext, visitor: Visitor, person: Person): Promise<string[]> {
  // better-auth says "signed out" also where the database did not answer: the row is deleted here first.
  await users.deleteSession(ctx.db, person.userId, person.sessionId);
  return (await ctx.authentication.signOut(visitor)).cookies;
}

/**
 * Changes the password of `person`, ends all sessions and begins a new one for this visitor.
 * @returns values of Set-Cookie
 * @throws AppError VALIDATION_FAILED where the current password is wrong, RATE_LIMIT_EXCEEDED
 */
export async function changePassword(
  ctx: SignInContext,
  visitor: Visitor,
  person: Person,
  input: { currentPassword: string; newPassword: string },
): Promise<string[]> {
  const change = () => ctx.authentication.changePassword(visitor, input);
  const changed = await limitAttempts(ctx, visitor, person.email, change);
  if (changed) return changed.cookies;
  const message = 'The current password is wrong.';
  throw new AppError('VALIDATION_FAILED', message, { details: [{ field: 'currentPassword', message }] });
}

/** Lists where `person` is signed in, newest first. */
export function listSessions(ctx: SignInContext, person: Person): Promise<users.StoredSession[]> {
  return users.listSessions(ctx.db, person.userId, ctx.clock.now());
}

/** Ends a session of `person`. @throws AppError NOT_FOUND */
export async function revokeSession(ctx: SignInContext, person: Person, id: string): Promise<void> {
  if (!isId(id) || !(await users.deleteSession(ctx.db, person.userId, id)))
    throw new AppError('NOT_FOUND', 'Session not found.');
}

/**
 * Runs something that a password decides, within the limits. The attempt is counted before it is made, so that guesses
 * sent at the same moment are counted too; one that was right is taken back.
 */
async function limitAttempts<T>(
  ctx: SignInContext,
  visitor: Visitor,
  email: string,
  attempt: () => Promise<T | null>,
): Promise<T | null> {
  const now = ctx.clock.now();
  const account = toKey(`account:${email}`);
  const address = toKey(`address:${findNetwork(visitor.address)}`);
  await attempts.deleteEndedAttempts(ctx.db, now);
  const windowEndsAt = new Date(now.getTime() + WINDOW_MS);
  for (const [key, max] of [
    [address, MAX_FOR_ADDRESS],
    [account, MAX_FOR_ACCOUNT],
  ] as const) {
    const counted = await attempts.countAttempt(ctx.db, key, now, windowEndsAt);
    if (counted.attempts > max)
      throw new AppError('RATE_LIMIT_EXCEEDED', 'Too many sign-in attempts. Try again later.', {
        retryAfterSeconds: Math.max(1, Math.ceil((counted.windowEndsAt.getTime() - now.getTime()) / 1000)),
      });
  }
  const result = await attempt();
  if (result !== null) {
    await attempts.forgetAttempts(ctx.db, account);
    await attempts.uncountAttempt(ctx.db, address);
  }
  return result;
}

/** Forgets the attempts that were counted for an account, because it has another password now. */
export function forgetAttempts(ctx: Pick<Context, 'db'>, email: string): Promise<void> {
  return attempts.forgetAttempts(ctx.db, toKey(`account:${email}`));
}

function toKey(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
