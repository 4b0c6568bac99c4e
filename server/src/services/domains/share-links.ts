import { findReturnFault } from '../../core/access/return-url.ts';
import { AppError, validationError } from '../../core/errors.ts';
import { buildId, isId, type ProjectId } from '../../core/ids.ts';
import { createLinkToken, hashLinkToken, parseLinkToken } from '../../crypto/link-tokens.ts';
import type { Db } from '../../db/db.ts';
import type { StoredDomain } from '../../db/queries/domains.ts';
import { findProject } from '../../db/queries/projects.ts';
import * as table from '../../db/queries/share-links.ts';
import { noteAction } from '../audit/audit.ts';
import type { Context } from '../context.ts';
import { requireQuota } from '../node/quotas.ts';
import { requireKey } from '../people/author.ts';
import { requireStanding } from '../people/standing.ts';
import type { Person } from '../ports.ts';
import type { Caller } from '../projects/api-keys.ts';
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
  /** Where the page leads when all is done. */
  readonly returnUrl?: string | undefined;
}

/** Who makes a link: a person of the dashboard, or a program with an API key. */
export type ShareLinkAuthor = Person | Pick<Caller, 'keyId' | 'name'>;

/** A link that was just made: the only time that its address is known. */
export type IssuedShareLink = ShareLink & { readonly url: string };

type MakeContext = Pick<Context, 'db' | 'clock' | 'randomBytes' | 'publicUrl' | 'quotas'>;

/**
 * Makes a link to one domain for whoever owns its DNS. The link is in this answer only.
 * @param onStored runs in the same transaction
 * @throws AppError VALIDATION_FAILED, FORBIDDEN, QUOTA_EXCEEDED
 */
export function createShareLink(
  ctx: MakeContext,
  author: ShareLinkAuthor,
  domain: StoredDomain,
  input: NewShareLink = {},
  onStored?: (tx: Db, link: IssuedShareLink) => Promise<void>,
): Promise<IssuedShareLink> {
  return ctx.db.transaction(async (tx) => {
    const link = await createShareLinkIn(ctx, tx, author, domain, input);
    await onStored?.(tx, link);
    return link;
  });
}

/** The same as a part of `tx`, such as the one that adds the domain. */
export async function createShareLinkIn(
  ctx: Omit<MakeContext, 'db'>,
  tx: Db,
  author: ShareLinkAuthor,
  domain: StoredDomain,
  { recipient, returnUrl, ...input }: NewShareLink = {},
): Promise<IssuedShareLink> {
  const now = ctx.clock.now();
  const expiresAt = input.expiresAt ?? new Date(now.getTime() + DEFAULT_VALID_MS);
  if (expiresAt <= now) throw validationError('expiresAt', 'The expiry time is in the past.');
  if (expiresAt.getTime() - now.getTime() > MAX_VALID_MS)
    throw validationError('expiresAt', 'A share link can be valid for at most one year.');
  await requireQuota(ctx, tx, 'shareLinks', { projectId: domain.projectId });
  if (returnUrl !== undefined) await requireAllowedReturn(tx, domain.projectId, returnUrl);
  await requireAuthor(tx, author, domain.projectId, now);
  const token = createLinkToken('share');
  const link = {
    id: buildId(now, ctx.randomBytes(8)),
    projectId: domain.projectId,
    domainId: domain.id,
    createdBy: 'userId' in author ? author.userId : null,
    apiKeyId: 'keyId' in author ? author.keyId : null,
    createdByName: author.name,
    recipient: recipient ?? null,
    returnUrl: returnUrl ?? null,
    createdAt: now,
    expiresAt,
    revokedAt: null,
    firstOpenedAt: null,
    lastOpenedAt: null,
  };
  await table.insertShareLink(tx, { ...link, tokenHash: hashLinkToken(token) });
  const after = {
    expiresAt: expiresAt.toISOString(),
    ...(recipient !== undefined && { recipient }),
    ...(returnUrl !== undefined && { returnUrl }),
  };
  await noteAction(tx, now, { action: 'share_link.created', ...describeLink(domain, link.id), after });
  return { ...link, author: author.name, isAuthorGone: false, url: `${ctx.publicUrl}/share/${token}` };
}

/** @throws AppError VALIDATION_FAILED */
async function requireAllowedReturn(tx: Db, projectId: ProjectId, returnUrl: string): Promise<void> {
  const project = await findProject(tx, projectId);
  const fault = findReturnFault(returnUrl, project?.returnOrigins ?? []);
  if (fault !== null) throw validationError('returnUrl', fault);
}

/** Since the request was admitted, somebody may have taken the role or the key away. @throws AppError FORBIDDEN, UNAUTHORIZED */
async function requireAuthor(tx: Db, author: ShareLinkAuthor, projectId: ProjectId, now: Date): Promise<void> {
  if ('userId' in author) await requireStanding(tx, author, projectId, 'admin');
  else await requireKey(tx, author.keyId, now);
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
): Promise<{
  domain: StoredDomain;
  linkId: string;
  linkExpiresAt: Date;
  returnUrl: string | null;
  from: table.Sharer;
}> {
  const token = parseLinkToken('share', text);
  const found = token && (await table.findShareLink(ctx.db, hashLinkToken(token)));
  if (!found) throw new AppError('NOT_FOUND', "This link doesn't work. Check that you copied all of it.");
  const { link, from, returnOrigins } = found;
  if (link.revokedAt || link.expiresAt <= ctx.clock.now()) throw new AppError('NOT_FOUND', describeEnd(link, from));
  const domain = await getDomain(ctx, link.projectId, link.domainId);
  // Whoever takes an origin off the list wants no page to lead there any more.
  const isAllowed = link.returnUrl !== null && findReturnFault(link.returnUrl, returnOrigins ?? []) === null;
  const returnUrl = isAllowed ? link.returnUrl : null;
  return { domain, linkId: link.id, linkExpiresAt: link.expiresAt, returnUrl, from };
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
