import type { QuotaName } from '../../../core/access/quotas.ts';
import type { ProjectId, UserId } from '../../../core/ids.ts';
import type { Db } from '../../db.ts';
import { sql } from '../../drizzle.ts';
import { apiKeys, domains, projects } from '../../schema.ts';
import { invitations, memberships, shareLinks, users } from '../../schema-dashboard.ts';
import { dnsConnections } from '../../schema-publishing.ts';
import { webhooks } from '../../schema-webhooks.ts';

/** Whose something is: what its quota counts. */
export type QuotaOwner = { readonly projectId: ProjectId } | { readonly userId: UserId };

/**
 * Counts what an owner has of a thing that a quota is set for, and locks the owner's row until the end of the transaction: who
 * adds another one at the same time waits, and counts this one too.
 */
export async function countHeld(
  tx: Db,
  owner: QuotaOwner,
  name: Exclude<QuotaName, 'liveStreams'>,
  { now, limit }: { readonly now: Date; readonly limit: number },
): Promise<number> {
  const locked =
    'projectId' in owner
      ? sql`select id from ${projects} where id = ${owner.projectId} for no key update`
      : sql`select id from ${users} where id = ${owner.userId} for no key update`;
  await tx.execute(locked);
  const id = 'projectId' in owner ? owner.projectId : owner.userId;
  const at = sql`${now.toISOString()}::timestamptz`;
  // Names of columns stand alone: each statement reads one table.
  const held = {
    apiKeys: sql`${apiKeys} where project_id = ${id} and revoked_at is null and (expires_at is null or expires_at > ${at})`,
    invitations: sql`${invitations} where project_id = ${id} and revoked_at is null and accepted_at is null and expires_at > ${at}`,
    shareLinks: sql`${shareLinks} where project_id = ${id} and revoked_at is null and expires_at > ${at}`,
    webhooks: sql`${webhooks} where project_id = ${id}`,
    dnsConnections: sql`${dnsConnections} where project_id = ${id}`,
    projects: sql`${memberships} where user_id = ${id} and role = 'owner'`,
    unverifiedDomains: sql`${domains} where project_id = ${id} and status <> 'VERIFIED'`,
  }[name];
  const { rows } = await tx.execute<{ count: string }>(
    sql`select count(*) as count from (select 1 from ${held} limit ${limit}) as held`,
  );
  return Number(rows[0]?.count ?? 0);
}
