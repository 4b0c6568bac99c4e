import { AppError } from '../../core/errors.ts';
import { buildId } from '../../core/ids.ts';
import { composeTestMail } from '../../core/notices/compose-mail.ts';
import type { MailOutcome } from '../../core/notices/mailer.ts';
import type { Context } from '../context.ts';

/** Sends an email that says nothing but that it arrived. @throws AppError VALIDATION_FAILED where no mail server is set */
export async function sendTestMail(
  ctx: Pick<Context, 'mailer' | 'clock' | 'randomBytes' | 'publicUrl' | 'stopping'>,
  address: string,
): Promise<MailOutcome> {
  if (ctx.mailer === null)
    throw new AppError(
      'VALIDATION_FAILED',
      'No mail server is set. Set AUTOSEND_SMTP_URL, for example to smtps://user:password@smtp.example.com:465.',
    );
  const date = ctx.clock.now();
  const id = buildId(date, ctx.randomBytes(8));
  return ctx.mailer.send({ ...composeTestMail(ctx.publicUrl), to: address, id, date }, ctx.stopping);
}
