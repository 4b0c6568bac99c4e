import type { Mailer } from '../core/notices/mailer.ts';
import type { Context } from '../services/context.ts';
import { claimMails, createMailing, type DueMail, releaseMails } from '../services/notices/send-mail.ts';
import { type Pace, type Queue, startWorker, type Worker } from './worker.ts';

const PACE: Pace = { places: 4, batch: 1, idleMs: 1_000, afterErrorMs: 5_000 };

/** Sends emails to people; null where no mail server is set. The queue is a table, so that any number of nodes share it. */
export function startMailWork(ctx: Context): Worker | null {
  return ctx.mailer && startWorker(ctx, queueMails(ctx, ctx.mailer), PACE);
}

/** The queue of emails. */
export function queueMails(ctx: Context, mailer: Mailer): Queue<DueMail> {
  const send = createMailing(ctx, mailer);
  return {
    name: 'mail',
    claim: (owner, limit) => claimMails(ctx, owner, limit),
    async run(due) {
      await send(due);
      return 0;
    },
    describe: ({ mail }) => ({ mailId: mail.id }),
    releaseAll: (owner) => releaseMails(ctx, owner),
  };
}
