import type { DomainId, ProjectId } from '../../core/ids.ts';
import type { Db } from '../db.ts';
import { and, desc, gt, inArray, isNotNull, sql } from '../drizzle.ts';
import { domains, events } from '../schema.ts';
import { shareLinks } from '../schema-dashboard.ts';
import { dnsIntents } from '../schema-publishing.ts';

/** The newest change of all; 0 where nothing has happened yet. */
export async function findNewestEventId(db: Db): Promise<number> {
  const [row] = await db.select({ id: events.id }).from(events).orderBy(desc(events.id)).limit(1);
  return row?.id ?? 0;
}

/** Lists changes of these projects' domains after the change `after`, newest first, and never more than `limit`. */
export async function listEventsAfter(db: Db, projectIds: readonly ProjectId[], after: number, limit: number) {
  if (projectIds.length === 0) return [];
  const rows = await db
    .select({ id: events.id, projectId: events.projectId, domainId: events.domainId })
    .from(events)
    .where(and(gt(events.id, after), inArray(events.projectId, [...projectIds]), isNotNull(events.domainId)))
    .orderBy(desc(events.id))
    .limit(limit);
  return rows.flatMap(({ domainId, ...row }) => (domainId === null ? [] : [{ ...row, domainId }]));
}

/** A text for each domain that changes whenever anything that is shown of it does; a domain that is gone has none. */
export async function readMarks(db: Db, ids: readonly DomainId[]): Promise<Map<DomainId, string>> {
  if (ids.length === 0) return new Map();
  // Whatever changes a key writes the domain's row too. A link that was revoked has to end the pages that it has open.
  const revoked = sql`(select count(*) from ${shareLinks} where ${shareLinks.domainId} = ${domains.id} and ${shareLinks.revokedAt} is not null)`;
  // How publishing stands may change without the domain. All of it that is shown (`attributes-object.ts`).
  const publishing = sql`(select hashtextextended(concat_ws(' ', ${dnsIntents.comparedAt}, ${dnsIntents.nextAt}, ${dnsIntents.problem}, ${dnsIntents.drift}), 0) from ${dnsIntents} where ${dnsIntents.domainId} = ${domains.id})`;
  const shown = sql<string>`concat_ws('|', ${domains.revision}, ${revoked}, ${publishing})`;
  const rows = await db
    .select({ id: domains.id, mark: shown })
    .from(domains)
    .where(inArray(domains.id, [...ids]));
  return new Map(rows.map(({ id, mark }) => [id, mark]));
}
