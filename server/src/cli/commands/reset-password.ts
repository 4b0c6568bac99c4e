import { createPasswordResetLink } from '../../services/people/password-reset.ts';
import { defineCommand } from '../command.ts';
import { UsageError } from '../usage-error.ts';

/** `reset-password <email>`: a link by which that account gets another password. Exit code 1 where there is no such account. */
export const printPasswordReset = defineCommand({
  name: 'reset-password',
  operands: '<email>',
  about: 'Create a link for resetting the password of a dashboard account.',
  flags: {
    'remove-second-factors': {
      type: 'boolean',
      about: 'Remove its authenticator app, recovery codes and passkeys, too: for someone who lost them.',
    },
  },
  async run(ctx, { words, ...flags }, output) {
    const [email] = words;
    if (email === undefined)
      throw new UsageError('The email address is missing. Example: autosend reset-password jo@example.com');
    const { url, expiresAt } = await createPasswordResetLink(ctx, email, {
      removeSecondFactors: flags['remove-second-factors'] === true,
    });
    output.print(
      { url, expiresAt: expiresAt.toISOString() },
      `${url}\n\nSend it to ${email} only. Anyone who opens it can sign in to the account. It works once and expires in an hour.`,
    );
  },
});
