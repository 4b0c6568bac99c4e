import type { Mailer } from '../core/notices/mailer.ts';
import type { Context } from '../services/context.ts';
import {
  claimReadyMails,
  createReadyMailing,
  type DueReadyMail,
  releaseReadyMails,
} from '../services/notices/ready-mails.ts';
import { claimMails, createMailing, type DueMail, releaseMails } from '../services/notices/send-mail.ts';
import { type Pace, type Queue, startWorker, type Worker } from './worker.ts';

/** Nobody waits for it at the screen. */
const READY_IDLE_MS = 5_000;
const PACE: Pace = { places: 4, batch: 1, idleMs: 1_000, afterErrorMs: 5_000 };

/** Sends emails to people; null where no mail server is set. The queue is a table, so that any number of nodes share it. */
export function startMailWork(ctx: Context): Worker | null {
  if (!ctx.mailer) return null;
  const workers = [
    startWorker(ctx, queueMails(ctx, ctx.mailer), PACE),
    startWorker(ctx, queueReadyMails(ctx, ctx.mailer), { ...PACE, idleMs: READY_IDLE_MS }),
  ];
  return {
    async stop() {
      await Promise.all(workers.map((worker) => worker.stop()));
    },
  };
}

/** The queue of emails to whoever waits for a domain to be ready. */
export function queueReadyMails(ctx: Context, mailer: Mailer): Queue<DueReadyMail> {
  const send = createReadyMailing(ctx, mailer);
  return {
    name: 'ready-mail',
    claim: (owner, limit) => claimReadyMails(ctx, owner, limit),
    async run(due) {
      await send(due);
      return 0;
    },
    describe: ({ mail }) => ({ linkId: mail.linkId }),
    releaseAll: (owner) => releaseReadyMails(ctx, owner),
  };
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
