/*
 * One email to whoever published a domain's records: they leave an address on the page of their share link, and are told when
 * the domain is verified. They have no account, so nothing of it is kept: the address is forgotten when it was told, when it
 * can't be, and with the link.
 */

import { MAIL_ALLOWANCES, takeOne } from '../../core/access/mail-allowances.ts';
import { findReturnFault } from '../../core/access/return-url.ts';
import { AppError } from '../../core/errors.ts';
import type { ProjectId } from '../../core/ids.ts';
import { composeReadyMail } from '../../core/notices/compose-ready-mail.ts';
import type { Mailer, MailOutcome } from '../../core/notices/mailer.ts';
import { nextMailAt } from '../../core/notices/schedule.ts';
import type { Db } from '../../db/db.ts';
import type { StoredDomain } from '../../db/queries/domains.ts';
import * as table from '../../db/queries/mail/ready-mails.ts';
import { DAILY_LEVEL, lockLevels, storeLevels } from '../../db/queries/rate-levels.ts';
import type { Context } from '../context.ts';
import { nameLevel } from '../node/allowances.ts';
import { endWithGrace, startMailClaim } from './mail-try.ts';

const DAY_MS = 86_400_000;
/** An address may be mistyped, and colleagues take over. */
const MAX_ENTRIES = 5;
const EXPIRE_BATCH = 1_000;

/** Whether somebody can be told of a domain by email: it isn't ready yet, and email can be sent. */
export function canTellWhenReady(
  { mailer }: Pick<Context, 'mailer'>,
  { status, isTest }: Pick<StoredDomain, 'status' | 'isTest'>,
) {
  return mailer !== null && !isTest && status !== 'VERIFIED';
}

/**
 * Notes whom to tell when a domain is ready, in place of whoever that link named before.
 * @throws AppError VALIDATION_FAILED where nobody can be told, RATE_LIMIT_EXCEEDED
 */
export async function tellWhenReady(
  ctx: Pick<Context, 'db' | 'clock' | 'mailer'>,
  { domain, linkId }: { readonly domain: StoredDomain; readonly linkId: string },
  email: string,
): Promise<void> {
  if (!canTellWhenReady(ctx, domain))
    throw new AppError(
      'VALIDATION_FAILED',
      `There is nothing to wait for: ${domain.name} is ready, or email isn't set up here.`,
    );
  const askedAt = ctx.clock.now();
  const { projectId, id: domainId } = domain;
  await ctx.db.transaction(async (tx) => {
    await takeMail(tx, projectId, email, askedAt);
    if (await table.storeReadyMail(tx, { linkId, projectId, domainId, email, askedAt }, MAX_ENTRIES)) return;
    throw new AppError(
      'RATE_LIMIT_EXCEEDED',
      `This link has already accepted ${MAX_ENTRIES} addresses, which is its limit.`,
      { retryAfterSeconds: DAY_MS / 1_000 },
    );
  });
}

/** Counts an email for its project and for whoever gets it, apart from the links that it was asked by: those can be deleted. @throws AppError RATE_LIMIT_EXCEEDED */
async function takeMail(tx: Db, projectId: ProjectId, email: string, now: Date): Promise<void> {
  const counted = [
    { id: `${DAILY_LEVEL}${nameLevel(`emails of project ${projectId}`)}`, allowance: MAIL_ALLOWANCES.project },
    { id: `${DAILY_LEVEL}${nameLevel(`emails to ${email}`)}`, allowance: MAIL_ALLOWANCES.recipient },
  ];
  const ids = counted.map(({ id }) => id);
  const levels = await lockLevels(tx, ids, now);
  const taken = counted.map(({ id, allowance }) => {
    const outcome = takeOne(levels.get(id) ?? null, allowance, now.getTime());
    if ('used' in outcome) return { id, used: outcome.used };
    throw new AppError('RATE_LIMIT_EXCEEDED', 'Too many addresses were entered today. Please try again later.', {
      retryAfterSeconds: outcome.waitSeconds,
    });
  });
  await storeLevels(tx, taken, now);
}

/** An email to send, and until when its try may begin. */
export interface DueReadyMail {
  readonly mail: table.ClaimedReadyMail;
  /** On the scale of `Clock.monotonicMs`. */
  readonly startsBeforeMs: number;
}

/** Claims emails for a worker. */
export async function claimReadyMails(
  ctx: Pick<Context, 'db' | 'clock'>,
  owner: string,
  limit: number,
): Promise<DueReadyMail[]> {
  const { now, lease, startsBeforeMs } = startMailClaim(ctx, owner);
  const claimed = await table.claimReadyMails(ctx.db, now, lease, limit);
  return claimed.map((mail) => ({ mail, startsBeforeMs }));
}

/** Creates what makes one try of a claimed email, and stores what came of it. */
export function createReadyMailing(ctx: Context, mailer: Mailer): (due: DueReadyMail) => Promise<void> {
  const ending = endWithGrace(ctx);
  return async ({ mail, startsBeforeMs }) => {
    if (ctx.clock.monotonicMs() >= startsBeforeMs) return;
    const ready = await table.findReadyDomain(ctx.db, mail.linkId);
    // It fell again: they are told when it is back.
    if (!ready || ctx.stopping.aborted) return table.giveBackReadyMail(ctx.db, mail);
    const { returnUrl, returnOrigins } = ready;
    const isAllowed = returnUrl !== null && findReturnFault(returnUrl, returnOrigins) === null;
    const composed = composeReadyMail({ ...ready, returnUrl: isAllowed ? returnUrl : null });
    const date = ctx.clock.now();
    const outcome = await mailer.send({ ...composed, to: mail.email, id: `ready-${mail.linkId}`, date }, ending);
    if (outcome.outcome === 'failed' && ending.aborted) return table.giveBackReadyMail(ctx.db, mail);
    await store(ctx, mail, outcome);
  };
}

async function store(ctx: Context, mail: table.ClaimedReadyMail, outcome: MailOutcome): Promise<void> {
  const now = ctx.clock.now();
  const isOver = outcome.outcome !== 'failed';
  const nextAt = isOver ? null : nextMailAt(mail.attempts + 1, mail.firstTriedAt ?? now, now, ctx.random());
  await table.finishReadyMail(ctx.db, mail, now, nextAt);
  if (outcome.outcome === 'sent') return;
  const details = { linkId: mail.linkId, attempts: mail.attempts + 1, problem: outcome.problem };
  if (nextAt === null) ctx.log.error(details, "an email couldn't be delivered and isn't tried again");
  else ctx.log.warn({ ...details, nextAt: nextAt.toISOString() }, "an email couldn't be sent and is tried again");
}

/** Gives back what a stopping worker holds. */
export async function releaseReadyMails(ctx: Pick<Context, 'db'>, owner: string): Promise<void> {
  await table.releaseReadyMails(ctx.db, owner);
}

/** Forgets, some at a time, who can't be told any more. @returns whether there may be more */
export async function expireReadyMails(ctx: Pick<Context, 'db' | 'clock'>): Promise<boolean> {
  return table.deleteEndedReadyMails(ctx.db, ctx.clock.now(), EXPIRE_BATCH);
}
