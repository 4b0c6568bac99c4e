/*
 * Tells people by email. What is due is written with its event (`db/queries/due-notices.ts`); `claimMails` gathers it into
 * emails, and `createMailing` writes and sends one (`told-notices.ts`, `core/notices/`). `choices.ts` has who wants what,
 * and the links that end it. Nothing of this runs where no mail server is set.
 */

import { composeMail } from '../../core/notices/compose-mail.ts';
import type { Mailer, MailOutcome } from '../../core/notices/mailer.ts';
import { MAIL_KEPT_MS, nextMailAt, STALE_MS } from '../../core/notices/schedule.ts';
import * as table from '../../db/queries/mail/mails.ts';
import { findUser } from '../../db/queries/people/users.ts';
import type { Context } from '../context.ts';
import { formatUnsubscribeUrl } from './choices.ts';
import { endWithGrace, startMailClaim } from './mail-try.ts';
import { tellNotices } from './told-notices.ts';

const EXPIRE_BATCH = 2_000;

/** An email to send, and until when its try may begin. */
export interface DueMail {
  readonly mail: table.ClaimedMail;
  /** On the scale of `Clock.monotonicMs`. */
  readonly startsBeforeMs: number;
}

/** Claims emails for a worker. */
export async function claimMails(ctx: Pick<Context, 'db' | 'clock'>, owner: string, limit: number): Promise<DueMail[]> {
  const { now, lease, startsBeforeMs } = startMailClaim(ctx, owner);
  const claimed = await table.claimDueMails(ctx.db, now, lease, limit);
  return claimed.map((mail) => ({ mail, startsBeforeMs }));
}

/** Creates what makes one try of a claimed email and stores what came of it. */
export function createMailing(ctx: Context, mailer: Mailer): (due: DueMail) => Promise<void> {
  const ending = endWithGrace(ctx);
  return async ({ mail, startsBeforeMs }) => {
    // A process that was paused may wake when another one has the email.
    if (ctx.clock.monotonicMs() >= startsBeforeMs) return;
    if (ctx.stopping.aborted) return table.giveBackMail(ctx.db, mail);
    const outcome = await sendOnce(ctx, mailer, mail, ending);
    if (outcome !== null && outcome.outcome !== 'sent' && ending.aborted) return table.giveBackMail(ctx.db, mail);
    await store(ctx, mail, outcome);
  };
}

/** @returns null where there is nothing to tell any more */
async function sendOnce(
  ctx: Context,
  mailer: Mailer,
  mail: table.ClaimedMail,
  signal: AbortSignal,
): Promise<MailOutcome | null> {
  const now = ctx.clock.now();
  const user = await findUser(ctx.db, mail.userId);
  const stored = await table.listNoticesOf(ctx.db, mail, now);
  const notices = await tellNotices(
    ctx,
    stored.filter(({ at }) => now.getTime() - at.getTime() <= STALE_MS),
  );
  if (!user || notices.length === 0) return null;
  const projectIds = new Set(stored.map(({ projectId }) => projectId));
  const [projectId = null] = projectIds.size === 1 ? projectIds : [];
  const unsubscribeUrl = formatUnsubscribeUrl(ctx, { userId: mail.userId, projectId });
  const composed = composeMail(notices, { publicUrl: ctx.publicUrl, unsubscribeUrl });
  const { id, createdAt: date } = mail;
  return mailer.send({ ...composed, to: user.email, id, date, unsubscribeUrl }, signal);
}

async function store(ctx: Context, mail: table.ClaimedMail, outcome: MailOutcome | null): Promise<void> {
  const now = ctx.clock.now();
  if (outcome === null || outcome.outcome === 'sent') {
    await table.storeMail(ctx.db, mail, { sentAt: outcome && now, nextAt: null, problem: null });
    return;
  }
  const { problem } = outcome;
  const nextAt =
    outcome.outcome === 'refused' ? null : nextMailAt(mail.attempts + 1, mail.createdAt, now, ctx.random());
  await table.storeMail(ctx.db, mail, { sentAt: null, nextAt, problem });
  const details = { mailId: mail.id, userId: mail.userId, attempts: mail.attempts + 1, problem };
  if (nextAt === null) ctx.log.error(details, "an email couldn't be delivered and isn't tried again");
  else ctx.log.warn({ ...details, nextAt: nextAt.toISOString() }, "an email couldn't be sent and is tried again");
}

/** Gives back what a stopping worker holds. */
export async function releaseMails(ctx: Pick<Context, 'db'>, owner: string): Promise<void> {
  await table.releaseMails(ctx.db, owner);
}

/** Deletes notices and emails that have been kept for 30 days, some at a time. @returns whether there may be more */
export async function expireMails(ctx: Pick<Context, 'db' | 'clock'>): Promise<boolean> {
  const before = new Date(ctx.clock.now().getTime() - MAIL_KEPT_MS);
  return table.deleteOldMails(ctx.db, before, EXPIRE_BATCH);
}
