import { AppError } from '../../core/errors.ts';
import { sendTestMail } from '../../services/notices/test-mail.ts';
import { defineCommand } from '../command.ts';
import { UsageError } from '../usage-error.ts';

/** `test-email <address>`: whether the mail server takes an email. Exit code 1 where it doesn't. */
export const sendTestEmail = defineCommand({
  name: 'test-email',
  operands: '<address>',
  about: 'Send a test email through the mail server of AUTOSEND_SMTP_URL.',
  async run(ctx, { words: [address] }, output) {
    if (address === undefined)
      throw new UsageError('The address is missing. Example: autosend test-email jo@example.com');
    const outcome = await sendTestMail(ctx, address);
    if (outcome.outcome !== 'sent')
      throw new AppError('SERVICE_UNAVAILABLE', `The email couldn't be sent: ${outcome.problem}`);
    output.print({ sentTo: address }, `The mail server took the email to ${address}.`);
  },
});
