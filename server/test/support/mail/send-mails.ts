import assert from 'node:assert/strict';
import { queueMails } from '../../../src/jobs/mail.ts';
import type { Context } from '../../../src/services/context.ts';

/** Sends once what is due now, as a worker does, and waits for it. @returns how many tries were made */
export async function sendMails(ctx: Context, owner = 'test'): Promise<number> {
  assert.ok(ctx.mailer);
  const queue = queueMails(ctx, ctx.mailer);
  const claimed = await queue.claim(owner, 1_000);
  await Promise.all(claimed.map((item) => queue.run(item)));
  return claimed.length;
}
