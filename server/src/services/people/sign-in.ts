/*
 * People and how they get in. The first account comes from the set-up link (`setup.ts`), every other from an
 * invitation (`invitations.ts`). `sign-in.ts` checks passwords within the limits of `attempts.ts`; `sessions.ts` keeps
 * who is signed in. `members.ts` has the roles of a project. Tokens in links are stored as hashes. API keys are for
 * programs, and in `projects/`.
 */

import { AppError, validationError } from '../../core/errors.ts';
import { buildId, type UserId } from '../../core/ids.ts';
import { deletePasswordResets } from '../../db/queries/people/password-resets.ts';
import { deleteSessionsOf } from '../../db/queries/people/sessions.ts';
import * as users from '../../db/queries/people/users.ts';
import { identifyActor } from '../audit/acting.ts';
import { noteAction } from '../audit/audit.ts';
import type { Context } from '../context.ts';
import type { Person, Visitor } from '../ports.ts';
import { limitAttempts } from './attempts.ts';
import { formatEndedCookie } from './cookies.ts';
import { hashNewPassword } from './new-passwords.ts';
import { checkPasskey } from './passkeys.ts';
import { checkPassword } from './password-check.ts';
import { findPending, formatPending, readPending } from './pending.ts';
import { checkCode, hasTotp } from './second-factor.ts';
import { beginSession } from './sessions.ts';

export type SignInContext = Pick<Context, 'db' | 'clock' | 'randomBytes' | 'secretBox' | 'signer' | 'publicUrl'>;

/** Somebody who gave the right password: signed in, or owing a code. */
export interface SignedIn {
  readonly userId: UserId;
  /** Values of Set-Cookie. */
  readonly cookies: string[];
  readonly needsCode: boolean;
}

/**
 * Signs somebody in, or where the account has an authenticator app, asks for its code. Whether an account exists shows
 * neither in the answer nor in its time nor in what is counted.
 * @throws AppError UNAUTHORIZED, RATE_LIMIT_EXCEEDED
 */
export async function signIn(
  ctx: SignInContext,
  visitor: Visitor,
  { email, password }: { email: string; password: string },
): Promise<SignedIn> {
  const user = await users.findUserByEmail(ctx.db, email);
  const guess = { visitor, account: email, userId: user?.id ?? null };
  const userId = await limitAttempts(ctx, guess, () => checkPassword(ctx, user?.id ?? null, password));
  if (userId === null) throw new AppError('UNAUTHORIZED', 'Wrong email or password.');
  if (await hasTotp(ctx, userId))
    return { userId, needsCode: true, cookies: [formatPending(ctx, { kind: 'code', userId })] };
  return { userId, needsCode: false, cookies: await enter(ctx, visitor, userId, false) };
}

/** Signs somebody in who gave the password before, by a code of their app or a recovery code. @throws AppError UNAUTHORIZED, RATE_LIMIT_EXCEEDED */
export async function signInByCode(
  ctx: SignInContext,
  visitor: Visitor,
  code: string,
): Promise<{ cookies: string[]; userId: UserId }> {
  const pending = readPending(ctx, visitor, 'code');
  const userId = pending.userId as UserId;
  if (!(await checkCode(ctx, visitor, { userId }, code)))
    throw validationError('code', 'The code is wrong, or was used before.');
  return { cookies: await enter(ctx, visitor, userId, true), userId };
}

/** Signs somebody in by a passkey. @throws AppError UNAUTHORIZED */
export async function signInByPasskey(
  ctx: SignInContext,
  visitor: Visitor,
  response: Readonly<Record<string, unknown>>,
): Promise<{ cookies: string[]; userId: UserId }> {
  const userId = await checkPasskey(ctx, visitor, null, response);
  return { cookies: await enter(ctx, visitor, userId, true), userId };
}

/**
 * Begins a session for somebody who proved who they are, which the audit log tells, and gives their account the identity of single sign-on that waits
 * in this browser for that proof. @returns values of Set-Cookie
 */
export async function enter(
  ctx: SignInContext,
  visitor: Visitor,
  userId: UserId,
  hasSecondFactor: boolean,
): Promise<string[]> {
  const waiting = findPending(ctx, visitor, 'join');
  const now = ctx.clock.now();
  const cookies = await ctx.db.transaction(async (tx) => {
    const object = { kind: 'person', id: userId, name: (await users.findUser(tx, userId))?.name ?? null };
    identifyActor({ ...object, kind: 'person' });
    if (waiting?.userId === userId) {
      const { issuer, subject } = waiting;
      await users.insertIdentity(tx, { id: buildId(now, ctx.randomBytes(8)), userId, issuer, subject, now });
      const after = { singleSignOn: issuer };
      await noteAction(tx, now, { action: 'account.changed', projectId: null, object, after });
    }
    const begun = await beginSession(ctx, visitor, userId, { hasSecondFactor, db: tx });
    await noteAction(tx, now, { action: 'account.signed_in', projectId: null, object, after: { hasSecondFactor } });
    return begun;
  });
  return waiting ? [...cookies, formatEndedCookie(ctx, 'join')] : cookies;
}

/**
 * Changes the password of `person`, ends all sessions and links that set another one, and begins a new one for this visitor.
 * @returns values of Set-Cookie
 * @throws AppError VALIDATION_FAILED where the current password is wrong or the new one easy to guess, RATE_LIMIT_EXCEEDED
 */
export async function changePassword(
  ctx: SignInContext,
  visitor: Visitor,
  person: Person,
  { currentPassword, newPassword }: { currentPassword: string; newPassword: string },
): Promise<string[]> {
  const guess = { visitor, account: person.userId, userId: person.userId, sessionId: person.sessionId };
  if ((await limitAttempts(ctx, guess, () => checkPassword(ctx, person.userId, currentPassword))) === null) {
    throw validationError('currentPassword', 'The current password is wrong.');
  }
  const former = await users.findPasswordHash(ctx.db, person.userId);
  const passwordHash = await hashNewPassword(newPassword, person, 'newPassword', former);
  return ctx.db.transaction(async (tx) => {
    await users.replacePasswordHash(tx, person.userId, passwordHash, ctx.clock.now());
    await deletePasswordResets(tx, person.userId);
    await deleteSessionsOf(tx, person.userId);
    return beginSession(ctx, visitor, person.userId, { hasSecondFactor: person.hasSecondFactor, db: tx });
  });
}
