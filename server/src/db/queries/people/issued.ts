import type { SQL } from 'drizzle-orm';
import type { ProjectId, UserId } from '../../../core/ids.ts';
import type { Db } from '../../db.ts';
import { and, asc, eq, gt, isNull, sql } from '../../drizzle.ts';
import { apiKeys, domains } from '../../schema.ts';
import { shareLinks } from '../../schema-dashboard.ts';
import { dnsConnections } from '../../schema-publishing.ts';
import { webhooks } from '../../schema-webhooks.ts';

type Authored = typeof shareLinks | typeof webhooks | typeof dnsConnections;

/** What somebody made in a project, themselves or by an API key of theirs, whether that key still works or not. */
function isBy({ projectId, createdBy, apiKeyId }: Authored, project: ProjectId, userId: UserId): SQL | undefined {
  return and(
    eq(projectId, project),
    sql`(${createdBy} = ${userId} or ${apiKeyId} in (select ${apiKeys.id} from ${apiKeys}
      where ${apiKeys.projectId} = ${project} and ${apiKeys.createdBy} = ${userId}))`,
  );
}

/** Lists the share links by somebody that work, oldest first, each with its domain's name. */
export async function listShareLinksBy(db: Db, projectId: ProjectId, userId: UserId, now: Date) {
  return db
    .select({
      id: shareLinks.id,
      domainId: shareLinks.domainId,
      domainName: domains.name,
      createdAt: shareLinks.createdAt,
      expiresAt: shareLinks.expiresAt,
    })
    .from(shareLinks)
    .innerJoin(domains, eq(domains.id, shareLinks.domainId))
    .where(and(isBy(shareLinks, projectId, userId), isNull(shareLinks.revokedAt), gt(shareLinks.expiresAt, now)))
    .orderBy(asc(shareLinks.createdAt), asc(shareLinks.id));
}

/** Revokes the share links by somebody; answers which these were. */
export async function revokeShareLinksBy(tx: Db, projectId: ProjectId, userId: UserId, now: Date): Promise<string[]> {
  const revoked = await tx
    .update(shareLinks)
    .set({ revokedAt: now })
    .where(and(isBy(shareLinks, projectId, userId), isNull(shareLinks.revokedAt)))
    .returning({ id: shareLinks.id });
  return revoked.map(({ id }) => id);
}

/** Lists the webhooks by somebody that are active, oldest first. */
export async function listWebhooksBy(db: Db, projectId: ProjectId, userId: UserId) {
  return db
    .select({ id: webhooks.id, url: webhooks.url, events: webhooks.events })
    .from(webhooks)
    .where(and(isBy(webhooks, projectId, userId), eq(webhooks.isActive, true)))
    .orderBy(asc(webhooks.createdAt), asc(webhooks.id));
}

/** Disables the webhooks by somebody; answers which these were. */
export async function disableWebhooksBy(
  tx: Db,
  projectId: ProjectId,
  userId: UserId,
  now: Date,
): Promise<{ id: string; url: string }[]> {
  return tx
    .update(webhooks)
    .set({ isActive: false, updatedAt: now })
    .where(and(isBy(webhooks, projectId, userId), eq(webhooks.isActive, true)))
    .returning({ id: webhooks.id, url: webhooks.url });
}

/** Lists the DNS connections by somebody, oldest first. */
export async function listDnsConnectionsBy(db: Db, projectId: ProjectId, userId: UserId) {
  return db
    .select({ id: dnsConnections.id, name: dnsConnections.name, provider: dnsConnections.provider })
    .from(dnsConnections)
    .where(isBy(dnsConnections, projectId, userId))
    .orderBy(asc(dnsConnections.createdAt), asc(dnsConnections.id));
}
