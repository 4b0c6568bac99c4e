import type { UserId } from '../../core/ids.ts';
import { verifyPassword } from '../../crypto/passwords.ts';
import { findPasswordHash } from '../../db/queries/people/users.ts';
import type { Context } from '../context.ts';

/** What a password is checked against where there is none: nobody's, with the figures of all others. */
const NOBODYS_HASH =
  '$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';

/** The account, where the password is its password; null in the same time where it is not, and where there is no account. */
export async function checkPassword(
  ctx: Pick<Context, 'db'>,
  userId: UserId | null,
  password: string,
): Promise<UserId | null> {
  const hash = userId && (await findPasswordHash(ctx.db, userId));
  const isRight = await verifyPassword(hash ?? NOBODYS_HASH, password);
  return isRight && hash ? userId : null;
}
