import { createPasswordResetLink } from '../../services/people/password-reset.ts';
import { UsageError } from '../arguments.ts';
import type { Command } from '../command.ts';

/** `reset-password <e-mail>`: a link by which that account gets another password. Exit code 1 where there is no such account. */
export const printPasswordReset: Command = async (ctx, { words }, output) => {
  const [, email, ...more] = words;
  if (email === undefined || more.length > 0)
    throw new UsageError('reset-password takes one e-mail address, that of the account.');
  const { url, expiresAt } = await createPasswordResetLink(ctx, email);
  output.print(
    { url, expiresAt: expiresAt.toISOString() },
    `${url}\n\nSend it to ${email} only: whoever opens it gets into the account. It works once, for an hour.`,
  );
};
