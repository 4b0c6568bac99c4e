import { AppError } from '../../core/errors.ts';
import type { UserId } from '../../core/ids.ts';
import { createLinkToken, hashLinkToken, parseLinkToken } from '../../crypto/link-tokens.ts';
import { hashPassword } from '../../crypto/passwords.ts';
import * as table from '../../db/queries/password-resets.ts';
import { findUser, findUserByEmail } from '../../db/queries/users.ts';
import type { Context } from '../context.ts';
import type { Visitor } from '../ports.ts';
import { forgetAttempts, signIn } from './sign-in.ts';

/** Long enough to be sent on and opened, short enough not to lie around. */
const VALID_MS = 3_600_000;

/**
 * Makes a link by which the account with this address gets another password. The one before it stops working. The token
 * stands after the `#`, which browsers keep to themselves. For the operator: whoever has the link gets into the account.
 * @throws AppError NOT_FOUND where no account has the address
 */
export async function createPasswordResetLink(
  ctx: Pick<Context, 'db' | 'clock' | 'publicUrl'>,
  email: string,
): Promise<{ url: string; expiresAt: Date }> {
  const user = await findUserByEmail(ctx.db, email.trim().toLowerCase());
  if (!user) throw new AppError('NOT_FOUND', 'No account has this email address.');
  const token = createLinkToken('reset');
  const createdAt = ctx.clock.now();
  const expiresAt = new Date(createdAt.getTime() + VALID_MS);
  await ctx.db.transaction((tx) =>
    table.insertPasswordReset(tx, { tokenHash: hashLinkToken(token), userId: user.id, createdAt, expiresAt }),
  );
  return { url: `${ctx.publicUrl}/reset-password#${token}`, expiresAt };
}

/**
 * Sets another password by a link, ends every session of the account and begins one for this visitor.
 * @returns values of Set-Cookie
 * @throws AppError NOT_FOUND, the same whether the link was used, ran out or never was
 */
export async function resetPassword(
  ctx: Pick<Context, 'db' | 'clock' | 'authentication'>,
  visitor: Visitor,
  input: { token: string; newPassword: string },
): Promise<{ cookies: string[]; userId: UserId }> {
  const token = parseLinkToken('reset', input.token);
  const tokenHash = token && hashLinkToken(token);
  // Before the password is hashed: who has no token cannot make us work.
  if (!tokenHash || !(await table.isPasswordResetOpen(ctx.db, tokenHash, ctx.clock.now()))) throw resetLinkNotValid();
  const passwordHash = await hashPassword(input.newPassword);
  const user = await ctx.db.transaction(async (tx) => {
    const now = ctx.clock.now();
    const userId = await table.takePasswordReset(tx, tokenHash, now);
    const found = userId && (await findUser(tx, userId));
    if (!found) throw resetLinkNotValid();
    await table.replacePassword(tx, found.id, passwordHash, now);
    return found;
  });
  // Somebody who forgot it has tried: they must not wait for the window of attempts to end.
  await forgetAttempts(ctx, user.email);
  return signIn(ctx, visitor, { email: user.email, password: input.newPassword });
}

function resetLinkNotValid(): AppError {
  return new AppError(
    'NOT_FOUND',
    'This link is no longer valid. Ask your administrator for a new one: npx autosend reset-password',
  );
}
