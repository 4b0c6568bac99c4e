import type { ProjectRole } from '../../core/access/roles.ts';
import { PROJECT_ROLES } from '../../core/access/roles.ts';
import { mayCreateKey, mayInvite, mayShare } from '../../core/access/standing.ts';
import type { ProjectId, UserId } from '../../core/ids.ts';
import type { Db } from '../../db/db.ts';
import { listApiKeysBy, revokeApiKeys, type StoredApiKey } from '../../db/queries/api-keys.ts';
import { revokeInvitationsBy, revokeInvitationsFor } from '../../db/queries/people/invitations.ts';
import {
  disableWebhooksBy,
  listDnsConnectionsBy,
  listShareLinksBy,
  listWebhooksBy,
  revokeShareLinksBy,
} from '../../db/queries/people/issued.ts';
import { noteActions } from '../audit/audit.ts';
import type { Context } from '../context.ts';

/** What somebody made in a project that works without them: whoever has kept it is not out when they are removed. */
export interface Issued {
  readonly apiKeys: readonly StoredApiKey[];
  readonly shareLinks: Awaited<ReturnType<typeof listShareLinksBy>>;
  readonly webhooks: Awaited<ReturnType<typeof listWebhooksBy>>;
  /** These are told of and never ended: what is published through them would stand still, and their credentials are the provider's to end. */
  readonly dnsConnections: Awaited<ReturnType<typeof listDnsConnectionsBy>>;
}

/**
 * Lists what somebody made in a project that works, and that they could not make with another role.
 * @param role what they may do in it from then on; null where they are out
 */
export async function listIssued(
  ctx: Pick<Context, 'db' | 'clock'>,
  projectId: ProjectId,
  userId: UserId,
  role: ProjectRole | null,
): Promise<Issued> {
  const now = ctx.clock.now();
  const apiKeys = await listApiKeysBy(ctx.db, projectId, userId, now);
  const lost = apiKeys.filter(({ permission }) => !mayCreateKey(role, permission));
  if (mayShare(role)) return { apiKeys: lost, shareLinks: [], webhooks: [], dnsConnections: [] };
  return {
    apiKeys: lost,
    shareLinks: await listShareLinksBy(ctx.db, projectId, userId, now),
    webhooks: await listWebhooksBy(ctx.db, projectId, userId),
    dnsConnections: await listDnsConnectionsBy(ctx.db, projectId, userId),
  };
}

/** Who loses a role, and what they have from then on. */
export interface Loss {
  readonly projectId: ProjectId;
  readonly userId: UserId;
  readonly email: string;
  /** Null where they are out. */
  readonly role: ProjectRole | null;
  /** Whether the keys, links and webhooks go that they made, too. */
  readonly revokesIssued: boolean;
}

/**
 * Ends what somebody gave away by a role that they lose, in the transaction that takes it: their open invitations always,
 * and those that would let them in again; keys, links and webhooks where it was asked for, because programs may need them.
 */
export async function endIssued(tx: Db, loss: Loss, now: Date): Promise<void> {
  const { projectId, userId, email, role, revokesIssued } = loss;
  const beyond = PROJECT_ROLES.filter((invited) => !mayInvite(role, invited));
  const ended = await revokeInvitationsBy(tx, projectId, userId, beyond, now);
  if (role === null) ended.push(...(await revokeInvitationsFor(tx, projectId, email, now)));
  await noteActions(
    tx,
    now,
    ended.map((id) => ({ action: 'invitation.revoked', projectId, object: { kind: 'invitation', id, name: null } })),
  );
  if (!revokesIssued) return;
  const keys = await listApiKeysBy(tx, projectId, userId, now);
  const lost = keys.filter(({ permission }) => !mayCreateKey(role, permission));
  await revokeApiKeys(
    tx,
    projectId,
    lost.map(({ id }) => id),
    now,
  );
  await noteActions(
    tx,
    now,
    lost.map(({ id, name }) => ({ action: 'api_key.revoked', projectId, object: { kind: 'api_key', id, name } })),
  );
  if (mayShare(role)) return;
  const links = await revokeShareLinksBy(tx, projectId, userId, now);
  await noteActions(
    tx,
    now,
    links.map((id) => ({ action: 'share_link.revoked', projectId, object: { kind: 'share_link', id, name: null } })),
  );
  const disabled = await disableWebhooksBy(tx, projectId, userId, now);
  await noteActions(
    tx,
    now,
    disabled.map(({ id, url }) => ({
      action: 'webhook.updated',
      projectId,
      object: { kind: 'webhook', id, name: url },
      before: { isActive: true },
      after: { isActive: false },
    })),
  );
}
