import { createPasswordResetLink } from '../../services/people/password-reset.ts';
import { defineCommand } from '../command.ts';
import { UsageError } from '../usage-error.ts';

/** `reset-password <email>`: a link by which that account gets another password. Exit code 1 where there is no such account. */
export const printPasswordReset = defineCommand({
  name: 'reset-password',
  usage: '<email>',
  about: ['a link that lets the owner of that dashboard account choose another password'],
  async run(ctx, { words }, output) {
    const [email, ...more] = words;
    if (email === undefined || more.length > 0)
      throw new UsageError("reset-password takes one argument: the account's email address.");
    const { url, expiresAt } = await createPasswordResetLink(ctx, email);
    output.print(
      { url, expiresAt: expiresAt.toISOString() },
      `${url}\n\nSend it to ${email} only: whoever opens it gets into the account. It works once, for an hour.`,
    );
  },
});
