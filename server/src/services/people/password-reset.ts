import { AppError } from '../../core/errors.ts';
import { createLinkToken, hashLinkToken, parseLinkToken } from '../../crypto/link-tokens.ts';
import * as table from '../../db/queries/people/password-resets.ts';
import { deleteSecondFactors } from '../../db/queries/people/second-factors.ts';
import { deleteSessionsOf } from '../../db/queries/people/sessions.ts';
import { findPasswordHash, findUser, findUserByEmail, replacePasswordHash } from '../../db/queries/people/users.ts';
import { identifyActor } from '../audit/acting.ts';
import { noteAction } from '../audit/audit.ts';
import type { Context } from '../context.ts';
import type { Visitor } from '../ports.ts';
import { forgetAttempts } from './attempts.ts';
import { hashNewPassword } from './new-passwords.ts';
import { type SignedIn, type SignInContext, signIn } from './sign-in.ts';

/** Long enough to be sent on and opened, short enough not to lie around. */
const VALID_MS = 3_600_000;

/**
 * Makes a link by which the account with this address gets another password. The one before it stops working. The token
 * stands after the `#`, which browsers keep to themselves. For the operator: whoever has the link gets into the account.
 * @param options `removeSecondFactors`: for somebody who lost them, takes app, recovery codes and passkeys away at once
 * @throws AppError NOT_FOUND where no account has the address
 */
export async function createPasswordResetLink(
  ctx: Pick<Context, 'db' | 'clock' | 'publicUrl'>,
  email: string,
  { removeSecondFactors = false }: { removeSecondFactors?: boolean } = {},
): Promise<{ url: string; expiresAt: Date }> {
  const user = await findUserByEmail(ctx.db, email.trim().toLowerCase());
  if (!user) throw new AppError('NOT_FOUND', 'No account has this email address.');
  const token = createLinkToken('reset');
  const createdAt = ctx.clock.now();
  const expiresAt = new Date(createdAt.getTime() + VALID_MS);
  await ctx.db.transaction(async (tx) => {
    await table.insertPasswordReset(tx, { tokenHash: hashLinkToken(token), userId: user.id, createdAt, expiresAt });
    const object = { kind: 'person', id: user.id, name: user.name };
    await noteAction(tx, createdAt, { action: 'account.reset_link_created', projectId: null, object });
    if (removeSecondFactors) {
      await deleteSecondFactors(tx, user.id);
      const after = { secondFactors: 'removed' };
      await noteAction(tx, createdAt, { action: 'account.changed', projectId: null, object, after });
    }
  });
  return { url: `${ctx.publicUrl}/reset-password#${token}`, expiresAt };
}

/**
 * Sets another password by a link, ends every session of the account and begins one for this visitor.
 * @returns values of Set-Cookie
 * @throws AppError NOT_FOUND, the same whether the link was used, ran out or never was;
 *   VALIDATION_FAILED for a password that is easy to guess, or the one before
 */
export async function resetPassword(
  ctx: SignInContext,
  visitor: Visitor,
  input: { token: string; newPassword: string },
): Promise<SignedIn> {
  const token = parseLinkToken('reset', input.token);
  const tokenHash = token && hashLinkToken(token);
  // Before the password is hashed: who has no token cannot make us work.
  const owner = tokenHash && (await table.findPasswordResetOwner(ctx.db, tokenHash, ctx.clock.now()));
  if (!tokenHash || !owner) throw resetLinkNotValid();
  const former = await findPasswordHash(ctx.db, owner.id);
  const passwordHash = await hashNewPassword(input.newPassword, owner, 'newPassword', former);
  const user = await ctx.db.transaction(async (tx) => {
    const now = ctx.clock.now();
    const userId = await table.takePasswordReset(tx, tokenHash, now);
    const found = userId && (await findUser(tx, userId));
    if (!found) throw resetLinkNotValid();
    await replacePasswordHash(tx, found.id, passwordHash, now);
    await deleteSessionsOf(tx, found.id);
    const person = { kind: 'person', id: found.id, name: found.name } as const;
    identifyActor(person);
    await noteAction(tx, now, { action: 'account.password_reset', projectId: null, object: person });
    return found;
  });
  // Somebody who forgot it has tried: they must not wait for the window of attempts to end.
  await forgetAttempts(ctx, { visitor, account: user.email, userId: user.id });
  return signIn(ctx, visitor, { email: user.email, password: input.newPassword });
}

function resetLinkNotValid(): AppError {
  return new AppError(
    'NOT_FOUND',
    'This link is no longer valid. Ask your administrator for a new one: npx autosend reset-password',
  );
}
