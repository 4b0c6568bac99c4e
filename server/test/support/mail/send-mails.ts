import assert from 'node:assert/strict';
import { queueMails, queueReadyMails } from '../../../src/jobs/mail.ts';
import type { Queue } from '../../../src/jobs/worker.ts';
import type { Context } from '../../../src/services/context.ts';

/** Sends the emails to people that are due, as a worker does. @returns how many were claimed */
export async function sendMails(ctx: Context, owner = 'test'): Promise<number> {
  assert.ok(ctx.mailer);
  return runDue(queueMails(ctx, ctx.mailer), owner);
}

/** The same for the emails to whoever waits for a domain to be ready. */
export async function sendReadyMails(ctx: Context, owner = 'test'): Promise<number> {
  assert.ok(ctx.mailer);
  return runDue(queueReadyMails(ctx, ctx.mailer), owner);
}

async function runDue<T>(queue: Queue<T>, owner: string): Promise<number> {
  const claimed = await queue.claim(owner, 1_000);
  await Promise.all(claimed.map((item) => queue.run(item)));
  return claimed.length;
}
