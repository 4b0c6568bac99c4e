import { AppError, validationError } from '../../core/errors.ts';
import { buildId, isId } from '../../core/ids.ts';
import { createLinkToken, hashLinkToken, parseLinkToken } from '../../crypto/link-tokens.ts';
import type { StoredDomain } from '../../db/queries/domains.ts';
import * as table from '../../db/queries/share-links.ts';
import { noteAction } from '../audit/audit.ts';
import type { Context } from '../context.ts';
import { addWithinQuota } from '../node/quotas.ts';
import { requireStanding } from '../people/standing.ts';
import type { Person } from '../ports.ts';
import { getDomain } from './domains.ts';

/** A share link as it may be shown, with the name of who made it and whether they are still in the project. */
export type ShareLink = table.StoredShareLink & { readonly author: string | null; readonly isAuthorGone: boolean };

const DAY_MS = 86_400_000;
const DEFAULT_VALID_MS = 30 * DAY_MS;
const MAX_VALID_MS = 366 * DAY_MS;

/** What a link is made with. */
export interface NewShareLink {
  /** In 30 days if it is left out. */
  readonly expiresAt?: Date | undefined;
  /** For whom it is: a name or an address, to tell links apart. */
  readonly recipient?: string | undefined;
}

/**
 * Makes a link to one domain for whoever owns its DNS. The link is in this answer only.
 * @param person who makes it; null for a program, which has an API key
 * @throws AppError VALIDATION_FAILED, FORBIDDEN, QUOTA_EXCEEDED
 */
export async function createShareLink(
  ctx: Pick<Context, 'db' | 'clock' | 'randomBytes' | 'publicUrl' | 'quotas'>,
  person: Person | null,
  domain: StoredDomain,
  input: NewShareLink = {},
): Promise<ShareLink & { url: string }> {
  const now = ctx.clock.now();
  const expiresAt = input.expiresAt ?? new Date(now.getTime() + DEFAULT_VALID_MS);
  if (expiresAt <= now) throw validationError('expiresAt', 'The expiry time is in the past.');
  if (expiresAt.getTime() - now.getTime() > MAX_VALID_MS)
    throw validationError('expiresAt', 'A share link can be valid for at most one year.');
  const token = createLinkToken('share');
  const link = {
    id: buildId(now, ctx.randomBytes(8)),
    projectId: domain.projectId,
    domainId: domain.id,
    createdBy: person?.userId ?? null,
    createdByName: person?.name ?? null,
    recipient: input.recipient ?? null,
    createdAt: now,
    expiresAt,
    revokedAt: null,
    firstOpenedAt: null,
    lastOpenedAt: null,
  };
  await addWithinQuota(ctx, 'shareLinks', { projectId: domain.projectId }, async (tx) => {
    if (person) await requireStanding(tx, person, domain.projectId, 'admin');
    await table.insertShareLink(tx, { ...link, tokenHash: hashLinkToken(token) });
    const after = {
      expiresAt: expiresAt.toISOString(),
      ...(link.recipient !== null && { recipient: link.recipient }),
    };
    await noteAction(tx, now, { action: 'share_link.created', ...describeLink(domain, link.id), after });
  });
  return { ...link, author: link.createdByName, isAuthorGone: false, url: `${ctx.publicUrl}/share/${token}` };
}

/** Lists a domain's links, newest first. */
export function listShareLinks(ctx: Pick<Context, 'db'>, domain: StoredDomain): Promise<ShareLink[]> {
  return table.listShareLinks(ctx.db, domain.projectId, domain.id);
}

/** Whether a link works at `now`, and if not, why. */
export function describeShareLink({ revokedAt, expiresAt }: ShareLink, now: Date): 'open' | 'revoked' | 'expired' {
  if (revokedAt) return 'revoked';
  return expiresAt <= now ? 'expired' : 'open';
}

/** Revokes a link, from the next request on. @throws AppError NOT_FOUND */
export async function revokeShareLink(
  ctx: Pick<Context, 'db' | 'clock'>,
  domain: StoredDomain,
  id: string,
): Promise<void> {
  const now = ctx.clock.now();
  const revoked =
    isId(id) &&
    (await ctx.db.transaction(async (tx) => {
      const outcome = await table.revokeShareLink(tx, domain.projectId, domain.id, id, now);
      if (outcome === 'revoked')
        await noteAction(tx, now, { action: 'share_link.revoked', ...describeLink(domain, id) });
      return outcome;
    }));
  if (!revoked) throw new AppError('NOT_FOUND', 'Link not found for this domain.');
}

function describeLink({ projectId, name }: StoredDomain, id: string) {
  return { projectId, object: { kind: 'share_link', id, name } };
}

/** Gets the domain that a link shows, and who shared it. @throws AppError NOT_FOUND, which for a link that ended says whom to ask */
export async function getSharedDomain(
  ctx: Pick<Context, 'db' | 'clock'>,
  text: string,
): Promise<{ domain: StoredDomain; linkId: string; linkExpiresAt: Date; from: table.Sharer }> {
  const token = parseLinkToken('share', text);
  const found = token && (await table.findShareLink(ctx.db, hashLinkToken(token)));
  if (!found) throw new AppError('NOT_FOUND', "This link doesn't work. Check that you copied all of it.");
  const { link, from } = found;
  if (link.revokedAt || link.expiresAt <= ctx.clock.now()) throw new AppError('NOT_FOUND', describeEnd(link, from));
  const domain = await getDomain(ctx, link.projectId, link.domainId);
  return { domain, linkId: link.id, linkExpiresAt: link.expiresAt, from };
}

/** Notes that somebody opened the page of a link in a browser. */
export function noteLinkOpened(ctx: Pick<Context, 'db' | 'clock'>, linkId: string): Promise<void> {
  return table.noteShareLinkOpened(ctx.db, linkId, ctx.clock.now());
}

/** Whoever holds the token was sent it by them: it tells nothing new. */
function describeEnd({ revokedAt }: table.StoredShareLink, { project, person }: table.Sharer): string {
  const sender = person === null ? project : `${person} (${project})`;
  return `This link ${revokedAt ? 'was revoked' : 'has expired'}. Ask ${sender} for a new one.`;
}
