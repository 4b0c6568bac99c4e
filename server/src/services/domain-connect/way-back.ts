import { findReturnFault } from '../../core/access/return-url.ts';
import { AppError } from '../../core/errors.ts';
import { createLinkToken, hashLinkToken, parseLinkToken } from '../../crypto/link-tokens.ts';
import {
  deleteExpiredReturns,
  deleteSurplusReturns,
  insertReturn,
  takeReturn,
} from '../../db/queries/domain-connect/returns.ts';
import { findDomain, type StoredDomain } from '../../db/queries/domains.ts';
import { findProject } from '../../db/queries/projects.ts';
import { checkNow, verifyDomain } from '../checks/check-now.ts';
import type { Context } from '../context.ts';

/** The page that somebody comes back to: one of ours as a path, or one of the project's as a URL. */
export type ReturnTo = string;

/** Where those land who weren't sent by a page. */
export const PLAIN_RETURN: ReturnTo = '/connected';

const VALID_MS = 24 * 3_600_000;
/** So many ways back to a domain are open: each link that is asked for has one, and most are never taken. */
const MAX_OPEN = 50;
const EXPIRE_BATCH = 1_000;

/** What the page is told of how it went: what the provider says, and nothing that a verdict rests on. */
type Outcome = 'returned' | 'canceled' | 'failed' | 'used';

/**
 * Notes where somebody is to come back to, and gives the address that the DNS provider sends them to. The token is in the path:
 * Cloudflare gives nothing back that was in a query.
 */
export async function issueReturn(
  ctx: Pick<Context, 'db' | 'realClock' | 'secretBox' | 'publicUrl'>,
  domain: Pick<StoredDomain, 'id' | 'projectId'>,
  to: ReturnTo,
): Promise<string> {
  const token = createLinkToken('connect');
  const tokenHash = hashLinkToken(token);
  const now = ctx.realClock.now();
  await ctx.db.transaction(async (tx) => {
    await insertReturn(tx, {
      tokenHash,
      projectId: domain.projectId,
      domainId: domain.id,
      returnSealed: ctx.secretBox.seal(Buffer.from(to), contextOf(tokenHash)),
      createdAt: now,
      expiresAt: new Date(now.getTime() + VALID_MS),
    });
    await deleteSurplusReturns(tx, domain.id, MAX_OPEN);
  });
  return `${ctx.publicUrl}${PLAIN_RETURN}/${token}`;
}

/**
 * Receives somebody who comes back, once: a check of the domain begins, whatever the provider says, and they go on to the page
 * that asked. Whoever comes with a token that was used, or is none, learns nothing and is sent to no page but ours.
 */
export async function receiveReturn(
  ctx: Context,
  text: string,
  said: { readonly error?: string | undefined; readonly error_description?: string | undefined },
): Promise<string> {
  const token = parseLinkToken('connect', text);
  const taken = token && (await takeReturn(ctx.db, hashLinkToken(token), ctx.realClock.now()));
  const domain = taken && (await findDomain(ctx.db, taken.projectId, taken.domainId));
  if (!taken || !domain) return addOutcome(ctx, PLAIN_RETURN, 'used');
  const outcome = readOutcome(said);
  const check = outcome === 'returned' ? verifyDomain : checkNow;
  ctx.background.run(check(ctx, domain.projectId, domain.id).then(() => undefined, ignoreGone));
  const to = ctx.secretBox.open(taken.returnSealed, contextOf(taken.tokenHash)).toString();
  return addOutcome(ctx, await keepAllowed(ctx, domain, to), outcome);
}

/** Deletes ways back that nobody took; whether there are more. */
export async function expireReturns(ctx: Pick<Context, 'db' | 'realClock'>): Promise<boolean> {
  return (await deleteExpiredReturns(ctx.db, ctx.realClock.now(), EXPIRE_BATCH)) === EXPIRE_BATCH;
}

/** Whoever takes an origin off the project's list wants nobody to be sent there any more. */
async function keepAllowed(ctx: Pick<Context, 'db'>, { projectId }: StoredDomain, to: ReturnTo): Promise<ReturnTo> {
  if (to.startsWith('/')) return to;
  const project = await findProject(ctx.db, projectId);
  return findReturnFault(to, project?.returnOrigins ?? []) === null ? to : PLAIN_RETURN;
}

function addOutcome({ publicUrl }: Pick<Context, 'publicUrl'>, to: ReturnTo, outcome: Outcome): string {
  const url = new URL(to.startsWith('/') ? `${publicUrl}${to}` : to);
  url.searchParams.set('setup', outcome);
  return url.href;
}

function readOutcome({ error, error_description: description = '' }: Parameters<typeof receiveReturn>[2]): Outcome {
  if (error === undefined || error === '') return 'returned';
  return error === 'access_denied' && description.startsWith('user_cancel') ? 'canceled' : 'failed';
}

function ignoreGone(error: unknown): void {
  // The domain was deleted meanwhile: there is nothing to check.
  if (!(error instanceof AppError && error.code === 'NOT_FOUND')) throw error;
}

function contextOf(tokenHash: Buffer): string {
  return `domain_connect_returns:${tokenHash.toString('hex')}`;
}
